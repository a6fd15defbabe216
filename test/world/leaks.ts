import { readdir, readFile } from "node:fs/promises";
import { join, relative } from "node:path";

/** Searches artefacts of a run for secrets in clear, in every form in which one may hide. */

export function searchText(where: string, text: string, secrets: readonly string[]): string[] {
  return secrets.flatMap((secret, index) =>
    forms(secret)
      .filter(([, form]) => text.includes(form))
      .map(([how]) => `secret ${index + 1} stands ${how} in ${where}`),
  );
}

/** Every file below `folder` but the packages: behind a link or installed in place, they belong to nobody's run. */
export async function searchFiles(folder: string, secrets: readonly string[], top = folder): Promise<string[]> {
  const found: string[] = [];
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    found.push(...searchText("the name of a file", entry.name, secrets));
    if (entry.name === "node_modules") continue;
    if (entry.isDirectory()) found.push(...(await searchFiles(path, secrets, top)));
    else if (entry.isFile()) found.push(...searchText(relative(top, path), await readFile(path, "utf8"), secrets));
  }
  return found;
}

/** Base64 hides a text in three ways, by what stands before it; the middle of each is searched for. */
function forms(secret: string): [string, string][] {
  const base64 = ["", "x", "xx"].map((before): [string, string] => {
    const encoded = Buffer.from(before + secret)
      .toString("base64")
      .replace(/=+$/, "");
    return ["in base64", encoded.slice(before.length === 0 ? 0 : 4, -1)];
  });
  const shapes: [string, string][] = [
    ["in clear", secret],
    ["url-encoded", encodeURIComponent(secret)],
    ["as a form field", new URLSearchParams({ s: secret }).toString().slice(2)],
    ["escaped", JSON.stringify(secret).slice(1, -1)],
    ...base64,
  ];
  const seen = new Set<string>();
  return shapes.filter(([, form]) => form.length >= 4 && !seen.has(form) && seen.add(form));
}
