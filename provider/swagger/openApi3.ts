import { excerpt } from "../errors";
import { isRecord } from "../values";
import { operationEntries } from "./operations";
import { type Finding, refused } from "./problem";
import { resolve } from "./reference";
import { schemaWalk } from "./schemaWalk";
import { bindingPart, canonical } from "./shape";

/** What AEM's documentation says that it does not take of OpenAPI 3 (aem.md §2.1). References outside are refused earlier. */
const NOT_TAKEN: Readonly<Record<string, string>> = {
  callbacks: "Take the callbacks out: AEM never receives one.",
  links: "Take the links out: AEM does not follow them.",
  oneOf: "Describe one schema, with all its properties optional.",
  anyOf: "Describe one schema, with all its properties optional.",
};

export function openApi3Findings(content: Readonly<Record<string, unknown>>): Finding[] {
  const findings: Finding[] = [];
  schemaWalk(content, (value, path) => {
    for (const [keyword, remedy] of Object.entries(NOT_TAKEN)) {
      const given = value[keyword];
      if (typeof given !== "object" || given === null || Object.keys(given).length === 0) continue;
      findings.push(refused([...path, keyword], `AEM does not take \`${keyword}\``, remedy));
    }
  });
  const differing = new Map<unknown, boolean>();
  for (const { name, path, operation } of operationEntries(content)) {
    const body = resolve(content, operation.requestBody);
    const differ = differing.get(body) ?? mediaDiffer(body);
    differing.set(body, differ); // one body may stand behind the references of many operations
    if (!differ) continue;
    const message = `${excerpt(name, 120)} takes another request body for each media type, and AEM takes one`;
    findings.push(refused([...path, "requestBody"], message, "Keep one media type, application/json if you can."));
  }
  return findings;
}

function mediaDiffer(body: unknown): boolean {
  const media = isRecord(body) && isRecord(body.content) ? Object.values(body.content) : [];
  const schemas = media.map((given) => canonical(bindingPart(isRecord(given) ? given.schema : given)));
  return new Set(schemas).size > 1;
}
