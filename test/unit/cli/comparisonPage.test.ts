import assert from "node:assert/strict";
import { parseXml, XmlElement } from "@rgrove/parse-xml";
import { page } from "../../../provider/cli/comparisonPage";
import { compareStacks } from "../../../provider/comparison";
import { readStackState } from "../../../provider/stackState";
import { HIDDEN_SECRETS, hostileComparison } from "../../world/hostileStates";
import { dataSource, exported, recorded } from "../../world/stackExports";

const NOW = new Date("2026-11-29T08:15:00Z");

function recordedPage(
  stacks: readonly ("dev" | "stage" | "prod" | "never")[],
  expected: readonly string[] = [],
): string {
  const states = stacks.map((name) => readStackState(name, recorded(name)));
  return page(compareStacks(states, expected), NOW);
}

function withAllBelow(element: XmlElement): XmlElement[] {
  return [element, ...element.children.filter((child) => child instanceof XmlElement).flatMap(withAllBelow)];
}

describe("the page of a comparison of stages", () => {
  it("says at the top what matters, and then all of it", () => {
    const text = recordedPage(["dev", "stage", "prod", "never"]);
    for (const part of [
      "dev → stage → prod → never, compared 2026-11-29 08:15 UTC",
      "<h1>No stage is what the one before it is</h1>",
      '<li class="breaks">stage is not what dev is: 2 of 2 data sources differ, and a promotion would break forms there</li>',
      '<li class="differs">prod is not what stage is: 2 of 2 data sources differ</li>',
      '<li class="look">look at stage: secretRevision of crm</li>',
      "last update 2026-11-28 20:02 UTC",
      "nothing is deployed: never updated, or destroyed",
      '<span class="badge differs">4 fields differ from dev</span>',
      '<span class="badge breaks">would break forms</span>',
      '<small class="look">look at secretRevision</small>',
      "<code>POST /case</code> added",
      '<td class="odd" colspan="1">Salesforce</td>',
      '<td class="trouble" colspan="1">1, saved again in AEM</td>',
      "only in stage: a promotion creates it",
    ]) {
      assert.ok(text.includes(part), part);
    }
  });

  it("says where one stage differs, and where none does", () => {
    assert.match(recordedPage(["stage", "prod"]), /<h1>prod is not what stage is<\/h1>/);
    assert.match(recordedPage(["stage", "stage", "prod"]), /<h1>prod is not what stage is<\/h1>/);
    const same = recordedPage(["dev", "stage"], ["title", "api.digest", "api.version", "api.operations"]);
    assert.match(same, /<h1>The stages are the same<\/h1>/);
    assert.match(same, /<li class="same">stage is what dev is, but for what is expected to differ<\/li>/);
    assert.match(same, /like dev, as expected/);
  });

  it("is well-formed, whatever stands in the states, and holds nothing that runs, loads or leads away", () => {
    const text = page(hostileComparison(), NOW);
    const { root } = parseXml(text.replace("<!doctype html>", ""));
    assert.ok(root);
    const elements = withAllBelow(root);
    const known =
      "html head meta title style body header main section footer h1 h2 h3 h4 p ul ol li div span strong small code table thead tbody tr th td";
    assert.deepEqual(
      elements.map(({ name }) => name).filter((name) => !known.split(" ").includes(name)),
      [],
    );
    const harmless = "lang charset http-equiv content name class colspan scope aria-hidden";
    assert.deepEqual(
      elements
        .flatMap(({ attributes }) => Object.keys(attributes))
        .filter((name) => !harmless.split(" ").includes(name)),
      [],
    );
    assert.doesNotMatch(text, /url\(|@import/);
    assert.doesNotMatch(text, /[^\P{C}\n]/u);
    for (const secret of HIDDEN_SECRETS) assert.ok(!text.includes(secret), secret);
  });

  it("lists operations up to a number that a person reads, and counts the rest", () => {
    const operations = Object.fromEntries(Array.from({ length: 700 }, (_, at) => [`GET /o${at}`, `o${at}() -> 200`]));
    const states = [operations, {}].map((some, at) => {
      const api = { digest: String(at), title: "", version: "", operations: some };
      return readStackState(`s${at}`, exported([dataSource("crm", { api })]));
    });
    const text = page(compareStacks(states, []), NOW);
    assert.equal(text.match(/<li class="added">/g)?.length, 500);
    assert.match(text, /<li>and 200 more changes<\/li>/);
  });
});
