import "reflect-metadata"; // what the library finds its parts with; must come first
import { KeyObject, webcrypto } from "node:crypto";
import { isIP } from "node:net";
import * as x509 from "@peculiar/x509";

/** Certificates made at run time, so that no key lies in the repository and none of them ever expires under a test. */

/** A certificate with its private key, both as PEM. */
export interface Issued {
  readonly certificate: string;
  readonly key: string;
}

export interface IssueOptions {
  /** Names and addresses it is good for. Default: 127.0.0.1 and localhost. */
  readonly hosts?: readonly string[];
  /** Default: an hour ago. */
  readonly notBefore?: Date;
  /** Default: in an hour. */
  readonly notAfter?: Date;
  /** For a client that shows who it is, instead of a server. */
  readonly client?: boolean;
  /** With a key so short that no TLS library takes it. */
  readonly weak?: boolean;
}

export interface Authority {
  /** Its own certificate as PEM: who trusts this, trusts what it issues. */
  readonly certificate: string;
  issue(options?: IssueOptions): Promise<Issued>;
}

const HOUR = 3_600_000;
const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const WEAK = {
  name: "RSASSA-PKCS1-v1_5",
  modulusLength: 512,
  publicExponent: new Uint8Array([1, 0, 1]),
  hash: "SHA-256",
};
const SERVER = "1.3.6.1.5.5.7.3.1"; // extended key usages, RFC 5280 §4.2.1.12
const CLIENT = "1.3.6.1.5.5.7.3.2";

export async function makeAuthority(name = "Test authority"): Promise<Authority> {
  const keys = await makeKeys();
  const own = await x509.X509CertificateGenerator.createSelfSigned({
    name: `CN=${name}`,
    keys,
    ...lifetime({}),
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign, true),
    ],
  });
  return {
    certificate: own.toString("pem"),
    issue: async (options = {}) => {
      const { hosts = ["127.0.0.1", "localhost"], client = false, weak = false } = options;
      const issued = await (weak ? makeKeys(WEAK) : makeKeys());
      const certificate = await x509.X509CertificateGenerator.create({
        subject: `CN=${client ? "deployer" : hosts[0]}`,
        issuer: own.subject,
        publicKey: issued.publicKey,
        signingKey: keys.privateKey,
        signingAlgorithm: ALGORITHM,
        ...lifetime(options),
        extensions: [
          new x509.ExtendedKeyUsageExtension([client ? CLIENT : SERVER]),
          new x509.SubjectAlternativeNameExtension(
            hosts.map((host) => ({ type: isIP(host) ? "ip" : "dns", value: host })),
          ),
        ],
      });
      return { certificate: certificate.toString("pem"), key: keyPem(issued.privateKey) };
    },
  };
}

function lifetime({ notBefore, notAfter }: IssueOptions): { notBefore: Date; notAfter: Date } {
  const now = Date.now();
  return { notBefore: notBefore ?? new Date(now - HOUR), notAfter: notAfter ?? new Date(now + HOUR) };
}

function makeKeys(algorithm: typeof ALGORITHM | typeof WEAK = ALGORITHM): Promise<webcrypto.CryptoKeyPair> {
  return webcrypto.subtle.generateKey(algorithm, true, ["sign", "verify"]);
}

function keyPem(key: webcrypto.CryptoKey): string {
  return KeyObject.from(key).export({ type: "pkcs8", format: "pem" }).toString();
}
