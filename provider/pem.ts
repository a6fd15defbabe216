import { createPrivateKey, X509Certificate } from "node:crypto";
import { readFileSync } from "node:fs";
import { resolve } from "node:path";
import { createSecureContext } from "node:tls";
import { DataSourceError, rememberSecret } from "./errors";
import { isRecord, Secret } from "./values";

/** Certificates and keys from files. What is wrong with one is told by its setting and path, never by its content. */

/** A file as the user names it. */
export interface PemFile {
  /** The variable or key of config that names it. */
  readonly setting: string;
  readonly path: string;
  /** What a relative path is relative to. */
  readonly folder: string;
}

/** The certificates of a CA file; a key that lies in the same file is left there. */
export function readCaFile(file: PemFile): string {
  const certificates = certificatesOf(file);
  for (const certificate of certificates) parseCertificate(file, certificate);
  return certificates.join("\n");
}

/** A client certificate, with the chain that stands below it in its file, and the key that belongs to it. */
export function readClientCertificate(
  certFile: PemFile,
  keyFile: PemFile,
  now = new Date(),
): { certificate: string; key: Secret } {
  const certificates = certificatesOf(certFile);
  const own = parseCertificate(certFile, certificates[0] ?? "");
  const key = readKey(keyFile);
  if (!own.checkPrivateKey(createPrivateKey(key.reveal()))) {
    const message = `${keyFile.setting}: the key in ${place(keyFile)} does not belong to the certificate of ${certFile.setting}`;
    throw invalid(message, "Give the key that the certificate was made for.");
  }
  // Told here, since a server that finds out mostly just closes the connection.
  if (new Date(own.validTo) < now) {
    throw invalid(`${certFile.setting}: the certificate in ${place(certFile)} expired on ${own.validTo}`, "Renew it.");
  }
  const certificate = certificates.join("\n");
  try {
    createSecureContext({ cert: certificate, key: key.reveal() });
  } catch {
    // As for a key that is too short. OpenSSL's own words tell nothing that a user could use.
    throw invalid(
      `${certFile.setting}: TLS does not take the certificate in ${place(certFile)}`,
      "Have a stronger one made.",
    );
  }
  return { certificate, key };
}

function readKey(file: PemFile): Secret {
  const [key] = blocks(readTextFile(file)).filter(({ label }) => label.endsWith("PRIVATE KEY"));
  if (key === undefined) throw noPem(file, "private key", "PRIVATE KEY");
  if (key.label.startsWith("ENCRYPTED") || key.text.includes("Proc-Type: 4,ENCRYPTED")) {
    const remedy = "Decrypt it (openssl pkey -in … -out …): passphrases are not taken.";
    throw invalid(`${file.setting}: the private key in ${place(file)} is encrypted`, remedy);
  }
  // The lines one by one as well: foreign text may show a single one of them.
  const lines = key.text.split(/\r?\n/).slice(1, -1);
  for (const line of [...lines, lines.join("")]) if (line.length >= 16) rememberSecret(line);
  const secret = new Secret(key.text);
  try {
    createPrivateKey(key.text);
  } catch {
    // OpenSSL's own words tell nothing more, and come from reading the key.
    throw invalid(`${file.setting}: the private key in ${place(file)} can't be read`, "Export it again as PEM.");
  }
  return secret;
}

function certificatesOf(file: PemFile): string[] {
  const certificates = blocks(readTextFile(file)).filter(({ label }) => label === "CERTIFICATE");
  if (certificates.length === 0) throw noPem(file, "certificate", "CERTIFICATE");
  return certificates.map(({ text }) => text);
}

function parseCertificate(file: PemFile, text: string): X509Certificate {
  try {
    return new X509Certificate(text);
  } catch {
    // As with the key: OpenSSL's words are about bytes, ours about the file.
    throw invalid(`${file.setting}: a certificate in ${place(file)} can't be read`, "Export it again as PEM.");
  }
}

/** PEM (RFC 7468), with text between the blocks, as `openssl` writes it. */
function blocks(content: string): { label: string; text: string }[] {
  return [...content.matchAll(/-----BEGIN ([A-Z0-9 ]+)-----[\s\S]+?-----END \1-----/g)].map(([text, label = ""]) => ({
    label,
    text,
  }));
}

/** A small text file that a setting names. */
export function readTextFile(file: PemFile): string {
  if (looksLikeContent(file.path)) {
    const message = `${file.setting} holds what belongs into a file instead of its path`;
    throw invalid(message, "Write it to a file and give its path.");
  }
  try {
    return readFileSync(place(file), "utf8");
  } catch (thrown) {
    const reason = isRecord(thrown) && typeof thrown.code === "string" ? thrown.code : "unknown reason";
    throw invalid(
      `${file.setting}: ${place(file)} can't be read (${reason})`,
      "Check the path: a relative one begins at the program's folder.",
    );
  }
}

/** Paths are repeated in messages, and a key that was put where its path belongs must not be. */
function looksLikeContent(path: string): boolean {
  return path.length > 500 || /-----BEGIN|^\s*\{|^LS0tLS1|^MI[A-Z][A-Za-z0-9+/]{20}|[\r\n]/.test(path);
}

function place(file: PemFile): string {
  return resolve(file.folder, file.path);
}

function noPem(file: PemFile, what: string, label: string): DataSourceError {
  return invalid(
    `${file.setting}: ${place(file)} holds no ${what} as PEM`,
    `Give PEM, which is text with a line -----BEGIN ${label}-----; openssl converts .p12, .pfx and .der files.`,
  );
}

function invalid(message: string, remedy: string): DataSourceError {
  return new DataSourceError("connection-invalid", message, remedy);
}
