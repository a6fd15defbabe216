import assert from "node:assert/strict";
import { HOSTS_KEY, HOSTS_VARIABLE, hostAllowed } from "../../provider/allowedHosts";
import type { DataSourceError } from "../../provider/errors";

interface Lists {
  readonly stack?: string;
  readonly variable?: string;
}

/** What is said against a URL; "" for nothing. */
function said(url: string, { stack, variable }: Lists): string {
  const found: DataSourceError[] = [];
  const surroundings = {
    environment: { [HOSTS_VARIABLE]: variable },
    config: (key: string) => (key === HOSTS_KEY ? stack : undefined),
  };
  const allowed = hostAllowed(new URL(url).hostname, "the URL", surroundings, found);
  assert.equal(allowed, found.length === 0);
  return found.map((problem) => problem.text()).join("\n");
}

describe("a host that is spoken to", () => {
  it("may be any where no list is", () => {
    assert.equal(said("https://anybody.example", {}), "");
  });

  const allowed: [list: string, ...urls: string[]][] = [
    [
      "author.example.com",
      "https://author.example.com",
      "https://AUTHOR.example.com:8443/x",
      "https://author.example.com.",
    ],
    ["*.my.salesforce.com", "https://acme.my.salesforce.com", "https://acme--dev.sandbox.my.salesforce.com"],
    ["Author.Example.com.", "https://author.example.com"],
    ["a.example,b.example", "https://a.example", "https://b.example"],
    [" a.example ,\n b.example ", "https://a.example", "https://b.example"],
    ["bücher.example", "https://xn--bcher-kva.example"],
    ["127.0.0.1", "http://127.0.0.1:4502", "http://0x7f000001"],
    ["[::1]", "http://[0:0:0:0:0:0:0:1]:4502"],
    ["localhost", "http://localhost:4502"],
  ];
  for (const [list, ...urls] of allowed) {
    it(`may be ${urls.join(" and ")} by the list "${list.trim()}"`, () => {
      for (const url of urls) assert.equal(said(url, { variable: list }), "");
    });
  }

  const refused: [list: string, ...urls: string[]][] = [
    ["example.com", "https://www.example.com", "https://example.com.evil.example", "https://notexample.com"],
    ["*.example.com", "https://example.com", "https://evilexample.com", "https://a.example.com.evil.example"],
    ["author.example.com", "https://author.example.com@evil.example", "https://evil.example/author.example.com"],
    ["localhost", "http://127.0.0.1"],
    ["127.0.0.1", "http://127.0.0.1.evil.example"],
  ];
  for (const [list, ...urls] of refused) {
    it(`may not be ${urls.join(" or ")} by the list "${list}"`, () => {
      for (const url of urls) assert.match(said(url, { variable: list }), /\[host-not-allowed\]/);
    });
  }

  it("is named when it is refused, with the place of the list and what to do", () => {
    assert.equal(
      said("https://evil.example/token", { variable: "a.example" }),
      [
        "the URL leads to evil.example, which is not among the hosts of AEM_DATASOURCE_ALLOWED_HOSTS; nothing was sent there [host-not-allowed]",
        "  Correct the URL, or add evil.example to AEM_DATASOURCE_ALLOWED_HOSTS if it is meant.",
      ].join("\n"),
    );
  });

  it("must be in both lists where there are two: neither widens the other", () => {
    const lists = { stack: "*.example, evil.test", variable: "author.example" };
    assert.equal(said("https://author.example", lists), "");
    assert.match(said("https://evil.test", lists), /not among the hosts of AEM_DATASOURCE_ALLOWED_HOSTS;/);
    const swapped = { stack: "author.example", variable: "*.example, evil.test" };
    assert.match(said("https://evil.test", swapped), /not among the hosts of aem-datasource:allowedHosts;/);
    assert.match(
      said("https://nobody.test", lists),
      /not among the hosts of aem-datasource:allowedHosts and AEM_DATASOURCE_ALLOWED_HOSTS;/,
    );
  });

  const unreadable: [list: string, why: RegExp][] = [
    [
      "",
      /^AEM_DATASOURCE_ALLOWED_HOSTS names no host, which would allow none at all \[connection-invalid\]\n {2}.*unset it/,
    ],
    [" , ", /names no host/],
    ["*", /holds "\*", which is no host name/],
    ["*.", /which is no host name/],
    ["a.*.example", /holds "a\.\*\.example", which is no host name/],
    ["*.*.example", /which is no host name/],
    ["https://a.example", /holds "https:\/\/a\.example", which is no host name .*\n.*no scheme, no port/],
    ["a.example:443", /which is no host name/],
    ["a.example/x", /which is no host name/],
    ["user@a.example", /which is no host name/],
    ['["a.example"]', /which is no host name/],
    ["a.example;b.example?", /which is no host name/],
    [`${"x".repeat(300)}:`, /^.{60,160}which is no host name/],
  ];
  for (const [list, why] of unreadable) {
    it(`may be none by a list that can't be read: "${list.slice(0, 40)}"`, () => {
      assert.match(said("https://a.example", { variable: list }), why);
      assert.match(said("https://a.example", { stack: "a.example", variable: list }), why);
    });
  }

  it("is not told twice of the same list", () => {
    const found: DataSourceError[] = [];
    const surroundings = { environment: { [HOSTS_VARIABLE]: "*" }, config: () => undefined };
    for (const host of ["a.example", "b.example"]) hostAllowed(host, "the URL", surroundings, found);
    assert.equal(found.length, 1);
  });
});
