import type { EditedProperties, Encryption, Login, Replication, StatusMode, TestAuthor } from "../testAuthor";
import { Client, expect, type Fields } from "./client";
import { protect, unprotect } from "./secrets";
import { after, type Server } from "./server";

const SWITCHES = "/bin/stand-in";
const READY_SECONDS = 60;
const LOOK_MS = 50;

export type Logins = TestAuthor["logins"];

/** Apache Sling in an author's place, seen and changed as admin. */
export class SlingAuthor implements TestAuthor {
  readonly server = "Apache Sling";
  readonly #admin: Client;

  constructor(
    private readonly process: Server,
    private readonly key: string,
    readonly logins: Logins,
  ) {
    this.#admin = new Client(process.origin, logins.admin);
  }

  get origin(): string {
    return this.process.origin;
  }

  /** Waits until it answers as it will from then on, and gives the accounts their passwords. */
  async prepare(): Promise<void> {
    await this.#until("the token is there", async () => (await this.#admin.get(TOKEN)).status === 200);
    const withoutToken = { "csrf-token": "" };
    await this.#until(
      "tokens are asked for",
      async () => (await this.#admin.post("/", [], withoutToken)).status === 403,
    );
    // By GET: before the servlet is there, a POST would make a node in its place, which hides it for good.
    await this.#until("it replicates", async () => (await this.#admin.get("/bin/replicate.json")).status === 405);
    await this.#until(
      "it can be switched",
      async () => (await this.#admin.get(`${SWITCHES}.json?path=/conf`)).status === 200,
    );
    const folder = "/conf/global/settings/cloudconfigs/fdm";
    // Servlets come one by one at a start: until the one for JSON is there, a node answers 500.
    await this.#until("it can be read from", async () => (await this.#admin.get(`${folder}.2.json`)).status === 200);
    await this.#until("it can be written to", async () => (await this.#refusedWrite()) === STATUS_OF.modern);
    const { deployer, reader, nobody } = this.logins;
    for (const login of [deployer, reader, nobody]) {
      await this.#until(`${login.username} can log in`, () => this.#takesPassword(login));
    }
  }

  async list(path = "/conf"): Promise<Record<string, unknown>> {
    const reply = await this.#admin.get(`${SWITCHES}.json?path=${path}`);
    return JSON.parse(expect(`the listing of ${path}`, reply, 200));
  }

  async node(path: string): Promise<unknown> {
    const reply = await this.#admin.get(`${path}.infinity.json`, { accept: "application/json" });
    if (reply.status === 404) return undefined;
    return JSON.parse(expect(path, reply, 200));
  }

  async plainSecret(path: string): Promise<string | undefined> {
    const secret = (await this.list(path))[`${path}/jcr:content/client_secret`];
    return typeof secret === "string" ? unprotect(this.key, secret) : undefined;
  }

  async edit(path: string, properties: EditedProperties): Promise<void> {
    await this.#mustBeThere(path);
    await this.#write(`${path}/jcr:content`, properties);
  }

  async editFile(path: string, bytes: Buffer): Promise<void> {
    const file = `${path}/jcr:content/swaggerFile`;
    const type = (await this.list(file))[`${file}/jcr:content/jcr:mimeType`];
    if (typeof type !== "string") throw new Error(`${path} holds no Swagger file`);
    const fields: Fields = [
      ["./swaggerFile@TypeHint", "nt:file"],
      ["./swaggerFile", new File([bytes], "edited", { type })],
    ];
    await this.#write(`${path}/jcr:content`, {}, fields);
  }

  saveSecretAgain(path: string, plain: string): Promise<void> {
    return this.edit(path, { client_secret: protect(this.key, plain) });
  }

