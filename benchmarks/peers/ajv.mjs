// Node's JSON.parse and AJV: node ajv.mjs SCHEMA BODIES; prints bodies a second.
import { readFileSync } from "node:fs";
import { performance } from "node:perf_hooks";
import Ajv from "ajv-draft-04";

const [schema, path] = process.argv.slice(2);
const bodies = readFileSync(path, "utf8").trim().split("\n");
const validate = new Ajv({ strict: false, validateFormats: false }).compile(JSON.parse(readFileSync(schema, "utf8")));
for (const body of bodies) validate(JSON.parse(body));
const started = performance.now();
for (const body of bodies) if (!validate(JSON.parse(body))) throw new Error(JSON.stringify(validate.errors[0]));
console.log(bodies.length / ((performance.now() - started) / 1000));
