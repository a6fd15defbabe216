import assert from "node:assert/strict";
import { networkError, tlsTrouble } from "../../provider/networkErrors";

function told(code: string, certificate = false): [code: string, message: string] {
  const thrown = Object.assign(new Error("what was sent"), { code });
  const error = networkError(thrown, "author.example", { deadlineMs: 5_000, certificate });
  return [error.code, error.message.replace("author.example: ", "")];
}

describe("a failure of TLS", () => {
  // Names of OpenSSL's alerts as Node 20 gives them; those without a server here were met with openssl s_server.
  const alerts = [
    "ERR_SSL_TLSV13_ALERT_CERTIFICATE_REQUIRED",
    "ERR_SSL_SSLV3_ALERT_BAD_CERTIFICATE",
    "ERR_SSL_SSL/TLS_ALERT_BAD_CERTIFICATE",
    "ERR_SSL_SSLV3_ALERT_CERTIFICATE_EXPIRED",
    "ERR_SSL_SSLV3_ALERT_CERTIFICATE_UNKNOWN",
    "ERR_SSL_TLSV1_ALERT_UNKNOWN_CA",
    "ERR_SSL_TLSV1_ALERT_ACCESS_DENIED",
  ];
  for (const cause of alerts) {
    it(`${cause} is about the client's certificate`, () => {
      assert.deepEqual(told(cause), ["network-tls", `it asks for a client certificate (${cause})`]);
      assert.deepEqual(told(cause, true), ["network-tls", `it does not accept the client certificate (${cause})`]);
      assert.equal(tlsTrouble(cause), "client certificate");
    });
  }

  for (const version of ["SSLV3", "SSL/TLS"]) {
    it(`without a reason, of ${version}, is probably about it`, () => {
      const cause = `ERR_SSL_${version}_ALERT_HANDSHAKE_FAILURE`;
      const words = "it ended the TLS handshake, as one does that";
      assert.deepEqual(told(cause), ["network-tls", `${words} asks for a client certificate (${cause})`]);
      assert.deepEqual(told(cause, true), [
        "network-tls",
        `${words} does not accept the client certificate (${cause})`,
      ]);
      assert.equal(tlsTrouble(cause), "client certificate");
    });
  }

  const others: [cause: string, code: string, words: string][] = [
    ["ERR_SSL_TLSV1_ALERT_PROTOCOL_VERSION", "network-tls", "it speaks no TLS version that this machine accepts"],
    ["ERR_SSL_UNSUPPORTED_PROTOCOL", "network-tls", "it speaks no TLS version that this machine accepts"],
    ["ERR_SSL_TLSV1_UNRECOGNIZED_NAME", "network-tls", "it knows no such host name"],
    ["ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR", "network-tls", "it ended the TLS handshake"],
    ["CERT_NOT_YET_VALID", "network-tls", "its certificate is not valid yet"],
    ["INVALID_PURPOSE", "network-tls", "its certificate is not one for a server"],
    ["ERR_SSL_WRONG_VERSION_NUMBER", "network-not-http", "that port does not speak TLS"],
    ["ERR_SSL_PACKET_LENGTH_TOO_LONG", "network-not-http", "that port does not speak TLS"],
    ["EPIPE", "network-unreachable", "the connection was closed without an answer"],
  ];
  for (const [cause, code, words] of others) {
    it(`${cause} is ${code}, and about no client certificate`, () => {
      for (const certificate of [false, true])
        assert.deepEqual(told(cause, certificate), [code, `${words} (${cause})`]);
      assert.equal(tlsTrouble(cause), undefined);
    });
  }

  it("of trust is known by each of its codes", () => {
    const codes = [
      "UNABLE_TO_VERIFY_LEAF_SIGNATURE",
      "UNABLE_TO_GET_ISSUER_CERT",
      "UNABLE_TO_GET_ISSUER_CERT_LOCALLY",
      "SELF_SIGNED_CERT_IN_CHAIN",
      "DEPTH_ZERO_SELF_SIGNED_CERT",
    ];
    for (const code of codes) assert.equal(tlsTrouble(code), "server not trusted", code);
    for (const code of ["CERT_HAS_EXPIRED", "ERR_TLS_CERT_ALTNAME_INVALID", undefined]) {
      assert.equal(tlsTrouble(code), undefined);
    }
  });
});