  async remove(path: string): Promise<void> {
    await this.#mustBeThere(path);
    expect(path, await this.#admin.post(path, [[":operation", "delete"]]), 200);
  }

  async addPage(path: string, properties: Record<string, string>): Promise<void> {
    const types: Fields = [
      ["../jcr:primaryType", "cq:Page"],
      ["./jcr:primaryType", "cq:PageContent"],
    ];
    await this.#write(`${path}/jcr:content`, properties, types);
  }

  setEncryption(by: Encryption): Promise<void> {
    return this.#switch("encryption", by);
  }

  setReplication(mode: Replication): Promise<void> {
    return this.#switch("replication", mode);
  }

  /** The POST servlet hears of its new setting a moment later. */
  async setStatusMode(mode: StatusMode): Promise<void> {
    await this.#switch("legacyStatus", String(mode === "legacy"));
    await this.#until(`it answers in ${mode} mode`, async () => (await this.#refusedWrite()) === STATUS_OF[mode]);
  }

  stop(): Promise<void> {
    return this.process.stop();
  }

  async #switch(name: string, value: string): Promise<void> {
    expect(`the switch ${name}`, await this.#admin.post(SWITCHES, [[name, value]]), 200);
  }

  async #write(path: string, properties: EditedProperties, more: Fields = []): Promise<void> {
    const fields = Object.entries(properties).flatMap(([name, value]) => fieldsOf(name, value));
    const stamp: Fields = [
      ["./cq:lastModified", new Date().toISOString()],
      ["./cq:lastModified@TypeHint", "Date"],
      ["./cq:lastModifiedBy", this.logins.admin.username],
    ];
    expect(path, await this.#admin.post(path, [...more, ...fields, ...stamp]), 200, 201);
    const empty = Object.entries(properties).flatMap(([name, value]) => (value === "" ? [name] : []));
    for (const name of empty) await this.#switch("empty", `${path}/${name}`);
  }

  async #mustBeThere(path: string): Promise<void> {
    if (Object.keys(await this.list(path)).length === 0) throw new Error(`There is nothing at ${path}`);
  }

  /** Judged by a login with it: before the servlet that changes passwords is there, another one answers. */
  async #takesPassword(login: Login): Promise<boolean> {
    const fields: Fields = [
      ["newPwd", login.password],
      ["newPwdConfirm", login.password],
    ];
    await this.#admin.post(`/system/userManager/user/${login.username}.changePassword.html`, fields);
    return (await new Client(this.origin, login).get(TOKEN)).status === 200;
  }

  /** The status of a write that can't succeed, by which the status mode is known. */
  async #refusedWrite(): Promise<number> {
    return (await this.#admin.post("/content/nothing", [["./jcr:primaryType", "no such type"]])).status;
  }

  async #until(what: string, isTrue: () => Promise<boolean>): Promise<void> {
    const looking = new AbortController();
    const look = async () => {
      while (!looking.signal.aborted && !(await isTrue())) await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
    };
    try {
      await Promise.race([look(), this.process.ended, after(READY_SECONDS)]);
    } catch (error) {
      const reason = error instanceof Error ? error.message : String(error);
      throw new Error(`waited until ${what}: ${reason}`, { cause: error });
    } finally {
      looking.abort();
    }
  }
}

const TOKEN = "/libs/granite/csrf/token.json";
const STATUS_OF: Readonly<Record<StatusMode, number>> = { modern: 409, legacy: 500 };

/** As a form says it. */
function fieldsOf(name: string, value: EditedProperties[string]): Fields {
  const field = `./${name}`;
  if (value === undefined) return [[`${field}@Delete`, "true"]];
  if (Array.isArray(value)) return [[`${field}@TypeHint`, "String[]"], ...value.map((item) => [field, item] as const)];
  return [
    [`${field}@TypeHint`, typeHint(value)],
    [field, String(value)],
  ];
}

function typeHint(value: string | number | boolean): string {
  if (typeof value === "string") return "String";
  if (typeof value === "boolean") return "Boolean";
  return Number.isInteger(value) ? "Long" : "Double";
}
