import { STATUS_CODES } from "node:http";

/** What goes back over HTTP. */
export interface Answer {
  status: number;
  headers: Record<string, string>;
  body: string | Buffer;
}

export function json(status: number, body: unknown, indent?: number): Answer {
  const headers = { "Content-Type": "application/json;charset=utf-8" };
  return { status, headers, body: JSON.stringify(body, undefined, indent) };
}

export function html(status: number, body: string): Answer {
  return { status, headers: { "Content-Type": "text/html;charset=utf-8" }, body };
}

export function empty(status: number, headers: Record<string, string> = {}): Answer {
  return { status, headers, body: "" };
}

/** An error outside the POST servlet: HTML, unless the client prefers JSON, which has no message but a special one. */
export function errorPage(status: number, message: string | undefined, uri: string, accept?: string): Answer {
  if (prefersJson(accept)) return json(status, { status, message, requestUri: uri });
  const [title, where] = [escapeHtml(message ?? STATUS_CODES[status] ?? ""), escapeHtml(uri)];
  return html(
    status,
    `<!DOCTYPE html>
<html>
<head><title>${status} ${title}</title></head>
<body>
<h1>${title} (${status})</h1>
<p>The requested URL ${where} resulted in an error.</p>
</body>
</html>
`,
  );
}

/** Sling answers JSON only where application/json itself is accepted, and not after text/html. */
export function prefersJson(accept = ""): boolean {
  const jsonQuality = quality(accept, "application/json");
  return jsonQuality > 0 && jsonQuality >= quality(accept, "text/html");
}

function quality(accept: string, mediaType: string): number {
  const ranges = accept.split(",").map((range) => range.toLowerCase().split(";"));
  const parameters = ranges.find(([type]) => type?.trim() === mediaType);
  if (!parameters) return 0;
  const q = parameters
    .map((parameter) => /^\s*q=([\d.]+)\s*$/.exec(parameter)?.[1])
    .find((value) => value !== undefined);
  return q === undefined ? 1 : Number(q);
}

const ENTITIES: Record<string, string> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };

export function escapeHtml(source: string): string {
  return source.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}
