import assert from "node:assert/strict";
import { hinted, type TheBench } from "./bench";

export function values(bench: TheBench): void {
  describe("values", () => {
    it("have the type of their @TypeHint", async () => {
      const page = await bench().make(
        ...hinted("long", "Long", "3"),
        ...hinted("double", "Double", "1.5"),
        ...hinted("whole", "Double", "2"),
        ...hinted("yes", "Boolean", "true"),
        ...hinted("no", "Boolean", "yes"),
        ...hinted("decimal", "Decimal", "1.50"),
        ...hinted("date", "Date", "2026-01-02T03:04:05.678+01:00"),
        ...hinted("unknown", "Bogus", "text"),
      );
      assert.deepEqual(await bench().content(page), {
        long: 3,
        double: 1.5,
        whole: 2,
        yes: true,
        no: false,
        decimal: "1.50",
        date: "Fri Jan 02 2026 03:04:05 GMT+0100", // the milliseconds are lost
        unknown: "text",
      });
    });

    it("are dates in any of Sling's formats, of which only ISO 8601 with a colon keeps its offset", async () => {
      const bySender = { "2026-01-02T03:04:05.678Z": "+0000", "2026-01-02T03:04:05.678-05:30": "-0530" };
      const byServer = ["2026-01-02T03:04:05", "02.01.2026 03:04:05"];
      const converted = ["2026-01-02T03:04:05.678-0530", "Fri Jan 02 2026 03:04:05 GMT-0530"];
      const days = ["2026-01-02", "02.01.2026"];
      const all = [...Object.keys(bySender), ...byServer, ...converted, ...days];
      const page = await bench().make(...all.flatMap((text) => hinted(`of ${text}`, "Date", text)));
      const stored = await bench().content(page);
      const shown = (text: string) => String(stored[`of ${text}`]);
      for (const [text, offset] of Object.entries(bySender)) {
        assert.equal(shown(text), `Fri Jan 02 2026 03:04:05 GMT${offset}`);
      }
      // In the server's own time zone, whichever that is.
      for (const text of byServer) assert.match(shown(text), /^Fri Jan 02 2026 03:04:05 GMT/);
      for (const text of days) assert.match(shown(text), /^Fri Jan 02 2026 00:00:00 GMT/);
      for (const text of converted) {
        assert.equal(Date.parse(shown(text)), Date.parse("2026-01-02T03:04:05-05:30"));
        assert.doesNotMatch(shown(text), /-0530$/);
      }
    });

    it("are a list when there are several, or when the hint says so of one", async () => {
      const several = hinted("several", "String[]", "a", "b");
      const one = hinted("one", "String[]", "a");
      const numbers = hinted("numbers", "Long[]", "1", "2");
      const page = await bench().make(
        ...several,
        ...one,
        ...numbers,
        ["./bare", "a"],
        ["./bare", "b"],
        ["./plain", "a"],
      );
      assert.deepEqual(await bench().content(page), {
        several: ["a", "b"],
        one: ["a"],
        numbers: [1, 2],
        bare: ["a", "b"],
        plain: "a",
      });
    });

    it("keep the type and the list that are there when no hint says otherwise", async () => {
      const page = await bench().make(...hinted("n", "Long", "3"), ...hinted("l", "String[]", "a"));
      await bench().save(page, ["./n", "4"], ["./l", "b"]);
      assert.deepEqual(await bench().content(page), { n: 4, l: ["b"] });
    });

    it("change their type by a hint", async () => {
      const page = await bench().make(["./a", "1"], ...hinted("b", "Long", "1"));
      await bench().save(page, ...hinted("a", "Long", "2"), ...hinted("b", "String", "x"));
      assert.deepEqual(await bench().content(page), { a: 2, b: "x" });
    });

    it("become a list in two steps", async () => {
      const page = await bench().make(["./a", "1"]);
      const { changes } = await bench().save(page, ...hinted("a", "String[]", "1"));
      assert.deepEqual(changes, [`deleted ${page}/jcr:content/a`, `modified ${page}/jcr:content/a`]);
      assert.deepEqual(await bench().content(page), { a: ["1"] });
    });

    it("keep spaces, line breaks, braces and letters of any script", async () => {
      const texts = [" a ", "a\r\nb", "{0}", "日本語 “Ümlaut” 🦊", "<a href='x'>&amp;</a>", "\\u0041", "%{x}%20+"];
      const page = await bench().make(...texts.map((text, index): [string, string] => [`./t${index}`, text]));
      assert.deepEqual(Object.values(await bench().content(page)).sort(), [...texts].sort());
    });

    it("are no list when there is only an empty one", async () => {
      const page = await bench().make(...hinted("a", "String[]", ""), ...hinted("b", "String[]", "", ""));
      assert.deepEqual(await bench().content(page), { b: ["", ""] });
    });
  });
}
