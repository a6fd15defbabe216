import type { Imported, ImportedArgs } from "../importing";
import { isRecord } from "../values";

/** A program in TypeScript that asks for what was found. Every value is the document's or AEM's: each is a literal. */

/** The key of stack config that will hold the client secret of this resource. */
export function secretKey(resource: string): string {
  return `${resource}-client-secret`;
}

export function programText(imported: readonly Imported[]): string {
  return [
    'import * as pulumi from "@pulumi/pulumi";',
    'import { RestDataSource } from "pulumi-aem-datasource";',
    "",
    "const config = new pulumi.Config();",
    ...imported.flatMap(({ resource, args }) => ["", resourceText(resource, args)]),
    "",
  ].join("\n");
}

function resourceText(resource: string, args: ImportedArgs): string {
  const line = (key: string, value: unknown, indent = "  ") => {
    return value === undefined ? [] : [`${indent}${key}: ${literal(value)},`];
  };
  return [
    `new RestDataSource(${literal(resource)}, {`,
    ...line("container", args.container),
    ...line("name", args.name === resource ? undefined : args.name),
    ...line("title", args.title),
    ...line("swagger", args.swagger),
    ...line("serviceEndPoint", args.serviceEndPoint),
    "  oauth2: {",
    ...line("clientId", args.clientId, "    "),
    `    clientSecret: config.requireSecret(${literal(secretKey(resource))}),`,
    ...line("tokenUrl", args.tokenUrl, "    "),
    ...line("scope", args.scope, "    "),
    "  },",
    ...line("extraProperties", args.extraProperties),
    ...line("publish", args.publish),
    ...line("connection", args.connection),
    "});",
  ].join("\n");
}

function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (isRecord(value)) {
    const members = Object.entries(value).map(
      ([key, child]) => `${/^[A-Za-z_]\w*$/.test(key) ? key : literal(key)}: ${literal(child)}`,
    );
    return `{ ${members.join(", ")} }`;
  }
  // Both are line breaks to older readers of JavaScript, and JSON leaves them as they are.
  return JSON.stringify(value).replaceAll("\u2028", "\\u2028").replaceAll("\u2029", "\\u2029");
}
