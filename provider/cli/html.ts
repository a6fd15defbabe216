import { createHash } from "node:crypto";
import { excerpt } from "../errors";

/** Markup of ours. Whatever else goes into a page goes through `html`. */
export class Html {
  constructor(readonly markup: string) {}
}

type Part = Html | string | number | readonly Html[];

/** Markup with values in it: a text in it is only ever text, without control characters and secrets of this run. */
export function html(markup: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(String.raw({ raw: markup }, ...parts.map(spelled)));
}

function spelled(part: Part): string {
  if (part instanceof Html) return part.markup;
  if (typeof part === "object") return part.map(({ markup }) => markup).join("\n");
  return escaped(excerpt(String(part), Number.POSITIVE_INFINITY));
}

const ENTITIES: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? "");
}

/** A whole document that can do nothing but be looked at: no script, no request, no other style than `style`. */
export function document(title: string, style: string, body: Html): string {
  const hash = createHash("sha256").update(style).digest("base64");
  const policy = `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'`;
  const head = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8" />
<meta http-equiv="Content-Security-Policy" content="${new Html(policy)}" />
<meta name="viewport" content="width=device-width, initial-scale=1" />
<meta name="color-scheme" content="light dark" />
<title>${title}</title>
<style>${new Html(style)}</style>
</head>
<body>
${body}
</body>
</html>
`;
  return head.markup;
}
