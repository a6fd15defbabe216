import assert from "node:assert/strict";
import { createPrivateKey, generateKeyPairSync } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DataSourceError, redact } from "../../provider/errors";
import { type PemFile, readCaFile, readClientCertificate } from "../../provider/pem";
import { type Authority, type Issued, makeAuthority } from "../world/certificates";

describe("a file of certificates", () => {
  let folder: string;
  let authority: Authority;
  let client: Issued;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "pem-"));
    authority = await makeAuthority();
    client = await authority.issue({ client: true });
    await write("ca.pem", authority.certificate);
    await write("client.pem", client.certificate);
    await write("client.key", client.key);
  });
  after(() => rm(folder, { recursive: true }));

  function write(name: string, content: string): Promise<void> {
    return writeFile(join(folder, name), content);
  }

  function file(path: string, setting = "AEM_CA_FILE"): PemFile {
    return { setting, path, folder };
  }

  function readClient(certificate: string, key: string) {
    return readClientCertificate(file(certificate, "AEM_CLIENT_CERT_FILE"), file(key, "AEM_CLIENT_KEY_FILE"));
  }

  function problem(act: () => unknown): DataSourceError {
    try {
      act();
    } catch (thrown) {
      assert.ok(thrown instanceof DataSourceError, String(thrown));
      assert.equal(thrown.code, "connection-invalid");
      const words = `${thrown.message} ${thrown.remedy}`;
      for (const line of client.key.split("\n").slice(1, -2)) assert.ok(!words.includes(line), words);
      return thrown;
    }
    return assert.fail("it was taken");
  }

  describe("for the CA", () => {
    it("is read from the program's folder, or by its whole path", () => {
      assert.equal(readCaFile(file("ca.pem")), authority.certificate);
      assert.equal(readCaFile(file(join(folder, "ca.pem"))), authority.certificate);
    });

    it("may hold several, text between them, and a key, which is left there", async () => {
      const other = await makeAuthority("Other");
      await write(
        "all.pem",
        `Subject: one\n${authority.certificate}\nissuer=two\n${client.key}\n${other.certificate}\n`,
      );
      assert.equal(readCaFile(file("all.pem")), `${authority.certificate}\n${other.certificate}`);
    });

    it("that is not there is told by setting and whole path", () => {
      const { message, remedy } = problem(() => readCaFile(file("gone.pem")));
      assert.equal(message, `AEM_CA_FILE: ${join(folder, "gone.pem")} can't be read (ENOENT)`);
      assert.match(String(remedy), /program's folder/);
      assert.match(problem(() => readCaFile(file("."))).message, /can't be read \(EISDIR\)$/);
    });

    it("without PEM is told what PEM is", async () => {
      await write("client.der", "0\u0082\u0001\n");
      for (const name of ["client.der", "client.key"]) {
        const { message, remedy } = problem(() => readCaFile(file(name)));
        assert.equal(message, `AEM_CA_FILE: ${join(folder, name)} holds no certificate as PEM`);
        assert.match(String(remedy), /-----BEGIN CERTIFICATE-----; openssl converts \.p12, \.pfx and \.der/);
      }
    });

    it("with a broken certificate is refused", async () => {
      await write("broken.pem", "-----BEGIN CERTIFICATE-----\nTm90aGluZw==\n-----END CERTIFICATE-----\n");
      const { message } = problem(() => readCaFile(file("broken.pem")));
      assert.equal(message, `AEM_CA_FILE: a certificate in ${join(folder, "broken.pem")} can't be read`);
    });
  });

  describe("for a client", () => {
    it("comes with the key that belongs to it, which is a secret", () => {
      const { certificate, key } = readClient("client.pem", "client.key");
      assert.equal(certificate, client.certificate);
      assert.equal(createPrivateKey(key.reveal()).asymmetricKeyType, "ec");
      assert.equal(String(key), "[secret]");
    });

    it("may stand in one file with its chain and its key", async () => {
      await write("both.pem", `${client.key}\n${client.certificate}\n${authority.certificate}`);
      const { certificate } = readClient("both.pem", "both.pem");
      assert.equal(certificate, `${client.certificate}\n${authority.certificate}`);
    });

    it("leaves no line of its key in any text", async () => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
      await write("other.key", pem);
      problem(() => readClient("client.pem", "other.key")); // read all the same
      const lines = pem.trim().split("\n").slice(1, -1);
      for (const line of lines.filter(({ length }) => length >= 16))
        assert.equal(redact(`a ${line} b`), "a [secret] b");
      assert.equal(redact(lines.join("")), "[secret]");
      assert.equal(redact(JSON.stringify({ pem: pem.trim() })), '{"pem":"[secret]"}');
    });

    it("with somebody else's key is refused", async () => {
      const other = await authority.issue({ client: true });
      await write("other.key", other.key);
      const { message } = problem(() => readClient("client.pem", "other.key"));
      assert.match(
        message,
        /^AEM_CLIENT_KEY_FILE: the key in .*other\.key does not belong to the certificate of AEM_CLIENT_C/,
      );
    });

    it("that no TLS library takes is told so here, since the failure would name the server", async () => {
      const weak = await authority.issue({ client: true, weak: true });
      await write("weak.pem", weak.certificate);
      await write("weak.key", weak.key);
      const { code, message } = problem(() => readClient("weak.pem", "weak.key"));
      assert.equal(code, "connection-invalid");
      assert.match(message, /^AEM_CLIENT_CERT_FILE: TLS does not take the certificate in .*weak\.pem$/);
    });

    it("that has expired is told so here, since servers do not say it", async () => {
      const old = await authority.issue({
        client: true,
        notBefore: new Date("2020-01-01"),
        notAfter: new Date("2021-01-01"),
      });
      await write("old.pem", `${old.certificate}\n${old.key}`);
      const { message } = problem(() => readClient("old.pem", "old.pem"));
      assert.match(message, /^AEM_CLIENT_CERT_FILE: the certificate in .*old\.pem expired on Jan {2}1 .* 2021 GMT$/);
    });

    it("with an encrypted key is refused, in both of the forms that there are", async () => {
      const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
      const lock = { format: "pem", cipher: "aes-256-cbc", passphrase: "p4ss" } as const;
      for (const type of ["pkcs8", "pkcs1"] as const) {
        await write("locked.key", privateKey.export({ type, ...lock }).toString());
        const { message, remedy } = problem(() => readClient("client.pem", "locked.key"));
        assert.equal(message, `AEM_CLIENT_KEY_FILE: the private key in ${join(folder, "locked.key")} is encrypted`);
        assert.match(String(remedy), /^Decrypt it .*passphrases are not taken\.$/);
      }
    });

    it("without a key, or with a broken one, is refused", async () => {
      assert.match(problem(() => readClient("client.pem", "client.pem")).message, /holds no private key as PEM$/);
      await write("broken.key", "-----BEGIN PRIVATE KEY-----\nTm90aGluZw==\n-----END PRIVATE KEY-----\n");
      assert.match(
        problem(() => readClient("client.pem", "broken.key")).message,
        /the private key in .* can't be read$/,
      );
    });

    it("is not repeated where it was put in the place of its path", () => {
      const body = client.key.split("\n").slice(1, -2).join("");
      const base64 = Buffer.from(client.key).toString("base64");
      for (const content of [client.key, body, base64, "x".repeat(501)]) {
        const { message, remedy } = problem(() => readClient("client.pem", content));
        assert.equal(message, "AEM_CLIENT_KEY_FILE holds what belongs into a file instead of its path");
        assert.equal(remedy, "Write it to a file and give its path.");
      }
    });
  });
});
