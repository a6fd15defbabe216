import assert from "node:assert/strict";
import { inspect } from "node:util";
import fc from "fast-check";
import { DataSourceError, rememberSecret } from "../../../provider/errors";
import type { HttpAnswer } from "../../../provider/http";
import { judgeAnswer, judgeSilence } from "../../../provider/oauth/judge";
import type { Verdict } from "../../../provider/oauth/verdict";
import { shows } from "../../world/faultRows";
import { searchText } from "../../world/leaks";
import { holds } from "../../world/property";

const URLS = ["https://acme.example/token", "https://acme.my.salesforce.com/services/oauth2/token"];
const SECRET = "pW7-gT4+uK2/dM9";
const TOKEN = "eyJhbGciOi.planted-zX5.sig";
rememberSecret(SECRET);

const ASKED = { scope: "read write", encodedInHeader: false };

function judge(status: number, body: string | Uint8Array, headers: HttpAnswer["headers"] = {}, url = URLS[0]): Verdict {
  const answer = { status, contentType: "application/json", headers, body: Buffer.from(body) };
  return judgeAnswer(answer, new URL(String(url)), ASKED).verdict;
}

/** All that a verdict can show to anybody. */
function shown(verdict: Verdict): string {
  const errors = verdict.kind === "issued" ? verdict.doubts : [verdict.error];
  const parts = [JSON.stringify(verdict), inspect(verdict, { depth: null, showHidden: true })];
  return [...parts, ...errors.map((error) => `${error.message} ${error.remedy} ${error.text()}`)].join("\n");
}

