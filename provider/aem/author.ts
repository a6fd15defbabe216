import { setTimeout as pause } from "node:timers/promises";
import type { FormData } from "undici";
import type { Connection } from "../connection";
import { asDataSourceError, rememberSecret } from "../errors";
import { Door, emptyForm, type HttpAnswer, type HttpRequest } from "../http";
import { type Json, type Judge, judgeCsrfToken, judgeFile, judgeNode, judgeWrite } from "./answer";
import { AuthorLogin } from "./login";
import { isBusy, retryAfter } from "./seen";
import { Turns } from "./turns";
import { unreachable } from "./unreachable";

/** One field of a Sling POST: a value, or a file with its name and media type. */
export type FormField =
  | { readonly name: string; readonly value: string }
  | { readonly name: string; readonly file: { readonly name: string; readonly type: string; readonly bytes: Buffer } };

const CSRF_TOKEN = "/libs/granite/csrf/token.json";
const MAX_BYTES = 32 * 1024 * 1024;
/** How often something is sent again, at most. */
export const REPEATS = 2;
/** The longest wait that a busy author may ask for. */
const LONGEST_WAIT_S = 10;

/** The author of one connection: login, CSRF token, Sling's GET and POST (sling.md §4). Answers are judged, never trusted. */
export class Author {
  readonly #door: Door;
  readonly #login: AuthorLogin;
  /** A save is work for an author: it indexes, replicates and starts workflows. */
  readonly #writes: Turns;
  #csrfToken: Promise<string> | undefined;

  constructor(readonly connection: Connection) {
    const { origin, login, deadlineMs, route, parallelWrites } = connection;
    this.#writes = new Turns(parallelWrites);
    this.#login = new AuthorLogin(login);
    this.#door = new Door(origin, { deadlineMs, maxBytes: MAX_BYTES, route });
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

  /** Looks at an address of AEM's own that is no node. */
  async see<T>(address: string, judge: Judge<T>): Promise<T> {
    return judge(await this.get(address), address, this.connection);
  }

  /** One Sling POST, which is one save: all of it or nothing. Never repeated here: whoever writes looks first. */
  async post(path: string, fields: readonly FormField[]): Promise<{ created: boolean }> {
    return judgeWrite(await this.send(path, multipart(fields)), path, this.connection);
  }

  /** Asks a servlet of AEM's own about the node at `path`, by a form as a browser sends it: not each reads multipart. */
  async ask<T>(address: string, fields: Readonly<Record<string, string>>, judge: Judge<T>, path: string): Promise<T> {
    const form = new URLSearchParams({ _charset_: "utf-8", ...fields }).toString();
    return judge(await this.send(address, form), path, this.connection);
  }

  /** Asks a servlet of AEM's own that only reads, by its parameters; once, for what is not worth waiting for. */
  async query<T>(address: string, parameters: Readonly<Record<string, string>>, judge: Judge<T>): Promise<T> {
    const answer = await this.getOnce(`${address}?${new URLSearchParams(parameters)}`, "application/json");
    return judge(answer, address, this.connection);
  }

  async close(): Promise<void> {
    await Promise.all([this.#door.close(), this.#login.close()]);
  }

  private send(address: string, body: string | FormData): Promise<HttpAnswer> {
    return this.#writes.take(() => this.sendInTurn(address, body));
  }

  private async sendInTurn(address: string, body: string | FormData): Promise<HttpAnswer> {
    const answer = await this.sendOnce(address, body);
    if (answer.status !== 403) return answer;
    // CSRF tokens live for minutes only; a second 403 with a fresh one is a missing right.
    this.#csrfToken = undefined;
    return this.sendOnce(address, body);
  }

  private async sendOnce(address: string, body: string | FormData): Promise<HttpAnswer> {
    const headers: Record<string, string> = { accept: "application/json", "csrf-token": await this.csrfToken() };
    if (typeof body === "string") headers["content-type"] = "application/x-www-form-urlencoded";
    return this.exchange({ method: "POST", path: encodeURI(address), headers, body });
  }

  /** Reading changes nothing, so a busy author is asked again, after as long as it asks for. */
  private async get(address: string, accept = "application/json"): Promise<HttpAnswer> {
    for (let repeats = 0; ; repeats += 1) {
      const answer = await this.getOnce(encodeURI(address), accept);
      if (repeats === REPEATS || !isBusy(answer)) return answer;
      await pause(waitBefore(repeats, retryAfter(answer)));
    }
  }

  private getOnce(path: string, accept: string): Promise<HttpAnswer> {
    return this.exchange({ method: "GET", path, headers: { accept } });
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

  /** With the login. One that can be renewed is, once, when the author no longer takes it: nothing was done then. */
  private async exchange(request: HttpRequest): Promise<HttpAnswer> {
    const authorization = await this.#login.authorization();
    const answer = await this.exchangeAs(authorization, request);
    if (answer.status !== 401) return answer;
    const renewed = await this.#login.insteadOf(authorization);
    return renewed === undefined ? answer : this.exchangeAs(renewed, request);
  }

  private async exchangeAs(authorization: string, request: HttpRequest): Promise<HttpAnswer> {
    try {
      return await this.#door.send({ ...request, headers: { ...request.headers, authorization } });
    } catch (thrown) {
      throw unreachable(asDataSourceError(thrown), this.connection);
    }
  }
}

function multipart(fields: readonly FormField[]): FormData {
  const form = emptyForm();
  form.set("_charset_", "utf-8"); // first, or Sling reads everything before it as ISO-8859-1
  for (const field of fields) {
    if ("value" in field) form.append(field.name, field.value);
    else form.append(field.name, new File([field.file.bytes], field.file.name, { type: field.file.type }));
  }
  return form;
}

/** Milliseconds until a busy author is asked again: as long as it asks for, within bounds; else longer each time. */
export function waitBefore(repeat: number, retryAfterSeconds: number | undefined): number {
  if (retryAfterSeconds !== undefined) return Math.min(retryAfterSeconds, LONGEST_WAIT_S) * 1_000;
  // Never all at the same moment: those who met each other once would meet again.
  return 100 * 3 ** repeat * (0.5 + Math.random());
}
