import assert from "node:assert/strict";
import type { Change } from "../../../provider/swagger/change";
import { changeLines } from "../../../provider/swagger/changeReport";

function added(operation: string, at: string, rest: Partial<Change> = {}): Change {
  return {
    operation,
    kind: "property-added",
    class: "compatible",
    detail: `${at} has property Nick__c now`,
    ...rest,
  };
}

const NEWS: readonly Change[] = [
  added("GET /query", "response 200: QueryRecord"),
  added("POST /lead", "request body: LeadCreate"),
  added("GET /lead/{id}", "response 200: Lead"),
  added("PATCH /lead/{id}", "request body: LeadUpdate"),
];

describe("the lines that tell what changed", () => {
  it("are one for a property that a thing has wherever it is read, made and changed", () => {
    assert.deepEqual(changeLines(NEWS, 9), [
      "4 operations (GET /query, POST /lead, GET /lead/{id}, …): has property Nick__c now",
    ]);
  });

  it("say where it stands while the operations are few", () => {
    assert.deepEqual(changeLines(NEWS.slice(0, 2), 9), [
      "GET /query: response 200: QueryRecord has property Nick__c now",
      "POST /lead: request body: LeadCreate has property Nick__c now",
    ]);
  });

  it("are one each where it breaks something, or where another property is meant", () => {
    const breaking = NEWS.map((change): Change => ({ ...change, class: "breaking" }));
    assert.equal(changeLines(breaking, 9).length, 4);
    const others = NEWS.map((change, at): Change => ({ ...change, detail: change.detail.replace("Nick", `N${at}`) }));
    assert.equal(changeLines(others, 9).length, 4);
  });
});