describe("any answer at all", () => {
  const status = fc.oneof(fc.integer({ min: 200, max: 599 }), fc.constantFrom(200, 302, 400, 401, 403, 404, 429));
  const value = fc.oneof(
    fc.constantFrom<unknown>(
      SECRET,
      `${SECRET} again`,
      encodeURIComponent(SECRET),
      "invalid_client",
      "Bearer",
      "mac",
      "",
    ),
    fc.constantFrom<unknown>(Buffer.from(SECRET).toString("base64"), "AADSTS7000215: no", "read", "constructor"),
    fc.string(),
    fc.jsonValue(),
  );
  const key = fc.oneof(
    fc.constantFrom("access_token", "token_type", "error", "error_description", "scope", "expires_in", "__proto__"),
    fc.string(),
  );
  const object = fc.dictionary(key, value).map((content) => JSON.stringify(content));
  const body = fc.oneof(
    object,
    fc.json(),
    fc.string(),
    fc.uint8Array(),
    object.map((text) => text.slice(0, -1)),
    object.map((text) => `\ufeff ${text}\n`),
  );
  const header = fc.oneof(
    fc.string(),
    fc.webUrl(),
    fc.constantFrom(`https://u:${SECRET}@x.example/${SECRET}`, "10", "-1"),
  );
  const headers = fc.record({ location: header, "retry-after": header }, { requiredKeys: [] });
  const url = fc.constantFrom(...URLS);

  it("never makes it throw, never shows the secret, and passes for a token only if it is one", () => {
    holds(
      fc.property(status, body, headers, url, (code, content, extra, place) => {
        const verdict = judge(code, content, extra, place);
        assert.deepEqual(searchText("the verdict", shown(verdict), [SECRET]), []);
        if (verdict.kind === "issued") assert.ok(isToken(code, content));
        assert.match(JSON.stringify(verdict), /"kind":"(issued|refused|not judged)"/);
      }),
      3_000,
    );
  });

  it("never shows the token that it holds, wherever that is repeated", () => {
    const places = fc.constantFrom("error", "error_description", "scope", "token_type", "instance_url", TOKEN);
    const echo = fc.constantFrom(TOKEN, `it is ${TOKEN}!`, `${TOKEN} ${TOKEN}`);
    const credential = fc.constantFrom("access_token", "refresh_token", "id_token");
    holds(
      fc.property(status, credential, fc.dictionary(places, echo), url, (code, held, content, place) => {
        const verdict = judge(code, JSON.stringify({ ...content, [held]: TOKEN }), {}, place);
        assert.deepEqual(searchText("the verdict", shown(verdict), [TOKEN]), []);
      }),
      1_000,
    );
  });

  shows("A8", "is told in one line and one remedy, without characters that a terminal obeys", () => {
    const words = fc.string({ unit: "binary", maxLength: 2_000 });
    holds(
      fc.property(fc.constantFrom(400, 401, 403), words, (code, description) => {
        const verdict = judge(code, JSON.stringify({ error: "invalid_client", error_description: description }));
        assert.ok(verdict.kind !== "issued");
        assert.doesNotMatch(verdict.error.message, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
        assert.ok(verdict.error.message.length < 450);
        assert.ok(verdict.error.text().split("\n").length <= 2);
      }),
      1_000,
    );
    const odd = {
      error: "invalid_client",
      error_description: `\u001b[31mno\u202e\r\n${"on and on ".repeat(90)}`,
    };
    const verdict = judge(401, JSON.stringify(odd));
    return verdict.kind === "issued" ? "" : verdict.error.text();
  });
});

/** As RFC 6749 §5.1 has it, and written without the code under test. */
function isToken(status: number, body: string | Uint8Array): boolean {
  const content: unknown = JSON.parse(new TextDecoder().decode(Buffer.from(body)));
  const token: unknown = Object(content).access_token;
  const type: unknown = Object(content).token_type ?? "bearer";
  const success = status >= 200 && status < 300;
  return success && typeof token === "string" && token.trim() !== "" && String(type).toLowerCase() === "bearer";
}

describe("any failure of the network", () => {
  it("is judged, and only evidence refuses", () => {
    const evident = ["network-tls", "network-not-http", "answer-too-large", "input-invalid"] as const;
    const silent = [
      "network-unreachable",
      "network-timeout",
      "network-proxy",
      "connection-invalid",
      "internal",
    ] as const;
    const cause = fc.option(fc.oneof(fc.string(), fc.constantFrom("ENOTFOUND", "CERT_HAS_EXPIRED", "constructor")), {
      nil: undefined,
    });
    holds(
      fc.property(fc.constantFrom(...evident, ...silent), cause, (code, reason) => {
        const fields = reason === undefined ? {} : { cause: reason };
        const { verdict } = judgeSilence(new DataSourceError(code, "acme.example: it failed", undefined, fields));
        const mayRefuse: readonly string[] = evident;
        if (verdict.kind === "refused") assert.ok(mayRefuse.includes(code) || reason === "CERT_HAS_EXPIRED");
        else assert.ok(verdict.kind === "not judged" && verdict.unreachable);
      }),
      100,
    );
  });
});

describe("what a verdict holds", () => {
  const fieldsOf = (verdict: Verdict) => (verdict.kind === "issued" ? undefined : verdict.error.fields);

  it("is status and OAuth code of a refusal", () => {
    assert.deepEqual(fieldsOf(judge(401, '{"error":"invalid_client"}')), { status: 401, cause: "invalid_client" });
  });

  it("is the seconds that a busy server asks for, in both forms of the header", () => {
    assert.deepEqual(fieldsOf(judge(503, "", { "retry-after": "7" })), { status: 503, waitSeconds: 7 });
    const soon = new Date(Date.now() + 60_000).toUTCString();
    const waitSeconds = fieldsOf(judge(503, "", { "retry-after": soon }))?.waitSeconds ?? 0;
    assert.ok(waitSeconds > 55 && waitSeconds <= 60, String(waitSeconds));
    for (const value of ["soon", "-1", "1.5", "9999999"]) {
      assert.deepEqual(fieldsOf(judge(503, "", { "retry-after": value })), { status: 503 });
    }
  });

  it("is the scope that was granted, and every doubt at once", () => {
    const body = JSON.stringify({ access_token: TOKEN, scope: "read" });
    const verdict = judge(201, body, {}, URLS[1]);
    assert.ok(verdict.kind === "issued");
    assert.equal(verdict.scope, "read");
    const [type, status, narrower, api, ...more] = verdict.doubts.map(({ message }) => message);
    assert.match(String(type), /without saying its type/);
    assert.match(String(status), /with status 201/);
    assert.match(String(narrower), /asked for: write$/);
    assert.match(String(api), /without the scope api \(it has: read\)/);
    assert.deepEqual(more, []);
  });

  it("is no doubt about Entra ID's .default, which stands for other scopes", () => {
    const answer = {
      status: 200,
      contentType: "",
      headers: {},
      body: Buffer.from(`{"access_token":"${TOKEN}","token_type":"Bearer","scope":"a"}`),
    };
    const asked = { scope: "https://org.example/.default", encodedInHeader: false };
    const { verdict } = judgeAnswer(answer, new URL(String(URLS[0])), asked);
    assert.deepEqual(verdict, { kind: "issued", row: "issued", doubts: [], scope: "a" });
  });
});
