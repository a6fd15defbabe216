import assert from "node:assert/strict";
import { createHash, createHmac } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Secret } from "../../provider/values";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";
import { Deployment, OAUTH2 } from "../world/deployment";
import { shows } from "../world/faultRows";

const USER = "aem-deployer";
const SECRET = OAUTH2.clientSecret.reveal();

describe("a program that asks for what must not be", () => {
  let folder: string;
  let aem: AemEmulator;
  let crm: Deployment;

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "hostile-programs-"));
    aem = await startAemEmulator();
    const password = String(DEFAULT_ACCOUNTS.find(({ user }) => user === USER)?.password);
    crm = new Deployment({ origin: aem.origin, username: USER, password }, folder);
    await crm.swagger();
  });
  beforeEach(() => {
    aem.requests.splice(0);
    crm.environment = {};
  });
  after(async () => {
    await aem.stop();
    await rm(folder, { recursive: true });
  });

  /** What a check says of each, which has to be one problem; nothing may be sent. */
  async function refused(all: readonly Record<string, unknown>[]): Promise<string> {
    const told: string[] = [];
    for (const args of all) {
      const text = await crm.problems(args);
      assert.equal(text.match(/ \[[a-z-]+\]$/gm)?.length, 1, text);
      told.push(text);
    }
    assert.deepEqual(aem.requests, []);
    return [...new Set(told)].join("\n");
  }
  const tokenUrls = (...urls: readonly string[]) => urls.map((tokenUrl) => ({ oauth2: { ...OAUTH2, tokenUrl } }));

  shows("C3", "a token URL of plain http to another machine", async () => {
    assert.equal(await refusalFree("http://127.0.0.1:9/token"), "");
    return refused(tokenUrls("http://tokens.example/token", "http://localhost.tokens.example/token"));
  });

  shows("C4", "a login inside the token URL, which is not repeated", async () => {
    const text = await refused(tokenUrls("https://kQ8rT2@tokens.example/t", "https://id:kQ8rT2@tokens.example/t"));
    assert.doesNotMatch(text, /kQ8rT2/);
    return text;
  });

  shows("C6", "an address where cloud machines ask for credentials, for a token URL or an author", async () => {
    assert.equal(await refusalFree("https://10.0.0.8/token"), "");
    const text = await refused(
      tokenUrls(
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:169.254.169.254]/t",
        "https://2852039166/t",
        "https://metadata.google.internal/t",
      ),
    );
    crm.environment = { AEM_AUTHOR: "https://169.254.169.254" };
    return `${text}\n${await refused([{}])}`;
  });

  shows("C8", "a secret so short that its mask would hide other text", async () => {
    const text = await refused(
      ["", "q", "qz7"].map((short) => ({ oauth2: { ...OAUTH2, clientSecret: new Secret(short) } })),
    );
    assert.doesNotMatch(text, /qz7/);
    return text;
  });

  shows("E14", "a name that would lead elsewhere, or that only looks right", async () => {
    const elsewhere = ["a.b", "a/b", "../a", "..", "", "jcr:content", "a%2fb", "a*", "a[1]", "-a"];
    const lookalikes = ["a b", "é", "ａ", "а", "a\u202eb", "a\u200bb", "😀", "a\n"];
    return refused([...elsewhere, ...lookalikes].map((name) => ({ name })));
  });

  shows("C13", "what is derived from the secret, from which nobody can tell whether a guess was right", async () => {
    const two = new Deployment(crm.place, folder, "twin");
    await crm.up();
    await two.up();
    const derived = ({ outputs }: Deployment) => {
      const { secretRevision, secretWitness, secretWrittenAt, managedBy } = outputs;
      return { secretRevision, secretWitness, secretWrittenAt, managedBy };
    };
    const [one, other] = [derived(crm), derived(two)];
    // The same secret twice: what is alike says nothing of it, and what is not alike is no function of it.
    assert.equal(one.secretRevision, 1);
    assert.equal(other.secretRevision, 1);
    assert.notEqual(one.secretWitness, other.secretWitness);
    const text = JSON.stringify([one, other]);
    const inputs = [SECRET, `${OAUTH2.clientId}:${SECRET}`, `${OAUTH2.clientId}${SECRET}`];
    for (const algorithm of ["md5", "sha1", "sha256", "sha384", "sha512"]) {
      for (const input of inputs) {
        const digests = [createHash(algorithm).update(input), createHmac(algorithm, OAUTH2.clientId).update(input)];
        for (const digest of digests.map((one) => one.digest())) {
          for (const form of ["hex", "base64", "base64url"] as const) {
            assert.equal(text.includes(digest.toString(form).replace(/=+$/, "").slice(0, 16)), false, algorithm);
          }
        }
      }
    }
    await crm.destroy();
    await two.destroy();
    return "";
  });

  async function refusalFree(tokenUrl: string): Promise<string> {
    return crm.problems({ oauth2: { ...OAUTH2, tokenUrl } });
  }
});
