// Calls the mock with the vendor's client and prints what a caller gets, as JSON.
// Arguments: base URL, Authorization value, sale id, request options (JSON) or nothing.
const { AppointmentAgent } = require('@superoffice/webapi')

async function main([url, authorization, saleId, options]) {
  const agent = new AppointmentAgent({ baseUrl: url, axiosConfig: { headers: { Authorization: authorization } } })
  const given = options ? JSON.parse(options) : undefined
  const entity = await agent.createDefaultReOpenAppointmentAsync(Number(saleId), given)
  const told = (date) => (date instanceof Date ? { date: date.toISOString() } : { odd: String(date) })
  console.log(JSON.stringify({
    appointmentId: entity.appointmentId,
    saleId: entity.sale.saleId,
    startDate: told(entity.startDate),
    endDate: told(entity.endDate),
    saleDate: told(entity.sale.saleDate),
    description: entity.description,
    associate: entity.associate.fullName,
    participants: entity.participants.length,
    visibleFor: entity.visibleFor[0].displayValue,
    status: given && given.requestStatus,
  }))
}

main(process.argv.slice(2)).catch((error) => {
  const response = error.response
  console.error(response ? `${response.status} ${JSON.stringify(response.data)}` : error.stack)
  process.exit(1)
})
