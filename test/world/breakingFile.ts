import { SWAGGER } from "./world";

/** A Swagger file, and the one that breaks forms after it. */

/** With a parameter that may be left out. */
export const OPTIONAL = withFields({ required: false });
/** An operation less, and that parameter has to be given. */
export const BREAKING = withFields({ required: true }, "/query");
/** What a user reads of it. */
export const WARNING =
  /warning: crm: the new Swagger file breaks form data models that use these operations \[swagger-breaking\]\n +GET \/query: removed\n +GET \/sobjects\/Lead\/\{id\}: query parameter fields became required\n/;

function withFields(fields: { required: boolean }, without?: string): string {
  const document = JSON.parse(SWAGGER);
  document.paths["/sobjects/Lead/{id}"].get.parameters.push({ name: "fields", in: "query", type: "string", ...fields });
  if (without !== undefined) delete document.paths[without];
  return JSON.stringify(document, null, 2);
}
