import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import {
  allowedHostsSet,
  lastVerdictIssued,
  publishOn,
  type Resource,
  type Rule,
  secretNotOld,
  tokenCheckOn,
  violations,
} from "../../../examples/policy/rules";
import { planned, RECORDED, type RecordedResource, written } from "../../world/policyResources";

const RULES = { tokenCheckOn, lastVerdictIssued, publishOn, secretNotOld, allowedHostsSet };
const SETTINGS = { stacks: ["prod"], days: 90 };
const LIST = "AEM_DATASOURCE_ALLOWED_HOSTS";

describe("the rules of examples/policy, on recorded resources", () => {
  const resources: RecordedResource[] = JSON.parse(readFileSync(RECORDED, "utf8"));
  const dataSource = resources.find(({ type }) => type.includes("RestDataSource"));
  assert.ok(dataSource);
  const writtenAt = Date.parse(String(dataSource.outputs.secretWrittenAt));

  /** The recorded stack as it would be with other properties of the data source, or another stack config. */
  function changed(props: Resource["props"], config?: Resource["props"]): Resource[] {
    return resources.map(written).map((resource) => {
      if (resource.type.startsWith("pulumi:providers")) return config ? { ...resource, props: config } : resource;
      return resource.type.includes("RestDataSource")
        ? { ...resource, props: { ...resource.props, ...props } }
        : resource;
    });
  }

  function messages(
    rule: Rule,
    stack: readonly Resource[],
    after = 0,
    environment = {},
    settings = SETTINGS,
  ): string[] {
    const now = new Date(writtenAt + after * 24 * 60 * 60 * 1000);
    const found = violations(rule, stack, settings, { environment, now });
    for (const { urn } of found) assert.equal(urn, dataSource?.urn);
    return found.map(({ message }) => message);
  }

  for (const [name, rule] of Object.entries(RULES)) {
    it(`${name}: finds nothing where the rules are kept`, () => {
      assert.deepEqual(messages(rule, changed({})), []);
    });

    it(`${name}: says nothing of other stacks`, () => {
      const everythingWrong = changed(
        { tokenCheck: "off", tokenVerdict: "off", publish: false, secretWrittenAt: "" },
        {},
      );
      assert.equal(messages(rule, everythingWrong).length, 1);
      assert.deepEqual(
        messages(rule, everythingWrong, 0, {}, { ...SETTINGS, stacks: ["production", "rod", "p.od"] }),
        [],
      );
    });
  }

  it("reads the settings' * as any characters, and nothing else as more than itself", () => {
    const wrong = changed({ publish: false });
    for (const stacks of [["*"], ["pr*"], ["*od"], ["p*d"], ["dev", "prod*"]]) {
      assert.equal(messages(publishOn, wrong, 0, {}, { ...SETTINGS, stacks }).length, 1, stacks.join());
    }
    for (const stacks of [["*.prod"], ["pro?"], ["(prod)"], [""], []]) {
      assert.equal(messages(publishOn, wrong, 0, {}, { ...SETTINGS, stacks }).length, 0, stacks.join());
    }
  });

  it("judges no write before there was one, but what the program says", () => {
    const first = resources.map(planned);
    assert.deepEqual(messages(lastVerdictIssued, first), []);
    assert.deepEqual(messages(secretNotOld, first, 1000), []);
    assert.deepEqual(messages(publishOn, first), []);
    const relaxed = first.map((resource) => ({ ...resource, props: { ...resource.props, tokenCheck: "off" } }));
    assert.equal(messages(tokenCheckOn, relaxed).length, 1);
  });

  for (const tokenCheck of ["warn", "off", { mode: "warn" }, { mode: "off", onUnreachable: "fail" }]) {
    it(`a token check of ${JSON.stringify(tokenCheck)} is relaxed`, () => {
      assert.match(messages(tokenCheckOn, changed({ tokenCheck })).join(), /`tokenCheck` is relaxed in the program/);
    });
  }

  for (const tokenCheck of ["enforce", { onUnreachable: "fail" }, { mode: "enforce", onUnreachable: "warn" }]) {
    it(`a token check of ${JSON.stringify(tokenCheck)} is on`, () => {
      assert.deepEqual(messages(tokenCheckOn, changed({ tokenCheck })), []);
    });
  }

  it("a token check that the stack's config relaxes is not on, whatever the program says", () => {
    const relaxed = changed({ tokenCheck: "enforce" }, { "aem-datasource:tokenCheck": "warn" });
    assert.match(messages(tokenCheckOn, relaxed).join(), /pulumi config rm aem-datasource:tokenCheck/);
  });

  for (const tokenVerdict of [
    "not judged: 429 from acme",
    "refused: invalid_client",
    "off: by the program",
    undefined,
  ]) {
    it(`a last verdict of ${tokenVerdict} is not enough, and its text is not repeated`, () => {
      const [message = ""] = messages(lastVerdictIssued, changed({ tokenVerdict }));
      assert.match(
        message,
        /^no token was issued at the last write \((not judged|refused|off|nothing is known of it)\)/,
      );
    });
  }

  it("a publication that failed is told from one that nobody asked for, and from one that never was", () => {
    assert.match(messages(publishOn, changed({ publish: "not published in AEM" })).join(), /failed: run pulumi up/);
    assert.match(messages(publishOn, changed({ publish: undefined })).join(), /set it to true/);
    assert.match(messages(publishOn, changed({ published: undefined })).join(), /was never published/);
  });

  it("a client secret may be as old as the settings say, and not a day older", () => {
    assert.deepEqual(messages(secretNotOld, changed({}), 90), []);
    assert.deepEqual(messages(secretNotOld, changed({}), 91), [
      "the client secret is 91 days old, 90 are allowed: rotate it",
    ]);
    assert.deepEqual(messages(secretNotOld, changed({}), 91, {}, { ...SETTINGS, days: 91 }), []);
  });

  it("a client secret of unknown age is one to set anew", () => {
    assert.match(messages(secretNotOld, changed({ secretWrittenAt: undefined })).join(), /nobody knows when/);
  });

  it("allowed hosts may stand in the environment alone; an empty list is none", () => {
    assert.deepEqual(messages(allowedHostsSet, changed({}, {}), 0, { [LIST]: "*.example.com" }), []);
    assert.equal(messages(allowedHostsSet, changed({}, {}), 0, { [LIST]: "" }).length, 1);
  });

  it("finds the data sources that break a rule, each by its own URN", () => {
    const second = { ...written(dataSource), urn: `${dataSource.urn}2`, props: {} };
    const found = violations(publishOn, [...changed({ publish: false }), second], SETTINGS, {
      environment: {},
      now: new Date(),
    });
    assert.deepEqual(
      found.map(({ urn }) => urn),
      [dataSource.urn, second.urn],
    );
  });
});
