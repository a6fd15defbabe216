import { createCipheriv, createDecipheriv, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import { listen, originOf } from "./loopback";

/** What a stack needs so that a key server, and no passphrase, keeps its secrets. */
export interface StackKeys {
  /** For `pulumi stack init --secrets-provider`. */
  readonly provider: string;
  readonly environment: Readonly<Record<string, string>>;
}

/** What the transit engine is asked to seal, or to open. */
interface Asked {
  readonly plaintext?: string;
  readonly ciphertext?: string;
}

const KEY = "stacks";

let started: Promise<StackKeys> | undefined;

/**
 * A key server, one per process and gone with it. It speaks what Pulumi asks of HashiCorp Vault's transit engine, as a
 * company's key manager would. With a passphrase each command of `pulumi` derives the key anew, in a million rounds: a
 * fifth of what a preview costs.
 */
export function stackKeys(): Promise<StackKeys> {
  started ??= start();
  return started;
}

async function start(): Promise<StackKeys> {
  const key = randomBytes(32);
  const token = randomBytes(16).toString("hex");
  const server = await listen((incoming, response) => {
    const end = (status: number, answer: unknown) => {
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(answer));
    };
    if (incoming.headers["x-vault-token"] !== token) return end(403, { errors: ["permission denied"] });
    answerTo(incoming, key).then(
      (data) => end(200, { data }),
      () => end(400, { errors: ["invalid request"] }),
    );
  });
  server.unref();
  return {
    provider: `hashivault://${KEY}`,
    environment: { VAULT_SERVER_URL: originOf(server), VAULT_SERVER_TOKEN: token },
  };
}

async function answerTo(incoming: IncomingMessage, key: Buffer): Promise<Record<string, string>> {
  const { plaintext = "", ciphertext = "" }: Asked = JSON.parse(await text(incoming));
  if (incoming.url === `/v1/transit/encrypt/${KEY}`) return { ciphertext: `vault:v1:${sealed(plaintext, key)}` };
  if (incoming.url === `/v1/transit/decrypt/${KEY}`) return { plaintext: opened(ciphertext.split(":")[2] ?? "", key) };
  throw new Error(`nobody answers at ${incoming.url}`);
}

function sealed(plaintext: string, key: Buffer): string {
  const nonce = randomBytes(12);
  const cipher = createCipheriv("aes-256-gcm", key, nonce);
  const body = Buffer.concat([cipher.update(plaintext, "utf8"), cipher.final()]);
  return Buffer.concat([nonce, cipher.getAuthTag(), body]).toString("base64");
}

function opened(ciphertext: string, key: Buffer): string {
  const bytes = Buffer.from(ciphertext, "base64");
  const decipher = createDecipheriv("aes-256-gcm", key, bytes.subarray(0, 12)).setAuthTag(bytes.subarray(12, 28));
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()]).toString("utf8");
}
