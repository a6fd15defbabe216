import assert from "node:assert/strict";
import { Agent, FormData, request } from "undici";
import { type AemEmulator, DEFAULT_ACCOUNTS } from "../../world/aemEmulator";

/** Raw requests to the emulator, for the tests of the emulator itself. */

export type Field = [name: string, value: string | { filename: string; type: string; text: string | Buffer }];

export interface Reply {
  status: number;
  headers: Record<string, string | string[] | undefined>;
  text: string;
  /** The body, parsed where it is JSON. */
  json: unknown;
  /** The changes of a status document, as "created /path". */
  changes: string[];
}

export type Headers = Record<string, string>;

export interface Sending {
  headers?: Headers;
  fields?: Field[];
  body?: string;
}

/**
 * Of the same undici as the form: the one that all of a process share may be that of Node's own `fetch`, which on Node 24
 * takes no other undici's form and never sends the request.
 */
const dispatcher = new Agent();

export async function send(
  aem: Pick<AemEmulator, "origin">,
  method: "GET" | "POST" | "PUT" | "DELETE",
  path: string,
  sending: Sending = {},
): Promise<Reply> {
  const { fields, body = fields && form(fields) } = sending;
  const headers = { "user-agent": "test", ...sending.headers };
  const response = await request(aem.origin + path, { method, headers, body, dispatcher });
  const text = await response.body.text();
  const json = String(response.headers["content-type"]).startsWith("application/json") ? JSON.parse(text) : undefined;
  return { status: response.statusCode, headers: response.headers, text, json, changes: changesOf(json) };
}

/** Somebody with a login, who fetches a CSRF token before writing and asks for JSON. */
export class Client {
  readonly login: { authorization: string };

  constructor(
    private readonly aem: Pick<AemEmulator, "origin">,
    user: string,
    authorization = basic(user, DEFAULT_ACCOUNTS.find((account) => account.user === user)?.password ?? ""),
  ) {
    this.login = { authorization };
  }

  async csrfToken(): Promise<string> {
    return String(record((await this.get("/libs/granite/csrf/token.json")).json).token);
  }

  get(path: string, headers: Headers = {}): Promise<Reply> {
    return this.send("GET", path, { headers });
  }

  post(path: string, ...fields: Field[]): Promise<Reply> {
    return this.postWith({ accept: "application/json" }, path, ...fields);
  }

  async postWith(headers: Headers, path: string, ...fields: Field[]): Promise<Reply> {
    return this.send("POST", path, { headers: { "csrf-token": await this.csrfToken(), ...headers }, fields });
  }

  send(method: "GET" | "POST" | "PUT" | "DELETE", path: string, sending: Sending): Promise<Reply> {
    return send(this.aem, method, path, { ...sending, headers: { ...this.login, ...sending.headers } });
  }
}

export function basic(user: string, password: string): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

function form(fields: Field[]): FormData {
  const data = new FormData();
  for (const [name, value] of fields) {
    if (typeof value === "string") data.append(name, value);
    else data.append(name, new Blob([value.text], { type: value.type }), value.filename);
  }
  return data;
}

export function record(value: unknown): Record<string, unknown> {
  assert.ok(typeof value === "object" && value !== null);
  return Object.fromEntries(Object.entries(value));
}

function changesOf(json: unknown): string[] {
  const changes = typeof json === "object" && json !== null && "changes" in json ? json.changes : [];
  assert.ok(Array.isArray(changes));
  return changes.map(({ type, argument }) => `${type} ${argument}`);
}
