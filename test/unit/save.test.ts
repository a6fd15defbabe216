import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from "node:http";
import { Author } from "../../provider/aem/author";
import { readDataSource } from "../../provider/aem/dataSource";
import { newMarker, parseMarker } from "../../provider/aem/marker";
import { differences } from "../../provider/changes";
import { toWire } from "../../provider/dynamic";
import { DataSourceError, type ErrorCode } from "../../provider/errors";
import { parseState, type State, type Wanted } from "../../provider/inputs";
import { PartialFailure } from "../../provider/outputs";
import { planDifference, planWhole } from "../../provider/plan";
import { save } from "../../provider/save";
import { Documents } from "../../provider/swagger/documents";
import { Secret } from "../../provider/values";
import { type AemEmulator, type AemEmulatorOptions, startAemEmulator } from "../world/aemEmulator";
import { connectionTo } from "../world/connections";
import { refusalOf, shows } from "../world/faultRows";

type Raw = Readonly<Record<string, unknown>>;

const PAGE = "/conf/global/settings/cloudconfigs/fdm/crm";
const SECRET = "the consumer's s3cret";
const NEW_SECRET = "another s3cret of the consumer";
const FILE = new Documents(".").parse(Buffer.from('{ "swagger": "2.0", "info": { "title": "CRM" } }'), "crm.json");
const NEW_FILE = new Documents(".").parse(
  Buffer.from('{ "swagger": "2.0", "info": { "title": "CRM 2" } }'),
  "crm.json",
);

/** What becomes of one request between the provider and the author. */
interface Fate {
  /** Default true. */
  readonly arrives?: boolean;
  /** Done when the request comes in. */
  readonly before?: () => void;
  /** The author gets it only then; the provider hears at once. */
  readonly hold?: Promise<void>;
  /** Done when the author has answered, before the provider hears of it. */
  readonly after?: () => void;
  /** What the provider hears instead of the author's answer. */
  readonly heard?: number | "nothing" | "never" | "half";
}
/** As newer authors refuse what does not fit a node's type. */
const UNFIT = JSON.stringify({ "status.code": 422, "status.message": "the title does not fit" });
const ANSWER_LOST: Fate = { heard: "nothing" };

/** As often as anything is ever tried. */
function always(fate: Fate): Fate[] {
  return Array.from({ length: 9 }, () => fate);
}

/** Stands between the provider and the author; each request of a method meets the next fate of that method. */
class Gateway {
  readonly fates: Record<string, (Fate | undefined)[]> = { GET: [], POST: [] };
  readonly #server: Server;

  constructor(private readonly target: string) {
    this.#server = createServer((incoming, outgoing) => this.#serve(incoming, outgoing)).listen(0, "127.0.0.1");
  }

  async origin(): Promise<string> {
    if (!this.#server.listening) await once(this.#server, "listening");
    const address = this.#server.address();
    assert.ok(typeof address === "object" && address !== null);
    return `http://127.0.0.1:${address.port}`;
  }

  async stop(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #serve(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const { method = "GET", url = "/", headers } = incoming;
    const { arrives = true, before, hold, after, heard }: Fate = this.fates[method]?.shift() ?? {};
    before?.();
    const reply = () => {
      if (heard === "never") return;
      if (heard === "nothing") outgoing.destroy();
      else if (heard === "half") {
        outgoing.writeHead(201, { "content-type": "application/json", "content-length": 900 });
        outgoing.write('{"status.code":201,', () => outgoing.destroy());
      } else if (heard === 422) outgoing.writeHead(422, { "content-type": "application/json" }).end(UNFIT);
      else outgoing.writeHead(heard ?? 502, { "content-type": "text/html" }).end("<html></html>");
    };
    if (!arrives) {
      incoming.resume().on("end", reply);
      return;
    }
    if (hold) {
      const chunks: Buffer[] = [];
      incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
      incoming.on("end", () => {
        reply();
        void hold.then(() => request(new URL(url, this.target), { method, headers }).end(Buffer.concat(chunks)));
      });
      return;
    }
    const onward = request(new URL(url, this.target), { method, headers }, (answer) => {
      after?.();
      if (heard === undefined) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
      } else {
        answer.resume();
        reply();
      }
    });
    incoming.pipe(onward);
  }
}

