import assert from "node:assert/strict";
import { DataSourceError } from "../../provider/errors";
import { HIDDEN, readStackState } from "../../provider/stackState";
import { dataSource, ENCRYPTED, exported, recorded } from "../world/stackExports";

function refusal(state: string): DataSourceError {
  try {
    readStackState("stage", state);
  } catch (thrown) {
    assert.ok(thrown instanceof DataSourceError);
    return thrown;
  }
  assert.fail("taken");
}

describe("the state of a stack", () => {
  it("holds the data sources by name, with the time of the last update", () => {
    const { name, lastUpdate, dataSources, unfinished } = readStackState("stage", recorded("stage"));
    assert.deepEqual([name, lastUpdate, unfinished], ["stage", "2026-11-28T20:02:53.317Z", []]);
    assert.deepEqual(dataSources.map((one) => one.name).sort(), ["crm", "erp"]);
    const crm = dataSources.find((one) => one.name === "crm");
    assert.equal(crm?.outputs.secretRevision, "1, saved again in AEM");
    assert.equal(crm?.failed, undefined);
  });

  it("tells a stack in which nothing is deployed", () => {
    assert.deepEqual(readStackState("never", recorded("never")), {
      name: "never",
      lastUpdate: undefined,
      dataSources: [],
      unfinished: [],
    });
  });

  it("holds nothing of a data source but what is listed, and a secret as one wherever it stands", () => {
    const outputs = {
      title: ENCRYPTED,
      oauth2: { clientId: ENCRYPTED, clientSecret: "in clear", tokenUrl: "https://t.example/t" },
      extraProperties: { hosts: ["a", ENCRYPTED] },
      api: ENCRYPTED,
      managedBy: "o#1",
      somethingNew: "in clear",
    };
    const { dataSources } = readStackState("dev", exported([dataSource("crm", outputs)]));
    assert.deepEqual(dataSources[0]?.outputs, {
      title: HIDDEN,
      oauth2: { clientId: HIDDEN, tokenUrl: "https://t.example/t" },
      extraProperties: { hosts: ["a", HIDDEN] },
      api: HIDDEN,
    });
  });

  it("leaves out what is only read, what is of another type, and an old one that is still to be deleted", () => {
    const state = exported([
      dataSource("crm"),
      dataSource("seen", {}, { external: true }),
      dataSource("crm", {}, { delete: true }),
      { urn: "urn:pulumi:dev::program::random:index:Id::crm", type: "random:index:Id", outputs: { title: 1 } },
    ]);
    const { dataSources, unfinished } = readStackState("dev", state);
    assert.deepEqual(
      dataSources.map(({ name }) => name),
      ["crm"],
    );
    assert.deepEqual(unfinished, ["crm: the old one is still to be deleted"]);
  });

  it("says what an update left unfinished: cut off, tainted, failed in part with its codes", () => {
    const failed = ["/conf/x is saved, not published: refused [not-published]\n  [secret] hint"];
    const resources = [dataSource("crm", {}, { initErrors: failed, taint: true }), dataSource("erp")];
    const pending = [{ type: "updating", resource: dataSource("erp") }];
    const { dataSources, unfinished } = readStackState("dev", exported(resources, { pending_operations: pending }));
    assert.deepEqual(
      dataSources.map(({ failed }) => failed),
      [["not-published"], undefined],
    );
    assert.deepEqual(unfinished, [
      "crm: tainted, the next up replaces it",
      "erp: an update was cut off while updating it",
    ]);
  });

  it("keeps two of one name apart by the types of their parents", () => {
    const type = "pulumi-nodejs:dynamic/aem-datasource:RestDataSource";
    const state = exported([
      dataSource("crm"),
      dataSource("crm", {}, { urn: `urn:pulumi:dev::program::acme:Forms$${type}::crm` }),
      dataSource("a::b"),
    ]);
    assert.deepEqual(
      readStackState("dev", state).dataSources.map(({ name }) => name),
      ["crm", "acme:Forms$crm", "a::b"],
    );
  });

  const spoilt: Record<string, [state: string, says: RegExp]> = {
    "no JSON": ['{"deployment": "s3cret', /^stack stage: its state can't be read: it is none$/],
    "nothing at all": ["", /it is none$/],
    "a list": ["[]", /it is none$/],
    "no deployment": ["{}", /it has at deployment what does not belong there$/],
    "a resource that is none": [exported([{ urn: 1 }]), /it has at deployment\.resources\.0\.urn what/],
    "outputs that are none": [exported([dataSource("crm", "s3cret")]), /data source crm is none$/],
    "a title that is a number": [exported([dataSource("crm", { title: 5 })]), /data source crm has at title what/],
    "half an API": [
      exported([dataSource("crm", { api: { digest: "x" } })]),
      /data source crm has at api\.(title|version|operations) what/,
    ],
    "an operation whose line is none": [
      exported([
        dataSource("crm", { api: { digest: "x", title: "", version: "", operations: { "GET /\u001b[31m": 1 } } }),
      ]),
      /data source crm has at api\.operations\.GET \/ \[31m what/,
    ],
  };
  for (const [what, [state, says]] of Object.entries(spoilt)) {
    it(`that is ${what} is refused in a line that names the stack and the place, and nothing of the value`, () => {
      const { code, message, remedy } = refusal(state);
      assert.equal(code, "stack-unreadable");
      assert.match(message, says);
      assert.match(String(remedy), /pulumi stack export/);
      assert.doesNotMatch(message, /s3cret/);
    });
  }
});
