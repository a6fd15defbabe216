import assert from "node:assert/strict";
import { createRequire } from "node:module";
import fc from "fast-check";
import { Author } from "../../provider/aem/author";
import { asDataSourceError, redact, rememberSecret } from "../../provider/errors";
import { connectionTo } from "../world/connections";
import { searchText } from "../world/leaks";
import { close, listen, originOf } from "../world/loopback";
import { holds } from "../world/property";

/** So that nothing else that this process prints is taken for a secret. */
const MARK = "q7Zx";

const urlEncoded = (text: string) => encodeURIComponent(Buffer.from(text).toString());
const strictly = (text: string) =>
  urlEncoded(text).replace(/[!'()*~]/g, (char) => `%${char.charCodeAt(0).toString(16).toUpperCase()}`);
const inJson = (text: string) => JSON.stringify(text).slice(1, -1);
const inAscii = (text: string) =>
  inJson(text).replace(/[^ -~]|[<>&='+]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`);
const entities = (text: string, named: Readonly<Record<string, string>>) =>
  text.replace(/[&<>"']/g, (char) => named[char] ?? `&#${char.charCodeAt(0)};`);
const NAMED = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Each way in which a secret gets into a text, by those who escape more than they must as well. */
const WAYS: Readonly<Record<string, (secret: string) => string>> = {
  "as it is": (secret) => secret,
  "in a URL": urlEncoded,
  "in a URL, in small letters": (secret) => urlEncoded(secret).replace(/%[0-9A-F]{2}/g, (octet) => octet.toLowerCase()),
  "in a URL, by the strict rules": strictly,
  "in a path, its slashes left": (secret) => strictly(secret).replaceAll("%2F", "/"),
  "in a URL within a URL": (secret) => encodeURIComponent(urlEncoded(secret)),
  "in a form": (secret) => new URLSearchParams({ s: secret }).toString().slice(2),
  "in JSON": inJson,
  "in JSON, its slashes escaped": (secret) => inJson(secret).replaceAll("/", "\\/"),
  "in JSON of ASCII alone": inAscii,
  "in JSON within JSON": (secret) => inJson(inJson(secret)),
  "in a page": (secret) => entities(secret, { ...NAMED, "'": "'" }),
  "in XML": (secret) => entities(secret, { ...NAMED, "'": "&apos;" }),
  "in a page, by numbers": (secret) => entities(secret, {}),
  "in a page within JSON": (secret) => inJson(entities(secret, NAMED)),
  "in a page within a page": (secret) => entities(entities(secret, NAMED), NAMED),
};
const BASE64: Readonly<Record<string, (secret: string) => string>> = {
  "in base64": (secret) => Buffer.from(secret).toString("base64"),
  "in base64 for URLs": (secret) => Buffer.from(secret).toString("base64url"),
  "in a Basic login": (secret) => `Basic ${Buffer.from(`user:${secret}`).toString("base64")}`,
};

/** One that knows no secret yet: what it still knew of another case would hide what it misses in this one. */
function newRedactor(): typeof import("../../provider/errors") {
  const load = createRequire(__filename);
  const path = load.resolve("../../provider/errors");
  const everybodys = load.cache[path];
  delete load.cache[path];
  try {
    return load(path);
  } finally {
    load.cache[path] = everybodys;
  }
}

describe("the redactor", () => {
  const secret = fc
    .array(fc.oneof(fc.string({ unit: "binary", maxLength: 4 }), fc.constantFrom("\\", '"', "'", "%", "&", "/", " ")), {
      minLength: 1,
      maxLength: 9,
    })
    .map((parts) => MARK + parts.join(""));
  const around = fc.string({ unit: "grapheme", maxLength: 30 });

  for (const [way, encode] of Object.entries(WAYS)) {
    it(`masks the whole of a secret that stands in a text ${way}`, () => {
      holds(
        fc.property(secret, (hidden) => {
          const { redact, excerpt, rememberSecret } = newRedactor();
          rememberSecret(hidden);
          assert.equal(redact(`before=${encode(hidden)}`), "before=[secret]");
          assert.equal(excerpt(`before=${encode(hidden)}`), "before=[secret]");
        }),
        20,
      );
    });
  }

  for (const [way, encode] of Object.entries(BASE64)) {
    it(`lets no secret through that stands in a text ${way}`, () => {
      holds(
        fc.property(secret, around, around, (hidden, before, after) => {
          const { redact, excerpt, rememberSecret } = newRedactor();
          rememberSecret(hidden);
          const text = before + encode(hidden) + after;
          assert.match(redact(text), /\[secret\]/);
          assert.ok(!redact(text).includes(encode(hidden)));
          assert.deepEqual(searchText("the text", redact(text), [hidden]), []);
          assert.deepEqual(searchText("the line", excerpt(text), [hidden]), []);
        }),
        20,
      );
    });
  }

  it("masks a secret whose blank became the end of a line", () => {
    const { excerpt, rememberSecret } = newRedactor();
    rememberSecret(`${MARK} of the app`);
    assert.equal(excerpt(`it is ${MARK} of\r\n the app`), "it is [secret]");
  });

  it("masks an apostrophe by any name that pages have for it", () => {
    const { redact, rememberSecret } = newRedactor();
    rememberSecret(`${MARK}'s`);
    for (const name of ["'", "&apos;", "&#39;", "&#039;", "&#x27;", "&amp;#39;", "%27", "\\u0027"]) {
      assert.equal(redact(`it is ${MARK}${name}s`), "it is [secret]", name);
    }
  });

  it("gets to the end of any run of what escapes are made of", () => {
    const { redact, rememberSecret } = newRedactor();
    for (const part of ['\\"', "\\", "&", "&amp;", "%25", "  ", "\n", "\\u005c"]) rememberSecret(part.repeat(9) + MARK);
    for (const part of ["\\", '\\\\\\"', '"', "&amp;", "amp;", "%25", "%", " ", "+", "\\n", "\\u005c", "&#0"]) {
      const text = part.repeat(5_000);
      assert.equal(redact(text), text);
    }
  });

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
