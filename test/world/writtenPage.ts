import type { AemEmulator } from "./aemEmulator";

/** The one request that made a page, kept as text, so that a page of an earlier release can be made again. */
export interface WrittenField {
  readonly name: string;
  readonly value?: string;
  readonly file?: { readonly filename: string; readonly contentType: string; readonly text: string };
}

export function fieldsThatMade(page: string, { requests }: AemEmulator): WrittenField[] {
  const write = requests.find(({ method, path }) => method === "POST" && path === `${page}/jcr:content`);
  if (write === undefined) throw new Error(`Nobody made ${page}.`);
  return write.fields.map(({ name, value = "", file }) => {
    if (file === undefined) return { name, value };
    const { filename, contentType, bytes } = file;
    return { name, file: { filename, contentType, text: bytes.toString("utf8") } };
  });
}

/** Answers with the ciphertext that the author made of the secret. */
export async function makeAgain(
  page: string,
  fields: readonly WrittenField[],
  aem: AemEmulator,
  login: { readonly user: string; readonly password: string },
): Promise<string> {
  const authorization = `Basic ${Buffer.from(`${login.user}:${login.password}`).toString("base64")}`;
  const answer = await fetch(`${aem.origin}/libs/granite/csrf/token.json`, { headers: { authorization } });
  const { token }: { token: string } = JSON.parse(await answer.text());
  const form = new FormData();
  for (const { name, value = "", file } of fields) {
    if (file) form.append(name, new File([file.text], file.filename, { type: file.contentType }));
    else form.append(name, value);
  }
  const headers = { authorization, "csrf-token": token, accept: "application/json" };
  const made = await fetch(`${aem.origin}${page}/jcr:content`, { method: "POST", headers, body: form });
  if (made.status !== 201) throw new Error(`The page was not made: ${made.status}`);
  return String(Object(aem.node(`${page}/jcr:content`)).client_secret);
}

/** Values of one run in the place of their names in braces; `named` is the way back. */
export function filled(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((done, [name, value]) => done.replaceAll(`{${name}}`, value), text);
}

export function named(text: string, values: Readonly<Record<string, string>>): string {
  return Object.entries(values).reduce((done, [name, value]) => done.replaceAll(value, `{${name}}`), text);
}
