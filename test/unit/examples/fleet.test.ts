import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { Events } from "../../../examples/fleet/command/events";
import { inParallel } from "../../../examples/fleet/command/inParallel";
import { plainConfig, type Row, readList, takeSecrets, UsageError } from "../../../examples/fleet/command/list";
import { exitCode, type Outcome, progressLine, summary } from "../../../examples/fleet/command/report";
import { REPOSITORY } from "../../world/stack";

const ROW: Row = {
  stack: "emea",
  author: "https://author.example.com",
  username: "deployer",
  container: "global",
  myDomain: "acme",
  clientId: "key",
  publish: true,
};

describe("the list of examples/fleet", () => {
  function list(...stacks: object[]): string {
    return JSON.stringify({ all: { ...ROW, stack: undefined }, stacks });
  }

  function refused(json: string, ...expected: RegExp[]): void {
    assert.throws(
      () => readList(json),
      (thrown: unknown) => {
        assert.ok(thrown instanceof UsageError);
        for (const pattern of expected) assert.match(thrown.message, pattern);
        assert.doesNotMatch(thrown.message, /s3cret/);
        return true;
      },
    );
  }

  it("that comes with the example is one", () => {
    const { rows } = readList(readFileSync(join(REPOSITORY, "examples", "fleet", "fleet.json"), "utf8"));
    assert.deepEqual(
      rows.map(({ stack, container, publish }) => [stack, container, publish]),
      [
        ["emea", "global", true],
        ["apac", "acme/apac", false],
      ],
    );
  });

  it("lets a row say otherwise than all", () => {
    const { rows } = readList(list({ stack: "a" }, { stack: "b", publish: false }));
    assert.deepEqual(
      rows.map(({ stack, publish }) => [stack, publish]),
      [
        ["a", true],
        ["b", false],
      ],
    );
  });

  it("has no place for a secret, and does not repeat one", () => {
    refused(list({ stack: "a", password: "s3cret" }), /stacks\[0\]: .*"password"/, /Secrets do not go into the list/);
    refused(list({ stack: "a" }).replace('"all"', '"clientSecret":"s3cret","all"'), /the list: .*"clientSecret"/);
    refused('{"password": s3cret}', /^the list is not JSON$/);
  });

  it("is refused with the place of what is wrong or missing", () => {
    refused(list({ stack: "a" }, { stack: "b/c", publish: "yes" }), /stacks\[1\]\.stack: /, /stacks\[1\]\.publish: /);
    refused(JSON.stringify({ stacks: [{ stack: "a" }] }), /stacks\[0\]\.author: /, /stacks\[0\]\.publish: /);
    refused(list(), /the list\.stacks: /);
  });

  it("is refused where two stacks are one, or would share their variables", () => {
    refused(list({ stack: "a" }, { stack: "a" }), /stack a stands twice/);
    refused(list({ stack: "a-b" }, { stack: "A_B" }), /stacks a-b and A_B would share their variables A_B_/);
  });

  it("becomes stack config; what it leaves out is not to stand there", () => {
    assert.deepEqual(plainConfig({ ...ROW, publish: false }), {
      title: undefined,
      container: "global",
      myDomain: "acme",
      clientId: "key",
      publish: "false",
      "aem-datasource:author": "https://author.example.com",
      "aem-datasource:username": "deployer",
      "aem-datasource:allowedHosts": undefined,
    });
  });

  it("takes a stack's secrets out of the environment, and leaves the others'", () => {
    const environment = {
      EMEA_2_CLIENT_SECRET: "one",
      EMEA_2_AEM_PASSWORD: "two",
      EMEA_CLIENT_SECRET: "three",
      PATH: "/",
    };
    const taken = takeSecrets("emea-2", environment);
    assert.deepEqual(Object.fromEntries(taken), { clientSecret: "one", "aem-datasource:password": "two" });
    assert.deepEqual(environment, { EMEA_CLIENT_SECRET: "three", PATH: "/" });
    assert.equal(takeSecrets("emea-2", environment).size, 0);
  });
});

