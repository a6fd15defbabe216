import assert from "node:assert/strict";
import { unreachable } from "../../../provider/aem/unreachable";
import type { Connection } from "../../../provider/connection";
import { DataSourceError, type ErrorCode } from "../../../provider/errors";
import { Secret } from "../../../provider/values";
import { connectionTo } from "../../world/connections";

const CONNECTION: Connection = {
  ...connectionTo("https://author.example.com"),
  login: { kind: "bearer", token: new Secret("nM3-zK8-yL5") },
};
const IN_CONFIG: Connection = {
  ...CONNECTION,
  source: 'connection "emea" of stack config',
  fromConfig: true,
  named: true,
  called: (setting) => `aem-datasource:emea-${setting}`,
};
const WITH_CERTIFICATE = { ...CONNECTION, route: { certificate: "PEM", key: new Secret("key of the client") } };

describe("an author that can't be asked", () => {
  type Row = [code: ErrorCode, cause: string | undefined, connection: Connection, remedy: RegExp];
  const rows: Row[] = [
    ["network-tls", "SELF_SIGNED_CERT_IN_CHAIN", CONNECTION, /^Name the CA that signed it: AEM_CA_FILE\. A proxy/],
    ["network-tls", "SELF_SIGNED_CERT_IN_CHAIN", IN_CONFIG, /: aem-datasource:emea-caFile\./],
    [
      "network-tls",
      "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
      CONNECTION,
      /^Give it one: AEM_CLIENT_CERT_FILE and AEM_CLIENT_KEY_FILE\.$/,
    ],
    [
      "network-tls",
      "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
      WITH_CERTIFICATE,
      /^Ask its administrator which .*CLIENT_CERT_FILE/,
    ],
    ["network-tls", "CERT_HAS_EXPIRED", CONNECTION, /has to be put right on that server\.$/],
    ["network-timeout", undefined, CONNECTION, /AEM_AUTHOR.* A slow one gets more time by AEM_TIMEOUT_SECONDS\.$/],
    [
      "network-unreachable",
      "UND_ERR_SOCKET",
      CONNECTION,
      /that it runs\. A server that wants another client certificate/,
    ],
    [
      "network-unreachable",
      "UND_ERR_SOCKET",
      { ...CONNECTION, origin: "http://localhost:4502" },
      /^Check the author's address .* and that it runs\.$/,
    ],
    ["network-unreachable", "ECONNREFUSED", CONNECTION, /^Check the author's address .* and that it runs\.$/],
  ];
  for (const [code, cause, connection, remedy] of rows) {
    it(`by ${code} (${cause ?? "no cause"}) has its own remedy: ${remedy.source.slice(0, 40)}`, () => {
      const error = unreachable(new DataSourceError(code, "author: words", undefined, { cause }), connection);
      assert.deepEqual([error.code, error.message], [code, "the author can't be asked: author: words"]);
      assert.match(String(error.remedy), remedy);
    });
  }

  it("keeps the remedy of a proxy's failure", () => {
    const given = new DataSourceError("network-proxy", "words", "Check HTTPS_PROXY.", { status: 407 });
    const error = unreachable(given, CONNECTION);
    assert.deepEqual([error.remedy, error.fields], ["Check HTTPS_PROXY.", { status: 407 }]);
  });
});
