import { randomBytes } from "node:crypto";
import { basic, Client, type Field, type Reply, record } from "../../unit/world/aemClient";
import type { Account, StatusMode, TestAuthor } from "../../world/testAuthor";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";

/** The types that the provider sends with each write. */
export const TYPES: readonly Field[] = [
  ["../jcr:primaryType", "cq:Page"],
  ["./jcr:primaryType", "cq:PageContent"],
];

export const SWAGGER = { filename: "salesforce.json", type: "application/json", text: '{"swagger":"2.0"}' };
export const UPLOAD: readonly Field[] = [
  ["./swaggerFile@TypeHint", "nt:file"],
  ["./swaggerFile", SWAGGER],
];

/** Keeps its CSRF token, which saves half of the requests. */
class Caller extends Client {
  #token: Promise<string> | undefined;

  override csrfToken(): Promise<string> {
    this.#token ??= super.csrfToken();
    return this.#token;
  }
}

/** One server, as the cases see it. They share it, so each works on pages of its own. */
export class Bench {
  /** No other run and no other case has a name that begins like this. */
  readonly #prefix = `contract-${randomBytes(4).toString("hex")}`;
  readonly admin: Client;
  readonly deployer: Client;
  readonly reader: Client;
  readonly nobody: Client;
  #pages = 0;

  constructor(
    readonly author: TestAuthor,
    readonly mode: StatusMode,
  ) {
    this.admin = this.#client("admin");
    this.deployer = this.#client("deployer");
    this.reader = this.#client("reader");
    this.nobody = this.#client("nobody");
  }

  /** The path of a page that isn't there. */
  page(): string {
    this.#pages += 1;
    return `${FOLDER}/${this.#prefix}-${this.#pages}`;
  }

  /** Writes a page as the provider does. */
  save(page: string, ...fields: readonly Field[]): Promise<Reply> {
    return this.post(`${page}/jcr:content`, ...TYPES, ...fields);
  }

  /** Makes a page, or fails. */
  async make(...fields: readonly Field[]): Promise<string> {
    const page = this.page();
    const { status, text } = await this.save(page, ...fields);
    if (status !== 201) throw new Error(`${page}: ${status} ${text}`);
    return page;
  }

  /** In UTF-8 and for JSON, as the deployer unless somebody else is named. */
  post(path: string, ...fields: readonly Field[]): Promise<Reply> {
    return this.postAs("deployer", path, ...fields);
  }

  postAs(account: Account, path: string, ...fields: readonly Field[]): Promise<Reply> {
    return this[account].post(path, ["_charset_", "utf-8"], ...fields);
  }

  /** The tree below a path without what differs from run to run; undefined when there is none. */
  async tree(path: string): Promise<unknown> {
    const { status, json } = await this.admin.get(`${path}.infinity.json`, { accept: "application/json" });
    return status === 404 ? undefined : stable(json);
  }

  trees(...paths: readonly string[]): Promise<unknown[]> {
    return Promise.all(paths.map((path) => this.tree(path)));
  }

  /** What jcr:content holds, without what the repository adds by itself. */
  async content(page: string): Promise<Record<string, unknown>> {
    const own = Object.entries(record(await this.tree(`${page}/jcr:content`))).filter(([name]) => !BY_ITSELF.has(name));
    return Object.fromEntries(own);
  }

  async type(path: string): Promise<unknown> {
    return record(await this.tree(path))["jcr:primaryType"];
  }

  #client(account: Account): Client {
    const { username, password } = this.author.logins[account];
    return new Caller(this.author, username, basic(username, password));
  }
}

export type TheBench = () => Bench;

const BY_ITSELF = new Set(["jcr:primaryType", "jcr:created", "jcr:createdBy"]);

export function hinted(name: string, hint: string, ...values: readonly string[]): Field[] {
  return [[`./${name}@TypeHint`, hint], ...values.map((value): Field => [`./${name}`, value])];
}

/** An answer as a case compares it: whole, but for what differs from run to run. */
export function seen({ status, headers, json, text }: Reply): Record<string, unknown> {
  const { location } = headers;
  const body = json === undefined ? text : stable(json);
  return { status, type: headers["content-type"], ...(location !== undefined && { location }), body };
}

const DATE = /"\w{3} \w{3} \d\d \d{4} [\d:]{8} GMT[+-]\d{4}"/g;
const UUID = /"\w{8}-\w{4}-\w{4}-\w{4}-\w{12}"/g;
/** Java words these by itself, and each version of it otherwise. */
const WORDS_OF_JAVA = /((?:NullPointer|ClassCast)Exception)(?:: |","message":")(?:[^"\\]|\\.)*"/g;
const RECENT_MS = 600_000;

/** Without dates that the server set by its clock, uuids and words that aren't the server's. */
function stable(json: unknown): unknown {
  const text = JSON.stringify(json).replace(DATE, asNow).replace(UUID, '"UUID"');
  return JSON.parse(text.replace(WORDS_OF_JAVA, '$1"'));
}

/** In whatever time zone the server is. */
function asNow(date: string): string {
  return Math.abs(Date.now() - Date.parse(JSON.parse(date))) < RECENT_MS ? '"NOW"' : date;
}

export const JSON_TYPE = "application/json;charset=utf-8";
export const HTML_TYPE = "text/html;charset=utf-8";
