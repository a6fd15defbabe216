/**
 * The programs that the benchmark compares, each with COUNT data sources of one app and one Swagger file. In all of them
 * TITLE is the title of the first data source: another one is the change of one.
 */

export const CONTESTANTS = ["floor", "engine", "ours", "tutorial"] as const;
export type Contestant = (typeof CONTESTANTS)[number];
/** Those that run on the engine; the floor is a loop beside it (floor.ts). */
export type Program = Exclude<Contestant, "floor">;

const ARGUMENTS = `
const { COUNT, TITLE, CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, TOKEN_URL: tokenUrl } = process.env;
const oauth2 = { clientId, clientSecret: pulumi.secret(clientSecret), tokenUrl };
const all = Array.from({ length: Number(COUNT) }, (_, i) => ({
  name: "crm-" + i,
  args: { container: "global", title: i === 0 ? TITLE : "CRM " + i, swagger: "api.json", oauth2 },
}));
`;

/**
 * As many dynamic resources with the same arguments, which do nothing. A constant text stands for their code, as for
 * ours: to serialise a closure would be charged to the engine otherwise.
 */
const ENGINE = `
const pulumi = require("@pulumi/pulumi");
${ARGUMENTS}
const CODE = \`exports.handler = () => ({
  check: async (olds, news) => ({ inputs: news }),
  diff: async (id, olds, news) => ({ changes: olds.title !== news.title }),
  create: async (inputs) => ({ id: inputs.title, outs: inputs }),
  read: async (id, props) => ({ id, props, inputs: props }),
  update: async (id, olds, news) => ({ outs: news }),
  delete: async () => undefined,
})\`;
class Nothing extends pulumi.CustomResource {
  constructor(name, args) {
    super("pulumi-nodejs:dynamic/bench:Nothing", name, { ...args, __provider: CODE });
  }
}
for (const { name, args } of all) new Nothing(name, args);
`;

const OURS = `
const pulumi = require("@pulumi/pulumi");
const { RestDataSource } = require("pulumi-aem-datasource");
${ARGUMENTS}
for (const { name, args } of all) new RestDataSource(name, args);
`;

/**
 * A dynamic provider as guides teach it: methods that close over a client, a token and a POST in each create. It has no
 * check and no read, keeps no token, looks at nothing before or after, and its state holds the author's password in clear.
 */
const TUTORIAL = `
const pulumi = require("@pulumi/pulumi");
${ARGUMENTS}
class Client {
  constructor(origin, username, password) {
    this.origin = origin;
    this.authorization = "Basic " + Buffer.from(username + ":" + password).toString("base64");
  }
  async token({ clientId, clientSecret, tokenUrl }) {
    const form = { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret };
    const answer = await fetch(tokenUrl, { method: "POST", body: new URLSearchParams(form) });
    if (!answer.ok) throw new Error("token: " + answer.status);
    return (await answer.json()).access_token;
  }
  async post(path, fields) {
    const { authorization, origin } = this;
    const csrf = await fetch(origin + "/libs/granite/csrf/token.json", { headers: { authorization } });
    const { token } = await csrf.json();
    const body = new FormData();
    for (const [name, value] of Object.entries(fields)) body.append(name, value);
    const headers = { authorization, accept: "application/json", "csrf-token": token };
    const answer = await fetch(origin + path, { method: "POST", headers, body });
    await answer.text();
    if (!answer.ok) throw new Error(path + ": " + answer.status);
  }
}
const client = new Client(process.env.AEM_AUTHOR, process.env.AEM_USERNAME, process.env.AEM_PASSWORD);
const fieldsOf = async ({ title, swagger, oauth2 }) => ({
  _charset_: "utf-8",
  "../jcr:primaryType": "cq:Page",
  "./jcr:primaryType": "cq:PageContent",
  "./jcr:title": title,
  "./sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
  "./client_id": oauth2.clientId,
  "./client_secret": oauth2.clientSecret,
  "./client_secret@Encrypted": "",
  "./access_token_uri": oauth2.tokenUrl,
  "./swaggerFile@TypeHint": "nt:file",
  "./swaggerFile": new File([await require("node:fs/promises").readFile(swagger)], swagger),
});
const provider = {
  async create(inputs) {
    await client.token(inputs.oauth2);
    const path = "/conf/global/settings/cloudconfigs/fdm/" + inputs.name;
    await client.post(path + "/jcr:content", await fieldsOf(inputs));
    return { id: path, outs: inputs };
  },
  async diff(id, olds, news) {
    return { changes: olds.title !== news.title };
  },
  async update(id, olds, news) {
    await client.token(news.oauth2);
    await client.post(id + "/jcr:content", await fieldsOf(news));
    return { outs: news };
  },
  async delete(id) {
    await client.post(id, { ":operation": "delete" });
  },
};
class DataSource extends pulumi.dynamic.Resource {
  constructor(name, args) {
    super(provider, name, { name, ...args });
  }
}
for (const { name, args } of all) new DataSource(name, args);
`;

export const PROGRAMS: Readonly<Record<Program, string>> = { engine: ENGINE, ours: OURS, tutorial: TUTORIAL };

/** Of each data source, in a preview or an up; what a contestant leaves out is printed beside its figures. */
export const LEFT_OUT =
  "*tutorial* leaves out: reading the Swagger file's meaning and judging it, the token check in the preview, the look before a write, the proof that the author encrypts, reading back, drift (its refresh asks nobody), a limit on writes";
