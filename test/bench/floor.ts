/**
 * The floor: one phase of the verified job for COUNT data sources as a bare loop of requests, in a process of its own as
 * the provider has one. Prints the milliseconds from loading undici to the last answer.
 */
import type * as Undici from "undici";
import { Turns } from "../../provider/aem/turns";

/** As many data sources at once as the engine has under way, and as many writes as the provider lets an author have. */
export const AT_ONCE = 16;
const WRITES = 4;
const FOLDER = "/conf/global/settings/cloudconfigs/fdm";

export const FLOOR_PHASES = ["up", "change", "refresh", "destroy"] as const;
export type FloorPhase = (typeof FLOOR_PHASES)[number];

class Loop {
  readonly #agent: Undici.Agent;
  readonly #authorization: string;
  readonly #writes = new Turns(WRITES);
  #token = "";

  constructor(
    private readonly undici: typeof Undici,
    private readonly origin: string,
    username: string,
    password: string,
    private readonly file: Buffer,
  ) {
    this.#agent = new undici.Agent();
    this.#authorization = `Basic ${Buffer.from(`${username}:${password}`).toString("base64")}`;
  }

  async logIn(): Promise<void> {
    const { token }: { token: string } = JSON.parse(String(await this.get("/libs/granite/csrf/token.json")));
    this.#token = token;
  }

  async create(name: string, title: string): Promise<void> {
    await this.get(`${FOLDER}/${name}.2.json`, 404);
    const form = this.form({
      ...this.properties(title),
      "./client_secret": "a secret",
      "./client_secret@Encrypted": "",
    });
    form.append("./swaggerFile@TypeHint", "nt:file");
    form.append("./swaggerFile", new File([this.file], "api.json", { type: "application/json" }));
    await this.post(`${FOLDER}/${name}/jcr:content`, form, 201);
    await this.look(name, title);
    await this.lookAtFile(name);
  }

  async update(name: string, title: string): Promise<void> {
    await this.get(`${FOLDER}/${name}.2.json`);
    await this.post(`${FOLDER}/${name}/jcr:content`, this.form({ "./jcr:title": title }), 200);
    await this.look(name, title);
  }

  async look(name: string, title?: string): Promise<void> {
    const page: { "jcr:content"?: Record<string, unknown> } = JSON.parse(
      String(await this.get(`${FOLDER}/${name}.2.json`)),
    );
    const found = page["jcr:content"]?.["jcr:title"];
    if (title !== undefined && found !== title) throw new Error(`${name} has the title ${found}`);
  }

  async lookAtFile(name: string): Promise<void> {
    const bytes = await this.get(`${FOLDER}/${name}/jcr:content/swaggerFile`);
    if (!bytes.equals(this.file)) throw new Error(`${name} has another Swagger file`);
  }

  async remove(name: string): Promise<void> {
    await this.look(name);
    await this.post(`${FOLDER}/${name}`, this.form({ ":operation": "delete" }), 200);
  }

  close(): Promise<void> {
    return this.#agent.close();
  }

  private properties(title: string): Record<string, string> {
    return {
      "../jcr:primaryType": "cq:Page",
      "./jcr:primaryType": "cq:PageContent",
      "./jcr:title": title,
      "./sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
      "./client_id": "consumer-key",
      "./access_token_uri": "https://example.com/token",
    };
  }

  private form(fields: Readonly<Record<string, string>>): Undici.FormData {
    const form = new this.undici.FormData();
    for (const [name, value] of Object.entries({ _charset_: "utf-8", ...fields })) form.append(name, value);
    return form;
  }

  private get(path: string, expected = 200): Promise<Buffer> {
    return this.send("GET", path, undefined, expected);
  }

  private async post(path: string, body: Undici.FormData, expected: number): Promise<void> {
    await this.#writes.take(() => this.send("POST", path, body, expected));
  }

  private async send(
    method: "GET" | "POST",
    path: string,
    body: Undici.FormData | undefined,
    expected: number,
  ): Promise<Buffer> {
    const answer = await this.undici.request(`${this.origin}${path}`, {
      method,
      headers: { authorization: this.#authorization, accept: "application/json", "csrf-token": this.#token },
      body,
      dispatcher: this.#agent,
    });
    const bytes = Buffer.from(await answer.body.arrayBuffer());
    if (answer.statusCode !== expected) throw new Error(`${method} ${path} answers ${answer.statusCode}`);
    return bytes;
  }
}

async function run(loop: Loop, phase: FloorPhase, count: number, title: string): Promise<void> {
  const all = Array.from({ length: count }, (_, index) => index);
  const turns = new Turns(AT_ONCE);
  const each = (some: readonly number[], act: (name: string, title: string) => Promise<void>) =>
    Promise.all(some.map((i) => turns.take(() => act(`crm-${i}`, i === 0 ? title : `CRM ${i}`))));
  if (phase !== "refresh") await loop.logIn();
  if (phase === "up") await each(all, (name, wanted) => loop.create(name, wanted));
  if (phase === "change") await each([0], (name, wanted) => loop.update(name, wanted));
  if (phase === "destroy") await each(all, (name) => loop.remove(name));
  if (phase === "refresh") {
    await each(all, async (name, wanted) => {
      await loop.look(name, wanted);
      await loop.lookAtFile(name);
    });
  }
}

async function main(phase: FloorPhase): Promise<void> {
  const { AEM_AUTHOR = "", AEM_USERNAME = "", AEM_PASSWORD = "", COUNT, TITLE = "", SWAGGER = "" } = process.env;
  const begun = performance.now();
  const undici: typeof Undici = require("undici");
  const { readFile } = await import("node:fs/promises");
  const loop = new Loop(undici, AEM_AUTHOR, AEM_USERNAME, AEM_PASSWORD, await readFile(SWAGGER));
  await run(loop, phase, Number(COUNT), TITLE);
  console.log(performance.now() - begun);
  await loop.close();
}

const asked = FLOOR_PHASES.find((phase) => phase === process.argv[2]);
if (require.main === module && asked !== undefined) {
  main(asked).catch((thrown: unknown) => {
    console.error(thrown);
    process.exitCode = 1;
  });
}
