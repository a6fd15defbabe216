import { excerpt } from "../errors";
import type { DescribedObject } from "./describe";
import type { Schema } from "./fieldTypes";
import { inOrder, objectSchemas, queryRecord } from "./objectSchemas";

export interface OrgDescribed {
  readonly origin: string;
  /** As in `61.0`. */
  readonly version: string;
  readonly objects: readonly DescribedObject[];
}

export interface Generated {
  readonly document: Schema;
  /** What a person should know of it, one sentence each. */
  readonly notes: readonly string[];
}

/** A Swagger 2.0 file of these objects. The same objects give the same file, in whatever order they come. */
export function swaggerOf({ origin, version, objects }: OrgDescribed): Generated {
  const url = new URL(origin);
  const sorted = [...objects].sort((a, b) => inOrder(a.name, b.name));
  const parts = sorted.map(partsOf);
  const query = sorted.some(({ queryable }) => queryable) ? queryParts(sorted) : NO_PARTS;
  const all = [query, ...parts];
  const document = {
    swagger: "2.0",
    info: {
      title: `Salesforce: ${sorted.map(({ name }) => name).join(", ")}`,
      version,
      description: "Written by aem-datasource swagger from-salesforce. Additions belong into an overlay file.",
    },
    host: url.host,
    basePath: `/services/data/v${version}`,
    schemes: [url.protocol.replace(":", "")],
    consumes: ["application/json"],
    produces: ["application/json"],
    tags: all.flatMap(({ tags }) => tags),
    paths: Object.assign({}, ...all.map(({ paths }) => paths)),
    definitions: {
      ...COMMON,
      ...Object.assign({}, ...all.map(({ definitions }) => definitions)),
    },
  };
  return { document, notes: all.flatMap(({ notes }) => notes) };
}

interface Parts {
  readonly tags: readonly Schema[];
  readonly paths: Schema;
  readonly definitions: Schema;
  readonly notes: readonly string[];
}

const NO_PARTS: Parts = { tags: [], paths: {}, definitions: {}, notes: [] };

const ref = (name: string): Schema => ({ $ref: `#/definitions/${name}` });
const answer = (description: string, schema?: Schema): Schema => ({ description, ...(schema ? { schema } : {}) });
const refused = (description: string): Schema => answer(description, ref("ErrorList"));

const NO_TOKEN = refused("The access token is missing, expired or revoked");
const NO_RECORD = refused("There is no such record, or the user may not see it");
const BAD_VALUE = refused("A field is missing, unknown or has a value that is not taken");

const RECORD_ID: Schema = {
  name: "id",
  in: "path",
  description: "Id of the record",
  required: true,
  type: "string",
  minLength: 15,
  maxLength: 18,
};

/** Named like the object: form authors see the name. */
const body = (name: string, description: string, schema: Schema): Schema => {
  return { name, in: "body", description, required: true, schema };
};

