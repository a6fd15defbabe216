import { DataSourceError, excerpt } from "../errors";
import { isRecord, type Product } from "../values";

/** What AEM takes, per product (aem.md §2.1; 6.5 LTS: its page says 2.0 only, possibly a copied sentence, so a doubt). */
const OPENAPI_3: Readonly<Record<Product, "refused" | "doubted" | "accepted">> = {
  aem65: "refused",
  aem65lts: "doubted",
  aemcs: "accepted",
};

export interface Judgement {
  readonly problems: DataSourceError[];
  readonly doubts: string[];
}

/** Judges a document by AEM's rules for `product`; `called` is the file's name in messages. */
export function judge(content: Readonly<Record<string, unknown>>, product: Product, called: string): Judgement {
  const problems: DataSourceError[] = [];
  const doubts: string[] = [];
  const refuse = (what: string, remedy: string) =>
    problems.push(new DataSourceError("swagger-not-accepted", `Swagger file ${called}: ${what}`, remedy));
  if (typeof content.openapi === "string") {
    const version = content.openapi.slice(0, 12);
    const treatment = version.startsWith("3.0") ? OPENAPI_3[product] : "refused";
    if (treatment === "refused") {
      refuse(
        `OpenAPI ${excerpt(version)}, and product ${product} takes ${ACCEPTED[product]}`,
        "Convert it to Swagger 2.0.",
      );
    }
    if (treatment === "doubted") {
      doubts.push(
        `Swagger file ${called}: OpenAPI ${version}; AEM's documentation names Swagger 2.0 alone for ${product}`,
      );
    }
  } else if (content.swagger !== "2.0") {
    refuse('no `swagger: "2.0"` at its top', "Check that it is a Swagger 2.0 file.");
  }
  if (basePathProblem(content)) refuse('its `basePath` does not begin with "/"', "Swagger 2.0 wants it to.");
  const paths = isRecord(content.paths) ? Object.values(content.paths) : [];
  if (!paths.some((item) => isRecord(item) && Object.keys(item).length > 0)) {
    refuse("it describes no operation", "A data source without operations is of no use to a form data model.");
  }
  return { problems, doubts };
}

const ACCEPTED: Readonly<Record<Product, string>> = {
  aem65: "Swagger 2.0",
  aem65lts: "Swagger 2.0",
  aemcs: "Swagger 2.0 and OpenAPI 3.0",
};

function basePathProblem({ basePath }: Readonly<Record<string, unknown>>): boolean {
  return basePath !== undefined && !(typeof basePath === "string" && basePath.startsWith("/"));
}

/**
 * Scheme, host and base path as the wizard fills them in, joined as AEM stores them; undefined when the document names
 * no host. https is taken where the document offers it. The result is as good as the document: judge it as a given one.
 */
export function endPointOf(content: Readonly<Record<string, unknown>>): string | undefined {
  if (Array.isArray(content.servers)) {
    const [server] = content.servers;
    const url = isRecord(server) && typeof server.url === "string" ? server.url : "";
    return url === "" || url.startsWith("/") ? undefined : url;
  }
  if (typeof content.host !== "string" || content.host === "") return undefined;
  const schemes = Array.isArray(content.schemes) ? content.schemes.filter((scheme) => typeof scheme === "string") : [];
  const scheme = schemes.length === 0 || schemes.includes("https") ? "https" : schemes[0];
  return `${scheme}://${content.host}${typeof content.basePath === "string" ? content.basePath : ""}`;
}
