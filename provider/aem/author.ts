import { FormData } from "undici";
import type { Connection } from "../connection";
import { asDataSourceError, DataSourceError, rememberSecret } from "../errors";
import { Door, type HttpAnswer } from "../http";
import { type Json, judgeCsrfToken, judgeFile, judgeNode, judgeWrite } from "./answer";

/** One field of a Sling POST: a value, or a file with its name and media type. */
export type FormField =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly file: { readonly name: string; readonly type: string; readonly bytes: Buffer } };

const CSRF_TOKEN = "/libs/granite/csrf/token.json";
const MAX_BYTES = 32 * 1024 * 1024;

/** The author of one connection: login, CSRF token, Sling's GET and POST (sling.md §4). Answers are judged, never trusted. */
export class Author {
  readonly #door: Door;
  readonly #authorization: string;
  #csrfToken: Promise<string> | undefined;

  constructor(readonly connection: Connection) {
    const { username, password } = connection.login;
    const basic = Buffer.from(`${username}:${password.reveal()}`, "utf8").toString("base64");
    rememberSecret(basic);
    this.#authorization = `Basic ${basic}`;
    this.#door = new Door(connection.origin, { deadlineMs: connection.deadlineMs, maxBytes: MAX_BYTES });
  }

  /** Throws unless this is an author and the login is accepted. One request per phase: the token is kept. */
  async logIn(): Promise<void> {
    await this.csrfToken();
  }

  /**
   * The node at `path` with `depth` levels below it. The depth is always in the address: where something in between lets
   * no such selectors through, folders must be as absent as pages, or a page would seem to be gone.
   */
  async node(path: string, depth = 0): Promise<Json | "absent"> {
    return judgeNode(await this.get(`${path}.${depth}.json`), path, this.connection);
  }

  /** Whether `path` answers without a selector, though not with one. */
  async answersWithoutSelector(path: string): Promise<boolean> {
    return judgeNode(await this.get(`${path}.json`), path, this.connection) !== "absent";
  }

  async file(path: string): Promise<Buffer> {
    return judgeFile(await this.get(path, "*/*"), path, this.connection);
  }

  /** One Sling POST, which is one save: all of it or nothing. */
  async post(path: string, fields: readonly FormField[]): Promise<{ created: boolean }> {
    let answer = await this.postOnce(path, fields);
    if (answer.status === 403) {
      // CSRF tokens live for minutes only; a second 403 with a fresh one is a missing right.
      this.#csrfToken = undefined;
      answer = await this.postOnce(path, fields);
    }
    return judgeWrite(answer, path, this.connection);
  }

  async close(): Promise<void> {
    await this.#door.close();
  }

  private async postOnce(path: string, fields: readonly FormField[]): Promise<HttpAnswer> {
    const form = new FormData();
    form.set("_charset_", "utf-8"); // first, or Sling reads everything before it as ISO-8859-1
    for (const field of fields) {
      if ("value" in field) form.append(field.name, field.value);
      else form.append(field.name, new File([field.file.bytes], field.file.name, { type: field.file.type }));
    }
    const headers = { ...this.headers("application/json"), "csrf-token": await this.csrfToken() };
    return this.send(() => this.#door.send({ method: "POST", path: encodeURI(path), headers, body: form }));
  }

  private get(path: string, accept = "application/json"): Promise<HttpAnswer> {
    const headers = this.headers(accept);
    return this.send(() => this.#door.send({ method: "GET", path: encodeURI(path), headers }));
  }

  private csrfToken(): Promise<string> {
    this.#csrfToken ??= this.fetchCsrfToken().catch((thrown: unknown) => {
      this.#csrfToken = undefined; // a failure of one moment must not be that of the whole phase
      throw thrown;
    });
    return this.#csrfToken;
  }

  private async fetchCsrfToken(): Promise<string> {
    const token = judgeCsrfToken(await this.get(CSRF_TOKEN), CSRF_TOKEN, this.connection);
    rememberSecret(token);
    return token;
  }

  private headers(accept: string): Record<string, string> {
    return { accept, authorization: this.#authorization };
  }

  private async send(exchange: () => Promise<HttpAnswer>): Promise<HttpAnswer> {
    try {
      return await exchange();
    } catch (thrown) {
      const { code, message, fields } = asDataSourceError(thrown);
      throw new DataSourceError(code, `the author can't be asked: ${message}`, UNREACHABLE_REMEDY, fields);
    }
  }
}

const UNREACHABLE_REMEDY = "Check the author's address (AEM_AUTHOR or aem-datasource:author) and that it runs.";