function partsOf(object: DescribedObject): Parts {
  const { name } = object;
  const label = excerpt(object.label, 80);
  const { read, create, update, notes } = objectSchemas(object, ref("RecordAttributes"));
  const operation = (verb: string, word: string, parameters: readonly Schema[], responses: Schema): Schema => {
    return { operationId: `${verb}${name}`, summary: `${word} ${label}`, tags: [name], parameters, responses };
  };
  const post = create && {
    post: operation("create", "Create", [body(name, "The new record", ref(`${name}Create`))], {
      201: answer("The record was created", ref("SaveResult")),
      400: BAD_VALUE,
      401: NO_TOKEN,
    }),
  };
  const get = object.retrieveable && {
    get: operation("get", "Read", [RECORD_ID], {
      200: answer("The record", ref(name)),
      401: NO_TOKEN,
      404: NO_RECORD,
    }),
  };
  const patch = update && {
    patch: operation("update", "Change", [RECORD_ID, body(name, "The fields to be changed", ref(`${name}Update`))], {
      204: answer("The record was changed; no body"),
      400: BAD_VALUE,
      401: NO_TOKEN,
      404: NO_RECORD,
    }),
  };
  const remove = object.deletable && {
    delete: operation("delete", "Delete", [RECORD_ID], {
      204: answer("The record was deleted; no body"),
      400: refused("The record can't be deleted"),
      401: NO_TOKEN,
      404: NO_RECORD,
    }),
  };
  const one = { ...get, ...patch, ...remove };
  return {
    tags: [{ name, description: label }],
    paths: {
      ...(post ? { [`/sobjects/${name}`]: post } : {}),
      ...(Object.keys(one).length > 0 ? { [`/sobjects/${name}/{id}`]: one } : {}),
    },
    definitions: {
      ...(object.retrieveable ? { [name]: read } : {}),
      ...(create ? { [`${name}Create`]: create } : {}),
      ...(update ? { [`${name}Update`]: update } : {}),
    },
    notes,
  };
}

function queryParts(objects: readonly DescribedObject[]): Parts {
  const { record, notes } = queryRecord(objects, ref("RecordAttributes"));
  const example = objects.find(({ queryable }) => queryable)?.name ?? "";
  const parameter = {
    name: "q",
    in: "query",
    description: `SOQL statement, for instance SELECT Id FROM ${example}`,
    required: true,
    type: "string",
  };
  const get = {
    operationId: "queryRecords",
    summary: "Find records by SOQL",
    tags: ["Query"],
    parameters: [parameter],
    responses: {
      200: answer("The first page of the records found", ref("QueryResult")),
      400: refused("The statement can't be read, or names an unknown object or field"),
      401: NO_TOKEN,
    },
  };
  const result = {
    type: "object",
    description: "One page of the answer to a query",
    required: ["done", "records", "totalSize"],
    properties: {
      done: { type: "boolean", description: "This is the last page" },
      nextRecordsUrl: { type: "string", description: "Path of the next page, unless done" },
      records: { type: "array", description: "The records of this page", items: ref("QueryRecord") },
      totalSize: { type: "integer", format: "int32", description: "How many records were found" },
    },
  };
  return {
    tags: [{ name: "Query", description: "Search by SOQL" }],
    paths: { "/query": { get } },
    definitions: { QueryRecord: record, QueryResult: result },
    notes,
  };
}

const texts = (description: string): Schema => ({ type: "array", description, items: { type: "string" } });

/** What all objects share. Source: REST API Developer Guide, "Status Codes and Error Responses" and "sObject Rows". */
const COMMON: Schema = {
  Error: {
    type: "object",
    description: "Why a request was refused",
    required: ["errorCode", "message"],
    properties: {
      errorCode: { type: "string", description: "Salesforce's code, such as REQUIRED_FIELD_MISSING" },
      fields: texts("Fields that caused it, if any"),
      message: { type: "string", description: "The error in words" },
    },
  },
  ErrorList: { type: "array", description: "Salesforce refuses with a list", items: ref("Error") },
  RecordAttributes: {
    type: "object",
    description: "What a record is and where it lives",
    properties: {
      type: { type: "string", description: "API name of the object" },
      url: { type: "string", description: "Path of the record on this host" },
    },
  },
  SaveError: {
    type: "object",
    description: "Why a record was not saved",
    properties: {
      fields: texts("Fields that caused it"),
      message: { type: "string", description: "The error in words" },
      statusCode: { type: "string", description: "Salesforce's code" },
    },
  },
  SaveResult: {
    type: "object",
    description: "Outcome of a create",
    required: ["id", "success"],
    properties: {
      errors: { type: "array", description: "Empty after success", items: ref("SaveError") },
      id: { type: "string", minLength: 15, maxLength: 18, description: "Id of the new record" },
      success: { type: "boolean", description: "The record was saved" },
    },
  },
};
