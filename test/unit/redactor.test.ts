import assert from "node:assert/strict";
import fc from "fast-check";
import { Author } from "../../provider/aem/author";
import { asDataSourceError, excerpt, redact, rememberSecret } from "../../provider/errors";
import { connectionTo } from "../world/connections";
import { searchText } from "../world/leaks";
import { close, listen, originOf } from "../world/loopback";
import { holds } from "../world/property";

/** So that nothing else that this process prints is taken for a secret. */
const MARK = "q7Zx";

/** Each way in which a secret gets into a text: as it is, in a URL, a form, JSON, a page, base64, a Basic login. */
const WAYS: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "in a URL": (secret) => encodeURIComponent(Buffer.from(secret).toString()),
  "in a URL, in small letters": (secret) =>
    encodeURIComponent(Buffer.from(secret).toString()).replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()),
  "in a form": (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  "in JSON": (secret) => JSON.stringify({ s: secret }),
  "in JSON within JSON's text": (secret) => JSON.stringify(secret).slice(1, -1),
  "in a page": (secret) => secret.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
  "in base64": (secret) => Buffer.from(secret).toString("base64"),
  "in a Basic login": (secret) => `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`,
};

describe("the redactor", () => {
  const secret = fc.string({ unit: "binary", minLength: 4, maxLength: 40 }).map((text) => MARK + text);
  const around = fc.string({ unit: "grapheme", maxLength: 30 });

  for (const [way, encode] of Object.entries(WAYS)) {
    it(`lets no secret through that stands in a text ${way}`, () => {
      holds(
        fc.property(secret, around, around, (hidden, before, after) => {
          rememberSecret(hidden);
          const text = before + encode(hidden) + after;
          assert.deepEqual(searchText("the text", redact(text), [hidden]), []);
          assert.deepEqual(searchText("the line", excerpt(text), [hidden]), []);
        }),
        20,
      );
    });
  }

  it("leaves a text without secrets as it is", () => {
    holds(
      fc.property(
        around.filter((text) => !text.includes(MARK)),
        (text) => assert.equal(redact(text), text),
      ),
      100,
    );
  });

  it("finds a secret of which an answer brings each byte by itself", async () => {
    const hidden = `${MARK}split/over=chunks`;
    rememberSecret(hidden);
    const server = await listen(async ({ method }, response) => {
      response.writeHead(method === "GET" ? 200 : 422, { "content-type": "application/json" });
      const refusal = { "status.code": 422, "status.message": `no: ${hidden}` };
      for (const byte of JSON.stringify(method === "GET" ? { token: "a CSRF token" } : refusal)) {
        response.write(byte);
        await new Promise((resolve) => setImmediate(resolve));
      }
      response.end();
    });
    const author = new Author(connectionTo(originOf(server)));
    try {
      const thrown = await author.post("/conf/global/crm", []).catch((error: unknown) => error);
      const text = asDataSourceError(thrown).text();
      assert.match(text, /no: \[secret\]/);
      assert.deepEqual(searchText("the error", text, [hidden]), []);
    } finally {
      await author.close();
      await close(server);
    }
  });
});
