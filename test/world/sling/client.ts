import type { Login } from "../testAuthor";

export type Fields = readonly (readonly [name: string, value: string | File])[];

export interface Reply {
  readonly status: number;
  readonly type: string;
  readonly text: string;
}

const CSRF_TOKEN = "/libs/granite/csrf/token.json";

/** Requests of one account to a server in an author's place. */
export class Client {
  readonly #authorization: string;
  #token: string | undefined;

  constructor(
    readonly origin: string,
    { username, password }: Login,
  ) {
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }

  get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    return this.send(path, { headers });
  }

  /** With a CSRF token and a form whose first field says that it is in UTF-8. */
  async post(path: string, fields: Fields, headers: Readonly<Record<string, string>> = {}): Promise<Reply> {
    const body = new FormData();
    body.set("_charset_", "utf-8");
    for (const [name, value] of fields) body.append(name, value);
    const given = { accept: "application/json", "csrf-token": await this.token(), ...headers };
    return this.send(path, { method: "POST", body, headers: given });
  }

  async send(path: string, init: RequestInit & { headers?: Readonly<Record<string, string>> }): Promise<Reply> {
    const headers = { authorization: this.#authorization, ...init.headers };
    const response = await fetch(this.origin + encodeURI(path), { redirect: "manual", ...init, headers });
    const [type = ""] = (response.headers.get("content-type") ?? "").split(";");
    return { status: response.status, type, text: await response.text() };
  }

  async token(): Promise<string> {
    if (this.#token !== undefined) return this.#token;
    const { status, text } = await this.get(CSRF_TOKEN);
    if (status !== 200) throw new Error(`${CSRF_TOKEN} answers ${status}`);
    const { token }: { token?: string } = JSON.parse(text);
    if (token === undefined) throw new Error(`${CSRF_TOKEN} gives no token`);
    this.#token = token;
    return token;
  }
}

/** The text of an answer that has to be one of these. */
export function expect(what: string, reply: Reply, ...statuses: number[]): string {
  if (statuses.includes(reply.status)) return reply.text;
  throw new Error(`${what} answers ${reply.status}: ${reply.text.slice(0, 500)}`);
}
