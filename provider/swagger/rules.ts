import { excerpt } from "../errors";
import { isRecord, type Product } from "../values";
import { credentialFindings } from "./credentials";
import { openApi3Findings } from "./openApi3";
import { operationEntries } from "./operations";
import { doubted, type Finding, type Path, refused } from "./problem";
import { lookUp, resolve } from "./reference";
import { schemaWalk } from "./schemaWalk";
import { specificationFindings } from "./specification";

/** What AEM makes of a document, as far as its documentation tells (aem.md §2.1). */

type Content = Readonly<Record<string, unknown>>;

/** What AEM takes, per product (6.5 LTS: its page says 2.0 only, possibly a copied sentence, so a doubt). */
const OPENAPI_3: Readonly<Record<Product, "refused" | "doubted" | "accepted">> = {
  aem65: "refused",
  aem65lts: "doubted",
  aemcs: "accepted",
};

const ACCEPTED: Readonly<Record<Product, string>> = {
  aem65: "Swagger 2.0",
  aem65lts: "Swagger 2.0",
  aemcs: "Swagger 2.0 and OpenAPI 3.0",
};

/** Judges a document by AEM's rules for `product`, and by its specification. The document is not changed. */
export function judge(content: Content, product: Product): Finding[] {
  const version = versionFindings(content, product);
  if (version.some(({ severity }) => severity === "error")) return [...version, ...pathsFindings(content)];
  const isOpenApi3 = "openapi" in content;
  return [
    ...version,
    ...pathsFindings(content),
    ...basePathFindings(content),
    ...operationFindings(content),
    ...referenceFindings(content),
    ...(isOpenApi3 ? openApi3Findings(content) : []),
    ...credentialFindings(content),
    ...specificationFindings(content),
  ];
}

function versionFindings(content: Content, product: Product): Finding[] {
  if (typeof content.openapi === "string") {
    const version = excerpt(content.openapi, 12);
    const treatment = version.startsWith("3.0") ? OPENAPI_3[product] : "refused";
    const path = ["openapi"];
    if (treatment === "refused") {
      const message = `OpenAPI ${version}, and product ${product} takes ${ACCEPTED[product]}`;
      return [refused(path, message, "Convert it to Swagger 2.0.")];
    }
    const message = `OpenAPI ${version}; AEM's documentation names Swagger 2.0 alone for ${product}`;
    return treatment === "doubted" ? [doubted(path, message)] : [];
  }
  if (content.swagger === "2.0") return [];
  return [refused([], 'no `swagger: "2.0"` at its top', "Check that it is a Swagger 2.0 file.")];
}

function basePathFindings(content: Content): Finding[] {
  const { basePath } = content;
  if ("openapi" in content) return [];
  if (basePath === undefined) {
    if (typeof content.host !== "string") return [];
    return [
      doubted([], "names no `basePath`: the operations' paths follow the host at once", 'Give it, if only as "/".'),
    ];
  }
  if (typeof basePath === "string" && basePath.startsWith("/")) return [];
  return [
    refused(["basePath"], 'its `basePath` does not begin with "/"', 'Begin it with "/", as Swagger 2.0 wants it.'),
  ];
}

function pathsFindings(content: Content): Finding[] {
  const paths = isRecord(content.paths) ? Object.values(content.paths) : [];
  if (paths.some((item) => isRecord(item) && Object.keys(item).length > 0)) return [];
  const remedy = "Describe those that forms are to use: a data source without any is of no use to them.";
  return [refused("paths" in content ? ["paths"] : [], "it describes no operation", remedy)];
}

function operationFindings(content: Content): Finding[] {
  const findings: Finding[] = [];
  const firstWith = new Map<string, string>();
  const nameless: { name: string; path: Path }[] = [];
  for (const { name, path, operation, shared } of operationEntries(content)) {
    const id = operation.operationId;
    const other = typeof id === "string" ? firstWith.get(id) : undefined;
    if (typeof id !== "string" || id === "") nameless.push({ name, path });
    else if (other === undefined) firstWith.set(id, name);
    else {
      const message = `operation id ${excerpt(id, 80)} belongs to ${excerpt(other, 120)} already`;
      findings.push(refused([...path, "operationId"], message, "Give each operation an id of its own."));
    }
    findings.push(...placeholderFindings(content, name, path, [...shared, ...listOf(operation.parameters)]));
  }
  const [first, ...more] = nameless;
  if (first) {
    const others = more.length === 0 ? "" : `, and ${more.length} more operations`;
    const message = `${excerpt(first.name, 120)} has no operation id${others}`;
    findings.push(doubted(first.path, message, "Give each operation an id, which AEM shows to form authors."));
  }
  return findings;
}

/** A `{…}` of a path that no parameter fills reaches the service as it stands. */
function placeholderFindings(content: Content, name: string, path: Path, parameters: readonly unknown[]): Finding[] {
  const resolved = parameters.map((given) => resolve(content, given));
  const filled = new Set(resolved.flatMap((given) => (isRecord(given) && given.in === "path" ? [given.name] : [])));
  return [...name.matchAll(/\{([^{}]+)\}/g)].flatMap(([, placeholder]) => {
    if (filled.has(placeholder)) return [];
    const message = `${excerpt(name, 120)}: no path parameter fills {${excerpt(placeholder ?? "", 80)}}`;
    return [doubted(path, message, "Declare it among the parameters, `in: path` and required.")];
  });
}

function referenceFindings(content: Content): Finding[] {
  const findings: Finding[] = [];
  schemaWalk(content, (value, path) => {
    const { $ref } = value;
    if (typeof $ref !== "string" || lookUp(content, $ref) !== undefined) return;
    findings.push(
      refused(
        [...path, "$ref"],
        `nothing stands at ${excerpt($ref, 120)}`,
        "Correct the reference, or add its target.",
      ),
    );
  });
  return findings;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
