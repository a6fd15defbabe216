import assert from "node:assert/strict";
import fc from "fast-check";
import { contentOf, parseDocView, parseValue } from "../../../provider/aem/docView";
import { holds } from "../../world/property";

const NAMESPACES = 'xmlns:jcr="http://www.jcp.org/jcr/1.0" xmlns:cq="http://www.day.com/jcr/cq/1.0"';
const root = (rest: string) => `<?xml version="1.0" encoding="UTF-8"?>\n<jcr:root ${NAMESPACES} ${rest}`;

describe("a node as content packages hold it", () => {
  const values: [text: string, value: unknown][] = [
    ["Salesforce", "Salesforce"],
    ["", ""],
    ["{Boolean}true", true],
    ["{Boolean}false", false],
    ["{Long}3", 3],
    ["{Double}-1.5", -1.5],
    ["{Long}many", "many"],
    ["{Decimal}1.50", "1.50"],
    ["{Date}2026-01-02T03:04:05.000+01:00", "2026-01-02T03:04:05.000+01:00"],
    ["{Name}nt:file", "nt:file"],
    ["\\{0123ABcd}", "{0123ABcd}"],
    ["{0123ABcd}", "{0123ABcd}"],
    ["{}", "{}"],
    ["\\[a,b]", "[a,b]"],
    ["a,b]", "a,b]"],
    ["C:\\\\x", "C:\\x"],
    ["a\\u0007b", "a\u0007b"],
    ["[]", []],
    ["[\\0]", [""]],
    ["[a,b]", ["a", "b"]],
    ["[a\\,b,c\\\\,d]", ["a,b", "c\\", "d"]],
    ["[a,]", ["a", ""]],
    ["[a]b,c\\]]", ["a]b", "c]"]],
    ["[{x},\\[y]", ["{x}", "[y"]],
    ["[a,b", ["a", "b"]],
    ["{Long}[1,2]", [1, 2]],
    ["{Boolean}[true,false]", [true, false]],
    ["x\\", "x\\"],
  ];
  for (const [text, value] of values) {
    it(`holds ${JSON.stringify(value)} as ${text}`, () => assert.deepEqual(parseValue(text), value));
  }

  it("gives back every list of texts that was escaped as FileVault escapes", () => {
    const escaped = (text: string) => text.replace(/[\\,]/g, "\\$&");
    holds(
      fc.property(fc.array(fc.string(), { minLength: 2 }), (texts) => {
        assert.deepEqual(parseValue(`[${texts.map(escaped).join(",")}]`), texts);
      }),
      100,
    );
  });

  it("shows properties and child nodes as Sling's JSON does, without namespaces, names decoded", () => {
    const xml = root(
      'jcr:primaryType="cq:Page"><jcr:content a_x0020_b="&lt;1&amp;&#10;"><x/></jcr:content></jcr:root>',
    );
    assert.deepEqual(parseDocView(xml), { "jcr:primaryType": "cq:Page", "jcr:content": { "a b": "<1&\n", x: {} } });
  });

  it("takes the content of a page, or a file that is the content itself", () => {
    const content = { "jcr:primaryType": "cq:PageContent", name: "crm" };
    assert.deepEqual(contentOf({ "jcr:primaryType": "cq:Page", "jcr:content": content }), content);
    assert.deepEqual(contentOf(content), content);
    for (const other of [
      {},
      { "jcr:primaryType": "cq:Page" },
      { "jcr:primaryType": "sling:Folder", "jcr:content": content },
    ]) {
      assert.throws(() => contentOf(other), {
        code: "data-source-unreadable",
        message: /no cq:Page with a jcr:content$/,
      });
    }
  });

  it("keeps names that objects have of their own to what the file says", () => {
    const node = parseDocView(root('__proto__="{Long}1" constructor="x"/>'));
    assert.deepEqual(Object.entries(node), [
      ["__proto__", 1],
      ["constructor", "x"],
    ]);
    assert.equal(Object.getPrototypeOf(node), Object.prototype);
  });

  const refused: [what: string, xml: string, why: RegExp][] = [
    ["an entity of its own", `<!DOCTYPE a [<!ENTITY e "s3cret">]>${root('a="&e;"/>')}`, /declares a document type/],
    [
      "an outer entity",
      `<!doctype a [<!ENTITY e SYSTEM "file:///etc/passwd">]><jcr:root/>`,
      /declares a document type/,
    ],
    ["an unknown entity", root('a="s3cret&e;"/>'), /^.*: it is no XML at line 2, column \d+$/],
    ["a property that stands twice", root('a="s3cret" a="2"/>'), /no XML at line 2/],
    ["no end", root('a="s3cret">'), /no XML at line/],
    ["another root", '<page a="s3cret"/>', /its root is not jcr:root$/],
    ["JSON", '{"a":"s3cret"}', /no XML at line 1, column 1$/],
    ["nothing", "", /no XML at line 1/],
    ["nodes without an end of them", "<jcr:root>".repeat(90_000), /nested too deeply$/],
  ];
  for (const [what, xml, why] of refused) {
    it(`is refused with ${what}, in words that quote nothing`, () => {
      assert.throws(
        () => parseDocView(xml),
        (thrown: Error & { code?: string }) => {
          assert.equal(thrown.code, "data-source-unreadable");
          assert.match(thrown.message, why);
          assert.doesNotMatch(thrown.message, /s3cret/);
          return true;
        },
      );
    });
  }
});
