import { endPointProblem } from "../credentialRules";
import { isRecord } from "../values";
import type { Finding } from "./problem";

type Content = Readonly<Record<string, unknown>>;

/**
 * Scheme, host and base path as the wizard fills them in, joined as AEM stores them; undefined when the document names
 * no host. https is taken where the document offers it. The result is as good as the document.
 */
export function endPointOf(content: Content): string | undefined {
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

/** What keeps the document's own end point from being used. */
export function endPointFinding(content: Content): Finding | undefined {
  const endPoint = endPointOf(content);
  const refused = (message: string, path: string[]): Finding => {
    const [host, place] = "openapi" in content ? ["an absolute URL", "`servers`"] : ["`host` and `basePath`", "it"];
    const remedy = `Correct ${host} in ${place}, or give \`serviceEndPoint\`.`;
    return { severity: "error", code: "swagger-not-accepted", message, remedy, path };
  };
  const path = Array.isArray(content.servers) ? ["servers"] : "host" in content ? ["host"] : [];
  if (endPoint === undefined) return refused("names no host", path);
  const wrong = endPointProblem(endPoint);
  return wrong === undefined
    ? undefined
    : refused(`its scheme, host and base path make an end point that ${wrong}`, path);
}
