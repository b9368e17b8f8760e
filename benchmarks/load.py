"""A load generator that costs little: raw requests over keep-alive connections, answers counted and checked.

Run as a process of its own: ``python -m benchmarks.load PORT FIRST REQUESTS CONNECTIONS``. Each request asks for a
sale of its own, from FIRST on. Prints one JSON line: seconds, seconds of processor time that this process used, bytes,
and how many answers came from each connection. It ends with an error when an answer is not a 200 of the length that it
says.
"""

from __future__ import annotations

import json
import select
import socket
import sys
import time
from collections import Counter

HOST = "127.0.0.1"
REQUEST = (
    b"POST /api/v1/Agents/Appointment/CreateDefaultReOpenAppointment HTTP/1.1\r\nHost: localhost\r\n"
    b"Authorization: Basic dGplMDpUamUw\r\nAccept: application/json\r\nContent-Type: application/json\r\n"
    b'Content-Length: 21\r\n\r\n{"SaleId":%10d}'
)
STATUS, HEAD_END, LENGTH = b"HTTP/1.1 200 ", b"\r\n\r\n", b"content-length: "
AT_ONCE = 1 << 15


def is_whole(answer: bytes) -> bool:
    """Return whether *answer* has arrived to its last byte; raises ValueError unless it is a 200 with a length."""
    head = answer.find(HEAD_END)
    if head < 0:
        return False
    length = answer.find(LENGTH, 0, head)
    if length < 0 or not answer.startswith(STATUS):
        raise ValueError(answer[:head])
    missing = head + len(HEAD_END) + int(answer[length + len(LENGTH) : answer.find(b"\r", length)]) - len(answer)
    if missing < 0:
        raise ValueError(answer[missing:])
    return missing == 0


def run(port: int, first: int, requests: int, connections: int) -> dict[str, object]:
    """Send everything and return what it took."""
    clients = {each.fileno(): each for each in (socket.create_connection((HOST, port)) for _ in range(connections))}
    poll = select.epoll()
    for number, client in clients.items():
        client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        poll.register(number, select.EPOLLIN)
    sales, left, size = iter(range(first, first + requests)), requests, 0
    counts, parts = Counter[int](), dict[int, bytes]()
    used, started = time.process_time(), time.perf_counter()
    for client, sale in zip(clients.values(), sales, strict=False):
        client.send(REQUEST % sale)
    while left:
        for number, _ in poll.poll():
            client = clients[number]
            data = client.recv(AT_ONCE)
            if not data:
                raise ConnectionError(f"closed with {left} answers missing")
            answer = parts.pop(number, b"") + data
            if not is_whole(answer):
                parts[number] = answer
                continue
            left -= 1
            counts[number] += 1
            size += len(answer)
            if (sale := next(sales, None)) is not None:
                client.send(REQUEST % sale)
    seconds, used = time.perf_counter() - started, time.process_time() - used
    for client in clients.values():
        client.close()
    return {"seconds": seconds, "used": used, "bytes": size, "counts": [*counts.values()]}


if __name__ == "__main__":
    port, first, requests, connections = map(int, sys.argv[1:5])
    sys.stdout.write(json.dumps(run(port, first, requests, connections)) + "\n")