describe("the report of examples/fleet", () => {
  const outcome = (stack: string, kind: Outcome["kind"], what = "", ...messages: string[]): Outcome => {
    return { stack, kind, what, messages, seconds: 5.6 };
  };

  it("has a line for each stack that is done", () => {
    const line = progressLine(3, 10, outcome("emea", "changed", "create: crm"));
    assert.equal(line, "[ 3/10]  emea  changed  create: crm  (6 s)");
    assert.equal(progressLine(10, 10, outcome("emea", "unchanged")), "[10/10]  emea  unchanged  (6 s)");
  });

  it("counts, and tells of those alone that have something to say", () => {
    const outcomes = [
      outcome("a", "unchanged"),
      outcome("b", "changed", "create: crm", "crm: take care"),
      outcome("c", "failed", "", "token check failed\n  Copy it again"),
      outcome("d", "not run"),
      outcome("e", "changed", "create: crm"),
    ];
    assert.equal(
      summary("up", outcomes),
      [
        "up: 1 unchanged, 2 changed, 1 failed, 1 not run of 5 stacks",
        "b: changed, create: crm\n  crm: take care",
        "c: failed\n  token check failed\n    Copy it again",
        "d: not run",
      ].join("\n\n"),
    );
  });

  it("ends with 1 for what failed or was not run, with 2 for drift alone, else with 0", () => {
    assert.equal(exitCode([outcome("a", "unchanged"), outcome("b", "changed")]), 0);
    assert.equal(exitCode([outcome("a", "unchanged"), outcome("b", "drifted")]), 2);
    assert.equal(exitCode([outcome("a", "failed"), outcome("b", "drifted")]), 1);
    assert.equal(exitCode([outcome("a", "not run"), outcome("b", "changed")]), 1);
  });
});

describe("the events of examples/fleet", () => {
  const URN = "urn:pulumi:emea::fleet::pulumi-nodejs:dynamic/aem-datasource:RestDataSource::crm";
  const place = { sequence: 0, timestamp: 0 };
  const step = (op: "create" | "refresh" | "update" | "same", type = "pulumi-nodejs:dynamic/x:Y", urn = URN) => {
    return { metadata: { op, type, urn, provider: "" } };
  };
  const diagnostic = (severity: "error" | "warning" | "info", message: string) => {
    return { diagnosticEvent: { severity, message, color: "never" } };
  };

  function eventsOf(...all: object[]): Events {
    const events = new Events();
    for (const event of all) events.add({ ...place, ...event });
    return events;
  }

  it("tell each change once, and none of the engine's own resources", () => {
    const create = step("create");
    const stack = step("create", "pulumi:pulumi:Stack");
    const events = eventsOf({ resourcePreEvent: stack }, { resourcePreEvent: create }, { resOutputsEvent: create });
    assert.equal(events.changes, "create: crm");
  });

  it("tell what a refresh found, which it knows only after it has read", () => {
    const found = eventsOf({ resourcePreEvent: step("refresh") }, { resOutputsEvent: step("update") });
    assert.equal(found.changes, "update: crm");
    const nothing = eventsOf({ resourcePreEvent: step("refresh") }, { resOutputsEvent: step("same") });
    assert.equal(nothing.changes, "");
  });

  it("tell messages once, without marks for colours and without control characters", () => {
    const red = "<{%fg 1%}>crm: no<{%reset%}>\u001b[2J\n";
    const events = eventsOf(diagnostic("warning", red), diagnostic("warning", red), diagnostic("info", "a\n  b"));
    assert.deepEqual(events.warnings, ["crm: no [2J"]);
    assert.deepEqual(events.notes, ["a\n  b"]);
  });

  it("pass over what is there for debugging", () => {
    const events = eventsOf({ diagnosticEvent: { severity: "debug", message: "no", color: "never" } });
    assert.deepEqual([...events.errors, ...events.warnings, ...events.notes], []);
  });

  it("leave out that the update failed where something says why", () => {
    assert.deepEqual(eventsOf(diagnostic("error", "refused"), diagnostic("error", "update failed")).errors, [
      "refused",
    ]);
    assert.deepEqual(eventsOf(diagnostic("error", "update failed")).errors, ["update failed"]);
  });
});

describe("examples/fleet in parallel", () => {
  it("has never more at work than it may, and answers in the order of the list", async () => {
    let working = 0;
    let most = 0;
    const results = await inParallel([5, 1, 4, 2, 3], 2, async (ms) => {
      most = Math.max(most, ++working);
      await setTimeout(ms);
      working -= 1;
      return ms * 10;
    });
    assert.deepEqual(results, [50, 10, 40, 20, 30]);
    assert.equal(most, 2);
  });
});
