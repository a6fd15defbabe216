import assert from "node:assert/strict";
import { DataSourceError, redact } from "../../provider/errors";
import { proxyFor } from "../../provider/proxy";

const AUTHOR = "https://author.example.com";
const PROXY = "http://proxy.example:3128";

type Environment = Record<string, string>;

function problem(environment: Environment, origin = AUTHOR): DataSourceError {
  try {
    proxyFor(origin, environment);
  } catch (thrown) {
    assert.ok(thrown instanceof DataSourceError);
    assert.equal(thrown.code, "connection-invalid");
    return thrown;
  }
  return assert.fail("a proxy was taken");
}

describe("the proxy for an origin", () => {
  const chosen: [what: string, environment: Environment, origin: string, proxy: string | undefined][] = [
    ["none where no variable is set", {}, AUTHOR, undefined],
    ["none where the variable is empty", { HTTPS_PROXY: "" }, AUTHOR, undefined],
    ["HTTPS_PROXY for https", { HTTPS_PROXY: PROXY, HTTP_PROXY: "http://other.example" }, AUTHOR, PROXY],
    ["https_proxy for https", { https_proxy: PROXY }, AUTHOR, PROXY],
    ["upper case first", { HTTPS_PROXY: PROXY, https_proxy: "http://other.example" }, AUTHOR, PROXY],
    ["lower case where upper case is empty", { HTTPS_PROXY: "", https_proxy: PROXY }, AUTHOR, PROXY],
    ["not HTTP_PROXY for https", { HTTP_PROXY: PROXY, http_proxy: PROXY }, AUTHOR, undefined],
    ["HTTP_PROXY for http", { HTTP_PROXY: PROXY }, "http://author.example.com", PROXY],
    ["http_proxy for http", { http_proxy: PROXY }, "http://author.example.com", PROXY],
    ["not HTTPS_PROXY for http", { HTTPS_PROXY: PROXY }, "http://author.example.com", undefined],
    ["nothing from ALL_PROXY, as in Go", { ALL_PROXY: PROXY }, AUTHOR, undefined],
    ["a proxy without a scheme", { HTTPS_PROXY: "proxy.example:3128" }, AUTHOR, PROXY],
    ["a proxy with a slash behind it", { HTTPS_PROXY: `${PROXY}/` }, AUTHOR, PROXY],
    ["a proxy that speaks TLS", { HTTPS_PROXY: "https://proxy.example" }, AUTHOR, "https://proxy.example"],
    ["a proxy on this machine", { HTTPS_PROXY: "http://127.0.0.1:3128" }, AUTHOR, "http://127.0.0.1:3128"],
    ...["http://localhost:4502", "https://127.0.0.1", "https://127.8.9.1", "http://[::1]:4502"].map(
      (origin): [string, Environment, string, undefined] => [
        `none for ${origin}, which is this machine`,
        { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY },
        origin,
        undefined,
      ],
    ),
  ];
  for (const [what, environment, origin, proxy] of chosen) {
    it(`is ${what}`, () => assert.deepEqual(proxyFor(origin, environment), proxy && { origin: proxy }));
  }

  it("is not asked for what it is not needed for", () => {
    assert.equal(proxyFor("http://localhost:4502", { HTTP_PROXY: "nonsense//" }), undefined);
    assert.equal(proxyFor(AUTHOR, { HTTPS_PROXY: "nonsense//", NO_PROXY: "*" }), undefined);
  });

  const exceptions: [list: string, origin: string, direct: boolean][] = [
    ["*", AUTHOR, true],
    ["author.example.com", AUTHOR, true],
    ["AUTHOR.Example.com", AUTHOR, true],
    ["author.example.com.", AUTHOR, true],
    ["example.com", AUTHOR, true],
    [".example.com", AUTHOR, true],
    ["*.example.com", AUTHOR, true],
    [".example.com", "https://example.com", false],
    ["*.example.com", "https://example.com", false],
    ["example.com", "https://notexample.com", false],
    ["ample.com", AUTHOR, false],
    ["author.example.com.evil", AUTHOR, false],
    ["com.example", AUTHOR, false],
    ["author.example.com:443", AUTHOR, true],
    ["author.example.com:8443", AUTHOR, false],
    ["author.example.com:8443", `${AUTHOR}:8443`, true],
    ["author.example.com", `${AUTHOR}:8443`, true],
    ["author.example.com:80", "http://author.example.com", true],
    [".example.com:443", AUTHOR, true],
    ["other.example, author.example.com", AUTHOR, true],
    ["other.example author.example.com", AUTHOR, true],
    [" , ,", AUTHOR, false],
    ["10.1.2.3", "https://10.1.2.3", true],
    ["10.1.2.3", "https://10.1.2.33", false],
    ["fd00::1", "https://[fd00::1]", true],
    ["[fd00::1]", "https://[fd00::1]:8443", true],
    ["[fd00::1]:8443", "https://[fd00::1]:8443", true],
    ["[fd00::1]:8443", "https://[fd00::1]", false],
    ["fd00:0:0:0:0:0:0:1", "https://[fd00::1]", true],
    ["10.0.0.0/8", "https://10.1.2.3", false], // ranges are not offered
  ];
  for (const [list, origin, direct] of exceptions) {
    it(`with NO_PROXY="${list}" is ${direct ? "none" : "taken"} for ${origin}`, () => {
      for (const name of ["NO_PROXY", "no_proxy"]) {
        const environment = { HTTPS_PROXY: PROXY, HTTP_PROXY: PROXY, [name]: list };
        assert.deepEqual(proxyFor(origin, environment), direct ? undefined : { origin: PROXY });
      }
    });
  }

  describe("gets the login of its URL", () => {
    const logins: [userInfo: string, meant: string][] = [
      ["deployer:s3cret", "deployer:s3cret"],
      ["deployer", "deployer:"],
      ["CORP%5Cdeployer:p%40ss%3Aw%C3%B6rd", "CORP\\deployer:p@ss:wörd"],
    ];
    for (const [userInfo, meant] of logins) {
      it(`${userInfo}, beside the origin and never in it`, () => {
        const proxy = proxyFor(AUTHOR, { HTTPS_PROXY: `http://${userInfo}@proxy.example:3128/` });
        assert.equal(proxy?.origin, PROXY);
        assert.equal(proxy?.authorization?.reveal(), `Basic ${Buffer.from(meant, "utf8").toString("base64")}`);
        assert.equal(JSON.stringify(proxy), `{"origin":"${PROXY}","authorization":"[secret]"}`);
      });
    }

    it("which the redactor knows in each of its forms", () => {
      const proxy = proxyFor(AUTHOR, { HTTPS_PROXY: "http://deployer:hG6%2FtW1@proxy.example" });
      const header = String(proxy?.authorization?.reveal());
      const text = `hG6%2FtW1 hG6/tW1 ${header} ${header.slice(6)}`;
      assert.equal(redact(text), "[secret] [secret] [secret] [secret]");
    });
  });

  const refused: [what: string, url: string, message: RegExp][] = [
    ["SOCKS", "socks5://deployer:s3cret@proxy.example:1080", /^HTTPS_PROXY names a SOCKS proxy/],
    ["SOCKS with names", "socks5h://proxy.example:1080", /^HTTPS_PROXY names a SOCKS proxy/],
    ["another scheme", "ftp://deployer:s3cret@proxy.example", /^HTTPS_PROXY is not the URL of a proxy/],
    ["no URL", "http://deployer:s3cret@:3128:", /^HTTPS_PROXY is not the URL of a proxy/],
    ["an impossible port", "http://deployer:s3cret@proxy.example:99999", /^HTTPS_PROXY is not the URL of a proxy/],
    ["a proxy script", "http://wpad.example/proxy.pac", /^HTTPS_PROXY is not the URL of a proxy/],
    ["a password with a slash", "http://deployer:12/s3cret@proxy.example", /^HTTPS_PROXY is not the URL of a proxy/],
    ["a password with a hash", "http://deployer:12#s3cret@proxy.example", /^HTTPS_PROXY is not the URL of a proxy/],
    ["a password with a question mark", "http://deployer:12?s3cret@proxy.example", /^HTTPS_PROXY is not the URL/],
    ["a percent sign alone", "http://deployer:s3cret%zz@proxy.example", /^the login in HTTPS_PROXY is not percent-enc/],
  ];
  for (const [what, HTTPS_PROXY, message] of refused) {
    it(`is refused with ${what}, without repeating it`, () => {
      const error = problem({ HTTPS_PROXY });
      assert.match(error.message, message);
      assert.match(String(error.remedy), /NO_PROXY\.$/);
      assert.doesNotMatch(`${error.message} ${error.remedy}`, /s3cret|deployer|proxy\.example:1080/);
    });
  }

  it("is refused by the variable as it was spelt", () => {
    assert.match(problem({ http_proxy: "socks5://x" }, "http://author.example.com").message, /^http_proxy names/);
  });
});
