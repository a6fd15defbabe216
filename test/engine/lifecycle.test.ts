import assert from "node:assert/strict";
import { diagnostics, shows } from "../world/faultRows";
import { PAGE, SWAGGER, World } from "../world/world";

describe("a data source through its life, on the engine", () => {
  let world: World;

  before(async () => {
    world = await World.start();
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  it("is shown by the first preview with everything that is known, and nothing is written", async () => {
    const { text } = await world.stack.pulumi("preview", "--diff");
    assert.match(text, /path +: "\/conf\/global\/settings\/cloudconfigs\/fdm\/crm"/);
    assert.match(text, /serviceEndPoint: "https:\/\/MyDomainName\.my\.salesforce\.com\/services\/data\/v61\.0"/);
    assert.match(text, /GET \/query +: "queryRecords\(query q\* string\)/);
    assert.match(text, /clientSecret: \[secret\]/);
    assert.deepEqual(world.aem.requests, []);
  });

  it("is created as AEM has it: page, properties, encrypted secret, the Swagger file byte for byte", async () => {
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /path: "\/conf\/global\/settings\/cloudconfigs\/fdm\/crm"/);
    assert.deepEqual(properties(world), {
      "jcr:title": "Salesforce",
      name: "crm",
      "sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
      dataSourceType: "REST",
      swaggerSource: "swaggerFile",
      filename: "api.json",
      serviceEndPoint: "https://MyDomainName.my.salesforce.com/services/data/v61.0",
      authenticationType: "OAuth 2.0",
      selectAuthentication: "OAuth 2.0",
      grant_type: "client_credentials",
      client_id: "consumer-key",
      access_token_uri: world.tokens.tokenUrl,
      location: "header",
      selectHeader: "Authorization Bearer",
    });
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    const upload = world.newWrites().flatMap(({ fields }) => fields.filter(({ file }) => file !== undefined));
    assert.deepEqual(
      upload.map(({ name, file }) => [name, file?.filename, file?.bytes.toString()]),
      [["./swaggerFile", "api.json", SWAGGER]],
    );
  });

  it("takes less than 4 KiB of the state, beside its list of operations", async () => {
    const resource = await world.stack.dataSource();
    const listed = [resource?.inputs?.api, resource?.outputs?.api].map((api) => JSON.stringify(api).length);
    const bytes = JSON.stringify(resource).length - listed.reduce((sum, length) => sum + length, 0);
    assert.ok(bytes > 1_000 && bytes <= 4_096, String(bytes));
  });

  shows("E6", "is left alone by a second up: no change, no write", async () => {
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /2 unchanged/);
    assert.deepEqual(world.newWrites(), []);
    return diagnostics(text);
  });

  shows("W14", "gets a new title by one write that holds the title and no secret", async () => {
    await world.program({ title: '"Customer data"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /1 updated/);
    const writes = world.newWrites();
    assert.deepEqual(
      writes.map(({ path }) => path),
      [`${PAGE}/jcr:content`],
    );
    assert.deepEqual(written(writes[0]), ["./jcr:title=Customer data"]);
    assert.equal(properties(world)["jcr:title"], "Customer data");
    return diagnostics(text);
  });

  it("is quiet under refresh", async () => {
    const { text } = await world.stack.pulumi("refresh", "--preview-only", "--diff", "--expect-no-changes");
    assert.match(text, /2 unchanged/);
  });

  it("is destroyed without a token request, though the token server is down", async () => {
    const asked = world.tokens.requests.length;
    await world.tokens.stop();
    await world.stack.pulumi("destroy", "--yes", "--skip-preview");
    assert.equal(world.aem.node(PAGE), undefined);
    assert.equal(world.tokens.requests.length, asked);
  });
});

/** The plain properties of the page's content that are not Sling's own, nor the marker's. */
function properties(world: World): Record<string, unknown> {
  const page = world.aem.node(`${PAGE}/jcr:content`);
  assert.ok(typeof page === "object" && page !== null);
  const hidden =
    /^(jcr:(primaryType|created|createdBy|lastModified|lastModifiedBy)|managedBy|client_secret|swaggerFile)$/;
  return Object.fromEntries(Object.entries(page).filter(([name]) => !hidden.test(name)));
}

/** The content fields of a write, without those that each write has. */
function written(request: ReturnType<World["newWrites"]>[number] | undefined): string[] {
  const always = /^(_charset_|.*jcr:primaryType|\.\/jcr:lastModified(By)?)$/;
  return (request?.fields ?? []).filter(({ name }) => !always.test(name)).map(({ name, value }) => `${name}=${value}`);
}
