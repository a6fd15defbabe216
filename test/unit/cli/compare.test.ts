import assert from "node:assert/strict";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { commandLine, type Ended } from "../../world/commandLine";
import { exported, pulumiOf, recorded } from "../../world/stackExports";

describe("aem-datasource compare", () => {
  let folder: string;
  let environment: NodeJS.ProcessEnv;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "cli-"));
    environment = await pulumiOf(folder, {
      dev: recorded("dev"),
      stage: recorded("stage"),
      prod: recorded("prod"),
      never: recorded("never"),
      spoilt: '{"deployment": {"resources": [s3cret',
    });
  });
  after(() => rm(folder, { recursive: true }));

  const compare = (...words: string[]): Promise<Ended> => {
    return commandLine(["compare", ...words], { environment, folder, secrets: ["s3cret"] });
  };

  it("tells what differs, what a promotion would change and what it would break, and ends with 2", async () => {
    const { code, stdout, stderr } = await compare("dev", "stage", "prod", "never");
    assert.deepEqual([code, stderr], [2, ""]);
    const told = stdout.replaceAll(/127\.0\.0\.1:\d+/g, "127.0.0.1:PORT").replaceAll(/ +/g, " ");
    const lines = [
      "STACK LAST UPDATE DATA SOURCES",
      "dev 2026-11-28 20:02 UTC 2",
      "prod 2026-11-28 20:03 UTC 1",
      "never never, or destroyed 0",
      "crm dev stage prod never",
      " differs there there there missing",
      "title differs Salesforce CRM Salesforce Salesforce",
      "extraProperties.retries differs 3 3 -",
      "origin own http://127.0.0.1:PORT http://127.0.0.1:PORT http://127.0.0.1:PORT",
      "serviceEndPoint.host own https://acme--dev.my.salesforce.com https://acme--stage.my.salesforce.com https://acme.my.salesforce.com",
      "secretRevision state 1 1, saved again in AEM 1",
    ];
    for (const line of lines) assert.ok(told.split("\n").includes(line), `${line}\n${stdout}`);
    const [, ...promotions] = told.split(/\n\n(?=\w+ → )/);
    assert.deepEqual(promotions.join("\n\n").trimEnd().split("\n"), [
      "dev → stage: what a promotion would change in stage",
      " crm",
      " title: Salesforce → Salesforce CRM",
      " api.digest: 8e8cd0226990 → 6d1ad5e60349",
      " api.version: 1.0.0 → 1.1.0",
      " api.operations: 2 → 3",
      " breaks form data models:",
      " GET /query: query parameter limit added, and required",
      " breaks nothing:",
      " POST /case: added",
      " erp",
      " api.digest: 8e8cd0226990 → 6d1ad5e60349",
      " api.version: 1.0.0 → 1.1.0",
      " api.operations: 2 → 3",
      " breaks form data models:",
      " GET /query: query parameter limit added, and required",
      " breaks nothing:",
      " POST /case: added",
      "",
      "stage → prod: what a promotion would change in prod",
      " crm",
      " extraProperties.retries: - → 3",
      " erp",
      " only in stage: a promotion creates it",
      "",
      "prod → never: what a promotion would change in never",
      " crm",
      " only in prod: a promotion creates it",
      "",
      "stage is not what dev is: 2 of 2 data sources differ, and a promotion would break forms there",
      "prod is not what stage is: 2 of 2 data sources differ",
      "nothing is deployed in never: a promotion would create 1 data source",
    ]);
  });

  it("says that a stage is what the one before it is, and ends with 0", async () => {
    const words = ["dev", "stage", "--expect", "title,api.digest, api.version,api.operations"];
    const { code, stdout } = await compare(...words);
    assert.match(stdout, /\ntitle +expected +Salesforce CRM +Salesforce\n/);
    assert.match(stdout, /\n\nstage is what dev is, but for what is expected to differ\n$/);
    assert.equal(code, 0);
  });

  it("warns of what a promotion takes away", async () => {
    const { stdout } = await compare("prod", "stage");
    assert.match(stdout, /\n {2}erp\n {4}only in stage: a promotion deletes it there, and forms that use it break\n/);
  });

  it("gives the same to a script as one object", async () => {
    const { code, stdout } = await compare("dev", "stage", "--json");
    const { same, comparedAt, stacks, dataSources, promotions } = JSON.parse(stdout);
    assert.deepEqual([code, same], [2, false]);
    assert.ok(Math.abs(Date.now() - Date.parse(comparedAt)) < 600_000);
    assert.deepEqual(stacks[1], {
      name: "stage",
      lastUpdate: "2026-11-28T20:02:53.317Z",
      dataSources: 2,
      unfinished: [],
    });
    assert.deepEqual(
      dataSources[0].fields.find((one: { field: string }) => one.field === "title"),
      { field: "title", group: "promoted", same: false, expected: false, values: ["Salesforce CRM", "Salesforce"] },
    );
    assert.deepEqual(dataSources[1].fields.find((one: { field: string }) => one.field === "oauth2.clientId").values, [
      "[secret]",
      "[secret]",
    ]);
    assert.deepEqual(promotions[0].dataSources[0].operations[0], {
      operation: "GET /query",
      kind: "parameter-added",
      class: "breaking",
      detail: "query parameter limit added, and required",
    });
  });

  it("writes a page for a browser beside what it prints, over the one of yesterday", async () => {
    const file = join(folder, "stages.html");
    await writeFile(file, "yesterday");
    const { code, stdout } = await compare("dev", "stage", "prod", "--html", "stages.html");
    assert.equal(code, 2);
    assert.match(stdout, /^STACK/);
    assert.match(await readFile(file, "utf8"), /^<!doctype html>.*<h1>No stage is what the one before it is<\/h1>/s);
    await rm(file);
  });

  const refused: [words: string[], code: number, says: RegExp][] = [
    [
      ["dev", "nope"],
      1,
      /^error: stack nope: there is no stack of that name \[stack-unreadable\]\n {2}See: pulumi stack ls\n$/,
    ],
    [["spoilt", "dev"], 1, /^error: stack spoilt: its state can't be read: it is none \[stack-unreadable\]\n/],
    [["dev"], 64, /^error: give two stacks or more/],
    [["dev", "dev"], 64, /^error: a stack stands there twice\n/],
    [["dev", "a b;c"], 64, /^error: a stack's name is letters, digits/],
    [["dev", "stage", "--expect", "x"], 64, /^error: --expect takes one of: path, title, /],
    [
      ["dev", "stage", "--html", "nowhere/stages.html"],
      1,
      /^error: nowhere\/stages\.html can't be written: its folder is not there \[input-invalid\]\n/,
    ],
    [["dev", "stage", "--html", "Pulumi.yaml"], 64, /^error: --html takes a file named \*\.html\n/],
  ];
  for (const [words, code, says] of refused) {
    it(`ends with ${code} and says why: ${words.join(" ") || "no stack"}`, async () => {
      const ended = await compare(...words);
      assert.match(ended.stderr, says);
      assert.deepEqual([ended.code, ended.stdout], [code, ""]);
      assert.doesNotMatch(ended.stderr, /\n\s+at |s3cret/);
    });
  }

  it("has nothing to compare where no stack has a data source", async () => {
    const nothing = await mkdtemp(join(tmpdir(), "cli-"));
    try {
      const states = { a: recorded("never"), b: exported([]) };
      const { code, stderr } = await commandLine(["compare", "a", "b"], {
        environment: await pulumiOf(nothing, states),
      });
      assert.match(
        stderr,
        /^error: there is nothing to compare: none of these stacks has a data source \[stack-unreadable\]/,
      );
      assert.equal(code, 1);
    } finally {
      await rm(nothing, { recursive: true });
    }
  });

  it("needs pulumi", async () => {
    const { code, stderr } = await commandLine(["compare", "dev", "prod"], {
      environment: { PATH: dirname(process.execPath) },
    });
    assert.match(stderr, /^error: stack dev: there is no pulumi on PATH \[stack-unreadable\]\n/);
    assert.equal(code, 1);
  });

  it("leaves nothing behind", async () => {
    assert.deepEqual(
      (await readdir(folder)).filter((name) => !name.endsWith(".json")),
      ["pulumi"],
    );
  });
});
