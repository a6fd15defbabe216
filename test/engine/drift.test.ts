import assert from "node:assert/strict";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PAGE, SWAGGER, World } from "../world/world";

type Properties = Parameters<World["aem"]["edit"]>[1];

/** What somebody changes in AEM → the edit, and every line by which a refresh shows it, old and new. */
const EDITS: Readonly<Record<string, readonly [edit: Properties | Buffer, shown: readonly RegExp[]]>> = {
  "the title": [{ "jcr:title": "By hand" }, [/~ title +: "Salesforce" => "By hand"/]],
  "the end point": [
    { serviceEndPoint: "https://other.example/api" },
    [/~ serviceEndPoint: "https:\/\/MyDomainName.*" => "https:\/\/other\.example\/api"/],
  ],
  "the client id": [{ client_id: "other" }, [/~ clientId +: "consumer-key" => "other"/]],
  "the token URL": [
    { access_token_uri: "https://idp.example/token" },
    [/~ tokenUrl +: "http:.*" => "https:\/\/idp\.example\/token"/],
  ],
  "the scope": [{ authorization_scope: "full" }, [/~ scope +: "api" => "full"/]],
  "an extra property": [{ team: "other" }, [/~ team *: "crm" => "other"/]],
  "an extra property, removed": [{ team: undefined }, [/~ team *: "crm" => "removed in AEM"/]],
  "a constant of the product": [{ grant_type: "password" }, [/\+ grant_type *: "password"/]],
  "the marker, removed": [{ managedBy: undefined }, [/\+ marker +: "removed in AEM"/]],
  "the marker, another's": [
    { managedBy: "acme/other/prod/crm#0123456789abcdef" },
    [/\+ marker +: "of acme\/other\/prod\/crm in AEM"/],
  ],
  "an operation of the Swagger file": [
    Buffer.from(JSON.stringify(withoutQuery())),
    [/~ digest +: ".*" => ".*"/, /- GET \/query +: "queryRecords/, /~ sha256 +: ".*" => ".*"/],
  ],
  "the Swagger file's bytes alone": [Buffer.from(`${SWAGGER}\n`), [/~ digest +: ".*" => ".*, other bytes in AEM"/]],
};

describe("drift, on the engine", () => {
  let world: World;
  let undo = () => {};

  before(async () => {
    world = await World.start();
    const scoped = 'Object.assign({ scope: "api" }, { clientId: process.env.CLIENT_ID';
    await world.program({
      oauth2: `${scoped}, clientSecret: process.env.CLIENT_SECRET, tokenUrl: process.env.TOKEN_URL })`,
      extraProperties: '{ team: "crm" }',
    });
    await world.stack.pulumi("up", "--yes", "--skip-preview");
  });

  after(async () => {
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });

  afterEach(() => {
    undo();
    undo = () => {};
  });

  it("is not seen in what the server and the users of AEM add", async () => {
    world.aem.edit(PAGE, {
      "cq:lastReplicated": "today",
      "cq:lastReplicationAction": "Activate",
      note: "by an author",
    });
    await gate(world, 0);
  });

  for (const [what, [change, shown]] of Object.entries(EDITS)) {
    it(`of ${what}: that alone is shown, old and new, and the gate fails`, async () => {
      const before = content(world);
      undo = () => {
        if (Buffer.isBuffer(change)) world.aem.editFile(PAGE, Buffer.from(SWAGGER));
        else world.aem.edit(PAGE, Object.fromEntries(Object.keys(change).map((name) => [name, before[name]])));
      };
      if (Buffer.isBuffer(change)) world.aem.editFile(PAGE, change);
      else world.aem.edit(PAGE, change);
      const text = await gate(world, 7);
      const lines = text
        .split("\n")
        .filter((line) => /^ +[~+-] .*[^{]$/.test(line) && !/\(update\)|to update$/.test(line));
      assert.equal(lines.length, shown.length, text);
      for (const [index, line] of shown.entries()) assert.match(lines[index] ?? "", line);
      assert.match(text, /crm: changed in AEM since the last run, last by somebody, /);
    });
  }

  it("of everything at once is repaired by one write of just that; an author's own property stays", async () => {
    for (const [change] of Object.values(EDITS)) {
      if (Buffer.isBuffer(change)) world.aem.editFile(PAGE, change);
      else if (change.managedBy === undefined) world.aem.edit(PAGE, change);
    }
    world.newWrites();
    await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    const writes = world.newWrites();
    assert.deepEqual(
      writes.map(({ path }) => path),
      [`${PAGE}/jcr:content`],
    );
    const always = /^_charset_$|jcr:primaryType$|jcr:lastModified(By)?$/;
    assert.deepEqual(
      writes[0]?.fields.map(({ name }) => name).filter((name) => !always.test(name)),
      [
        "jcr:title",
        "serviceEndPoint",
        "grant_type",
        "client_id",
        "access_token_uri",
        "authorization_scope",
        "team",
        "managedBy",
        "swaggerFile@TypeHint",
        "swaggerFile",
      ].map((name) => `./${name}`),
    );
    await gate(world, 0);
    assert.equal(content(world).note, "by an author");
  });

  it("is named in a warning where an update for another reason overwrites it", async () => {
    world.aem.edit(PAGE, { "jcr:title": "By hand again", client_id: "other" });
    await world.program({ title: '"New"', extraProperties: '{ team: "crm" }' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(
      text,
      /warning: crm: changed in AEM since the last run, last by somebody, .*, overwritten now: title "By hand again", oauth2\.clientId "other"/,
    );
  });

  it("is no drift but a failure when the login is refused, and the state stays as it was", async () => {
    await world.stack.pulumi("refresh", "--yes", "--skip-preview");
    const before = JSON.stringify(await world.stack.dataSource());
    world.stack.environment.AEM_USERNAME = "unknown-user";
    const { code, text } = await world.stack.try("refresh", "--yes");
    world.stack.environment.AEM_USERNAME = "deployer";
    assert.notEqual(code, 0);
    assert.match(text, /refused the login unknown-user/);
    assert.equal(JSON.stringify(await world.stack.dataSource()), before);
  });

  it("is no drift but a failure when the account sees nothing, where a page that is gone would look the same", async () => {
    const before = JSON.stringify(await world.stack.dataSource());
    world.stack.environment.AEM_USERNAME = "nobody";
    const { code, text } = await world.stack.try("refresh", "--yes");
    world.stack.environment.AEM_USERNAME = "deployer";
    assert.notEqual(code, 0);
    assert.match(text, /it may be there or not \[data-source-unreadable\]/);
    assert.equal(JSON.stringify(await world.stack.dataSource()), before);
  });

  it("is no drift but a failure when the answer is not AEM's", async () => {
    const { AEM_AUTHOR } = world.stack.environment;
    const before = JSON.stringify(await world.stack.dataSource());
    const { port } = new URL(world.aem.origin);
    await world.aem.stop();
    const impostor = createServer((_, response) =>
      response.writeHead(200, { "content-type": "text/html" }).end("<html>"),
    );
    await new Promise<void>((resolve) => impostor.listen(Number(port), "127.0.0.1", resolve));
    const { code, text } = await world.stack.try("refresh", "--yes");
    await new Promise((resolve) => impostor.close(resolve));
    assert.equal(AEM_AUTHOR, `http://127.0.0.1:${(impostor.address() as AddressInfo | null)?.port ?? port}`);
    assert.notEqual(code, 0);
    assert.match(text, /does not answer like an AEM author \(200 text\/html/);
    assert.equal(JSON.stringify(await world.stack.dataSource()), before);
  });
});

describe("a page that somebody deleted, on the engine", () => {
  it("fails the gate, is made again by up --refresh, and written whole by an update that meets the gap", async () => {
    const world = await World.start();
    await world.stack.pulumi("up", "--yes", "--skip-preview");
    world.aem.remove(PAGE);
    assert.match(await gate(world, 7), /- pulumi-nodejs:dynamic\/aem-datasource:RestDataSource: \(delete\)/);
    const made = await world.stack.pulumi("up", "--yes", "--skip-preview", "--refresh");
    assert.match(made.text, /1 created/);
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);

    world.aem.remove(PAGE);
    await world.program({ title: '"New"' });
    const { text } = await world.stack.pulumi("up", "--yes", "--skip-preview");
    assert.match(text, /warning: crm: .* was gone in AEM; it is written again, secret included/);
    assert.equal(content(world)["jcr:title"], "New");
    assert.equal(world.aem.plainSecret(PAGE), world.secrets[0]);
    await gate(world, 0);
    assert.deepEqual(await world.leaks(), []);
    await world.stop();
  });
});

/** The drift gate of a pipeline: ends with 7 where there is drift, else with 0. */
async function gate(world: World, expected: number): Promise<string> {
  const { code, text } = await world.stack.try("refresh", "--preview-only", "--diff", "--expect-no-changes");
  assert.equal(code, expected, text);
  return text;
}

function content(world: World): Properties {
  return Object(world.aem.node(`${PAGE}/jcr:content`));
}

function withoutQuery(): unknown {
  const { "/query": _, ...paths } = JSON.parse(SWAGGER).paths;
  return { ...JSON.parse(SWAGGER), paths };
}