describe("save", () => {
  let aem: AemEmulator;
  let gateway: Gateway;
  let author: Author;

  beforeEach(() => start());
  afterEach(stop);

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator(options);
    gateway = new Gateway(aem.origin);
    author = new Author(connectionTo(await gateway.origin()));
    await author.logIn(); // so that the first GET of a save is its read-back
  }

  async function stop(): Promise<void> {
    await author.close();
    await gateway.stop();
    await aem.stop();
  }

  function wanted(changes: Partial<Wanted> = {}): Wanted {
    return {
      container: "global",
      name: "crm",
      path: PAGE,
      origin: author.connection.origin,
      title: "Salesforce",
      swagger: { file: "crm.json" },
      serviceEndPoint: "https://acme.example/services",
      oauth2: { clientId: "key", clientSecret: new Secret(SECRET), tokenUrl: "https://acme.example/token" },
      owner: "acme/shop/prod/crm",
      api: FILE.api,
      secretRevision: 1,
      ...changes,
    };
  }

  /** What `wanted` says, with another secret. */
  function rotated(changes: Partial<Wanted> = {}): Wanted {
    const { oauth2 } = wanted();
    return wanted({ oauth2: { ...oauth2, clientSecret: new Secret(NEW_SECRET) }, secretRevision: 2, ...changes });
  }

  async function create(target = wanted()): Promise<Raw> {
    const marker = newMarker(target.owner);
    return save(author, target, planWhole(target, FILE, marker, "absent"), {
      marker,
      before: "absent",
      encryption: "by suffix",
      verdict: "issued",
    });
  }

  async function update(outputs: Raw, target: Wanted): Promise<Raw> {
    const state: State = parseState(outputs);
    const before = await readDataSource(author, PAGE);
    const marker = parseMarker(state.managedBy);
    assert.ok(before !== "absent" && marker);
    const file = target.api === NEW_FILE.api ? NEW_FILE : FILE;
    const plan = await planDifference(target, state, before, marker, async () => file);
    return save(author, target, plan, { marker, before, state, encryption: "by suffix", verdict: "issued" });
  }

  /** The failure of `saving`, which must leave the next preview something to do and delete a page to know. */
  async function partialFailure(saving: Promise<Raw>, target: Wanted, code: ErrorCode): Promise<PartialFailure> {
    const failure = await saving.then(
      () => assert.fail("it succeeded"),
      (thrown: unknown) => thrown,
    );
    assert.ok(failure instanceof PartialFailure, String(failure));
    assert.equal(failure.id, PAGE);
    assert.deepEqual(
      failure.reasons.map((reason) => reason.code),
      [code],
    );
    const { managedBy, origin } = failure.properties;
    assert.match(String(managedBy), /^acme\/shop\/prod\/crm#[0-9a-f]{16}$/);
    assert.equal(origin, author.connection.origin);
    assert.notDeepEqual(differences(failure.properties, target), []);
    parseState(failure.properties);
    assert.doesNotMatch(`${failure.message}${failure.stack}`, /s3cret/);
    return failure;
  }

  function content(): Record<string, unknown> {
    return Object(aem.node(`${PAGE}/jcr:content`));
  }

  it("gives back what was wanted and what was achieved, when the author holds all of it", async () => {
    const outputs = await create();
    const { managedBy, sha256, secretWrittenAt, secretWitness, tokenVerdict, stateVersion, packageVersion, ...inputs } =
      outputs;
    assert.deepEqual(toWire(inputs), toWire(wanted()));
    assert.equal(managedBy, content().managedBy);
    assert.deepEqual([sha256, tokenVerdict, stateVersion], [FILE.document.sha256, "issued", 1]);
    assert.ok(secretWrittenAt && secretWitness && packageVersion);
  });

  it("keeps of the state what an update did not write", async () => {
    const outputs = await create();
    const { sha256, secretWrittenAt, secretWitness, managedBy } = await update(outputs, wanted({ title: "CRM" }));
    assert.deepEqual(
      { sha256, secretWrittenAt, secretWitness, managedBy },
      {
        sha256: outputs.sha256,
        secretWrittenAt: outputs.secretWrittenAt,
        secretWitness: outputs.secretWitness,
        managedBy: outputs.managedBy,
      },
    );
  });

  describe("when the author does not encrypt after all", () => {
    beforeEach(async () => {
      await stop();
      await start({ encryption: "none" });
    });

    it("takes the secret away at once and fails in part", async () => {
      const { reasons, properties } = await partialFailure(create(), wanted(), "secret-not-encrypted");
      assert.equal("client_secret" in content(), false);
      assert.equal(content()["jcr:title"], "Salesforce");
      assert.equal(properties.secretWitness, undefined);
      assert.match(
        String(reasons[0]?.text()),
        /held the client secret in clear; it was removed at once.*\n.*Rotate it/,
      );
    });

    it("takes it away even when the answer to the write is lost", async () => {
      gateway.fates.POST = [ANSWER_LOST];
      const { reasons } = await partialFailure(create(), wanted(), "secret-not-encrypted");
      assert.equal("client_secret" in content(), false);
      assert.match(String(reasons[0]?.text()), /it was removed at once/);
    });

    it("says aloud that it lies there in clear when it can't be taken away", async () => {
      gateway.fates.POST = [undefined, { arrives: false, heard: 503 }];
      const { reasons } = await partialFailure(create(), wanted(), "secret-not-encrypted");
      assert.equal(content().client_secret, SECRET);
      assert.match(String(reasons[0]?.text()), /IN CLEAR.*could not be removed.*\n.*Delete its property client_secret/);
    });

    it("sends the secret again by the next update", async () => {
      const { properties } = await partialFailure(create(), wanted(), "secret-not-encrypted");
      aem.requests.splice(0);
      await assert.rejects(update(properties, wanted()), PartialFailure);
      const sent = aem.requests.flatMap(({ fields }) => fields.map(({ name }) => name));
      assert.ok(sent.includes("./client_secret"));
    });
  });

  describe("when the author does not keep what was written", () => {
    const changes: [what: string, change: () => void, field: string][] = [
      ["a title", () => aem.edit(PAGE, { "jcr:title": "By hand" }), "title"],
      ["a token URL", () => aem.edit(PAGE, { access_token_uri: undefined }), "oauth2.tokenUrl"],
      ["a constant", () => aem.edit(PAGE, { grant_type: undefined }), "extraProperties.grant_type"],
      ["the secret", () => aem.edit(PAGE, { client_secret: undefined }), "secretRevision"],
      ["the marker", () => aem.edit(PAGE, { managedBy: undefined }), "marker"],
      ["the bytes of the file", () => aem.editFile(PAGE, Buffer.from("{}")), "api.digest"],
      ["the file", () => aem.remove(`${PAGE}/jcr:content/swaggerFile`), "api.digest"],
    ];
    for (const [what, change, field] of changes) {
      it(`fails in part over ${what}, names ${field}, and the next update puts it right`, async () => {
        gateway.fates.POST = [{ after: change }];
        const { reasons, properties } = await partialFailure(create(), wanted(), "read-back-differs");
        assert.match(String(reasons[0]?.message), new RegExp(`${PAGE}.*: ${field}$`));
        await update(properties, wanted());
        assert.equal(aem.plainSecret(PAGE), SECRET);
        assert.deepEqual([content()["jcr:title"], content().grant_type], ["Salesforce", "client_credentials"]);
      });
    }

    it("fails in part over a property that should have gone", async () => {
      const { oauth2 } = wanted();
      const outputs = await create(wanted({ oauth2: { ...oauth2, scope: "api" }, extraProperties: { retries: 3 } }));
      gateway.fates.POST = [{ after: () => aem.edit(PAGE, { retries: 3, authorization_scope: "api" }) }];
      const { reasons } = await partialFailure(update(outputs, wanted()), wanted(), "read-back-differs");
      assert.match(String(reasons[0]?.message), /oauth2\.scope/);
      assert.match(String(reasons[0]?.message), /extraProperties\.retries/);
    });

    it("fails in part when the ciphertext is still that of the old secret", async () => {
      const outputs = await create();
      const { client_secret: ciphertext } = content();
      gateway.fates.POST = [{ after: () => aem.edit(PAGE, { client_secret: String(ciphertext) }) }];
      const { properties } = await partialFailure(update(outputs, rotated()), rotated(), "read-back-differs");
      await update(properties, rotated());
      assert.equal(aem.plainSecret(PAGE), NEW_SECRET);
    });
  });

  it("fails in part when somebody else made the page at the same moment", async () => {
    aem.addPage(PAGE, { "jcr:title": "Theirs", managedBy: "acme/billing/prod/crm#0123456789abcdef" });
    const failure = await create().catch((thrown: unknown) => thrown);
    assert.ok(failure instanceof PartialFailure);
    assert.deepEqual(
      failure.reasons.map(({ code }) => code),
      ["data-source-exists"],
    );
    assert.match(failure.message, /was made by somebody else at the same moment, and is written over/);
    assert.equal(failure.properties.managedBy, content().managedBy);
  });

  describe("when the page can't be read back", () => {
    it("fails in part, proves nothing and names both: the write and the reading", async () => {
      gateway.fates.GET = always({ arrives: false, heard: 503 });
      const failure = await partialFailure(create(), wanted(), "author-busy");
      assert.match(failure.message, /was written, but can't be read back: .*not ready \(503\)/);
      const fields = differences(failure.properties, wanted()).map(({ field }) => field);
      assert.deepEqual(fields, ["api.digest", "secretRevision"]);
      gateway.fates.GET = [];
      await update(failure.properties, wanted());
    });

    it("fails in part when it is gone again", async () => {
      gateway.fates.POST = [{ after: () => aem.remove(PAGE) }];
      await partialFailure(create(), wanted(), "read-back-differs");
    });
  });

  describe("when the answer to the write is lost", () => {
    const saved: [how: string, fate: Fate][] = [
      ["the connection broke", ANSWER_LOST],
      ["a gateway gave up waiting", { heard: 504 }],
    ];
    for (const [how, fate] of saved) {
      it(`succeeds if ${how}, but the read-back proves that everything was saved`, async () => {
        gateway.fates.POST = [fate];
        const outputs = await create();
        gateway.fates.POST = [fate];
        const rotatedOutputs = await update(outputs, rotated({ title: "CRM" }));
        assert.equal(aem.plainSecret(PAGE), NEW_SECRET);
        assert.notEqual(rotatedOutputs.secretWitness, outputs.secretWitness);
      });
    }

    shows("W1", "succeeds if none came in time, but the read-back proves that everything was saved", async () => {
      const patient = author;
      author = new Author({ ...patient.connection, deadlineMs: 500 });
      await author.logIn();
      gateway.fates.POST = [{ heard: "never" }];
      await create();
      assert.equal(aem.plainSecret(PAGE), SECRET);
      assert.equal(aem.requests.filter(({ path }) => path.startsWith(PAGE) && path.endsWith("/jcr:content")).length, 1);
      await author.close();
      author = patient;
      return "";
    });

    shows("W2", "succeeds if the connection broke amid it, and makes no second page", async () => {
      gateway.fates.POST = [{ heard: "half" }];
      await create();
      assert.equal(aem.plainSecret(PAGE), SECRET);
      const nodes = Object.keys(Object(aem.node(PAGE.slice(0, PAGE.lastIndexOf("/")))));
      assert.deepEqual(
        nodes.filter((name) => !name.startsWith("jcr:")),
        ["crm"],
      );
      return "";
    });

    it("fails in part when the page can't be read back either: it may be there, and the state must know it", async () => {
      gateway.fates.POST = [ANSWER_LOST];
      gateway.fates.GET = always({ arrives: false, heard: 503 });
      const failure = await partialFailure(create(), wanted(), "network-unreachable");
      assert.match(failure.message, /was sent, and whether it was saved is not known: the author can't be asked/);
      assert.equal(aem.plainSecret(PAGE), SECRET);
      gateway.fates.GET = [];
      await update(failure.properties, wanted());
    });

    it("fails in part after a rotation that can't be looked at: going back to the old secret is a change then", async () => {
      const outputs = await create();
      gateway.fates.POST = [ANSWER_LOST];
      gateway.fates.GET = [undefined, ...always({ arrives: false, heard: 503 })];
      const failure = await partialFailure(update(outputs, rotated()), rotated(), "network-unreachable");
      gateway.fates.GET = [];
      assert.notDeepEqual(differences(failure.properties, wanted()), []);
      await update(failure.properties, wanted());
      assert.equal(aem.plainSecret(PAGE), SECRET);
    });

    it("does not take somebody else's save of the old secret for its own rotation", async () => {
      const outputs = await create();
      for (const fate of [
        { arrives: false, heard: 409 },
        { arrives: false, heard: "nothing" },
      ] as const) {
        gateway.fates.POST = [{ ...fate, before: () => aem.saveSecretAgain(PAGE, SECRET) }];
        const { secretWitness } = await update(outputs, rotated());
        assert.equal(aem.plainSecret(PAGE), NEW_SECRET);
        const live = await readDataSource(author, PAGE);
        assert.ok(live !== "absent" && typeof live.secret === "object");
        assert.equal(secretWitness, live.secret.witness);
        aem.saveSecretAgain(PAGE, SECRET);
      }
    });

    it("looks at the page after an answer that is none of an author's: a secret in clear does not stay", async () => {
      for (const heard of [200, 524]) {
        await stop();
        await start({ encryption: "none" });
        gateway.fates.POST = [{ heard }];
        await partialFailure(create(), wanted(), "secret-not-encrypted");
        assert.equal("client_secret" in content(), false);
      }
    });

    it("takes its own first request, which arrives late, for nobody else's", async () => {
      let late: () => void = () => undefined;
      gateway.fates.POST = [{ heard: "nothing", hold: new Promise<void>((resolve) => (late = resolve)) }];
      gateway.fates.GET = [{ after: () => late() }];
      await create();
      assert.equal(aem.plainSecret(PAGE), SECRET);
    });
  });

  describe("when the write does not come through", () => {
    const failures: [how: string, fate: Fate, code: ErrorCode][] = [
      ["the request never arrives", { arrives: false, heard: "nothing" }, "network-unreachable"],
      ["the author is not ready", { arrives: false, heard: 503 }, "author-busy"],
      ["a gateway gives up waiting", { arrives: false, heard: 504 }, "author-busy"],
      ["it conflicts with another one", { arrives: false, heard: 409 }, "author-refused-write"],
      ["an older author can't commit it", { arrives: false, heard: 500 }, "author-refused-write"],
    ];
    for (const [how, fate, code] of failures) {
      it(`is sent again, twice at most, each time after a look, if ${how}`, async () => {
        const refused = (thrown: unknown) => thrown instanceof DataSourceError && thrown.code === code;
        gateway.fates.POST = [fate, fate, fate];
        await assert.rejects(create(), refused);
        assert.equal(aem.node(PAGE), undefined);
        assert.deepEqual(gateway.fates.POST, []);

        gateway.fates.POST = [fate, fate];
        const outputs = await create();
        gateway.fates.POST = [fate];
        const logged = aem.log.length;
        await update(outputs, rotated({ title: "CRM" }));
        assert.deepEqual([aem.plainSecret(PAGE), content()["jcr:title"]], [NEW_SECRET, "CRM"]);
        const look = `GET ${PAGE}.2.json 200`;
        assert.deepEqual(aem.log.slice(logged), [look, look, `POST ${PAGE}/jcr:content 200`, look]);
      });
    }

    it("is not sent again where somebody else has made the page meanwhile", async () => {
      const made = () => aem.addPage(PAGE, { "jcr:title": "Theirs" });
      gateway.fates.POST = [{ arrives: false, heard: 409, before: made }];
      await assert.rejects(create(), { code: "data-source-exists", message: /nothing of ours was saved/ });
      assert.deepEqual([content()["jcr:title"], content().managedBy], ["Theirs", undefined]);
    });

    shows("E11", "is not sent again over what somebody else has changed meanwhile", async () => {
      const outputs = await create();
      const changed = () => aem.edit(PAGE, { "jcr:title": "By hand", client_id: "theirs" });
      gateway.fates.POST = [{ arrives: false, heard: 409, before: changed }];
      const text = await refusalOf(update(outputs, wanted({ serviceEndPoint: "https://acme.example/new" })));
      assert.match(
        text,
        /changed or deleted by somebody else at the same moment; nothing of ours was saved .*\[data-source-exists\]/,
      );
      assert.deepEqual([content()["jcr:title"], content().client_id], ["By hand", "theirs"]);
      return text;
    });

    it("fails in part where somebody changed the page and nobody knows whether ours was saved before", async () => {
      const outputs = await create();
      gateway.fates.POST = [{ heard: "nothing", after: () => aem.edit(PAGE, { client_id: "theirs" }) }];
      const target = rotated({ title: "CRM" });
      const failure = await partialFailure(update(outputs, target), target, "data-source-exists");
      await update(failure.properties, target);
      assert.equal(aem.plainSecret(PAGE), NEW_SECRET);
    });

    shows("W7", "is not sent again where the author says what is wrong with it", async () => {
      const outputs = await create();
      const logged = aem.log.length;
      gateway.fates.POST = [
        { arrives: false, heard: 409 },
        { arrives: false, heard: 422 },
      ];
      const text = await refusalOf(update(outputs, wanted({ title: "CRM" })));
      assert.match(text, /title does not fit\) \[author-refused-write\]/);
      const look = `GET ${PAGE}.2.json 200`; // the one before the write, and the one after the conflict
      assert.deepEqual([aem.log.slice(logged), gateway.fates.POST], [[look, look], []]);
      return text;
    });

    shows("W6", "is sent again where the author could not commit, twice", async () => {
      gateway.fates.POST = [500, 500].map((heard) => ({ arrives: false, heard }));
      await create();
      assert.deepEqual([aem.plainSecret(PAGE), gateway.fates.POST], [SECRET, []]);
      return "";
    });
  });
});
