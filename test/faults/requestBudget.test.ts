import assert from "node:assert/strict";
import { SWAGGER, World } from "../world/world";

const CONTAINERS = ["global", "acme"];
const EACH = 4;
const COUNT = CONTAINERS.length * EACH;
const PROGRAM = `
const { RestDataSource } = require("pulumi-aem-datasource");
const { CLIENT_ID: clientId, CLIENT_SECRET: clientSecret, TOKEN_URL: tokenUrl, TITLE: title } = process.env;
for (const container of ${JSON.stringify(CONTAINERS)}) {
  for (let i = 0; i < ${EACH}; i += 1) {
    const args = { container, title, swagger: "api.json", oauth2: { clientId, clientSecret, tokenUrl } };
    new RestDataSource(container + "-" + i, args);
  }
}
`;
const CSRF = /^GET \/libs\/granite\/csrf\/token\.json /;

describe("requests on the engine, data source by data source", () => {
  let world: World;

  before(async () => {
    world = await World.start(PROGRAM);
    world.stack.environment.TITLE = "Salesforce";
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  /**
   * Runs one phase, and counts its requests: those of single data sources, each of which must have as many as the others;
   * the others, which no further data source may add to; and those to the token server.
   */
  async function requestsOf(...words: string[]) {
    world.aem.log.length = 0;
    const asked = world.tokens.requests.length;
    await world.stack.pulumi(...words);
    const own = world.aem.log.filter((line) => /\/fdm\/(global|acme)-\d/.test(line));
    const pages = new Map<string, string[]>();
    for (const line of own) {
      const page = /\/conf\/\w+\/.*?\/fdm\/\w+-\d/.exec(line)?.[0] ?? "";
      pages.set(page, [...(pages.get(page) ?? []), line]);
    }
    const counts = [...new Set([...pages.values()].map((lines) => lines.length))];
    const others = world.aem.log.filter((line) => !own.includes(line));
    return {
      pages: pages.size,
      each: counts,
      csrf: others.filter((line) => CSRF.test(line)).length,
      others: others.filter((line) => !CSRF.test(line)).map((line) => line.replace(/probe-\w+/, "probe")),
      tokens: world.tokens.requests.length - asked,
    };
  }

  const up = () => requestsOf("up", "--yes", "--skip-preview");

  it("are none to the author in a preview, and one for a token", async () => {
    assert.deepEqual(await requestsOf("preview"), { pages: 0, each: [], csrf: 0, others: [], tokens: 1 });
  });

  it("are 4 a create; one more for the login, and four for a container: its folder, and the proof of encryption", async () => {
    const { others, ...counts } = await up();
    assert.deepEqual(counts, { pages: COUNT, each: [4], csrf: 1, tokens: 1 });
    assert.deepEqual(
      others.sort(),
      CONTAINERS.flatMap((container) => {
        const folder = `/conf/${container}/settings/cloudconfigs/fdm`;
        const probe = `${folder}/aem-datasource-probe`;
        return [
          `GET ${folder}.0.json 200`,
          `GET ${probe}/jcr:content.0.json 200`,
          `POST ${probe} 200`,
          `POST ${probe}/jcr:content 201`,
        ];
      }).sort(),
    );
  });

  it("are none to the author in an up without changes", async () => {
    assert.deepEqual(await up(), { pages: 0, each: [], csrf: 0, others: [], tokens: 1 });
  });

  it("are 2 a refresh, and none for a token", async () => {
    const refresh = await requestsOf("refresh", "--yes", "--skip-preview");
    assert.deepEqual(refresh, { pages: COUNT, each: [2], csrf: 0, others: [], tokens: 0 });
  });

  it("are 3 an update", async () => {
    world.stack.environment.TITLE = "CRM";
    assert.deepEqual(await up(), { pages: COUNT, each: [3], csrf: 1, others: [], tokens: 1 });
  });

  it("are 5 an update where the Swagger file is in it; one more for all, for the form data models that it may break", async () => {
    const { "/query": _, ...paths } = JSON.parse(SWAGGER).paths;
    await world.stack.write("api.json", JSON.stringify({ ...JSON.parse(SWAGGER), paths }));
    const others = ["GET /bin/querybuilder.json 200"];
    assert.deepEqual(await up(), { pages: COUNT, each: [5], csrf: 1, others, tokens: 1 });
  });

  it("keep the state small: at most 4 KB a data source beside the API", async () => {
    const { deployment } = await world.stack.state();
    const sizes = (deployment.resources ?? [])
      .filter(({ type }) => type.includes("RestDataSource"))
      .map(({ inputs, outputs, ...rest }) => {
        const { api: _in, ...given } = inputs ?? {};
        const { api: _out, ...kept } = outputs ?? {};
        return JSON.stringify({ ...rest, inputs: given, outputs: kept }).length;
      });
    assert.equal(sizes.length, COUNT);
    assert.ok(Math.max(...sizes) <= 4096, `${Math.max(...sizes)} bytes`);
  });

  it("are 2 a delete, and none for a token; one more for all, for the form data models that use them", async () => {
    const destroy = await requestsOf("destroy", "--yes", "--skip-preview");
    const others = ["GET /bin/querybuilder.json 200"];
    assert.deepEqual(destroy, { pages: COUNT, each: [2], csrf: 1, others, tokens: 0 });
  });
});
