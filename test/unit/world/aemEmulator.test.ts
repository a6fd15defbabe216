import assert from "node:assert/strict";
import { type ChildProcessByStdio, spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { join } from "node:path";
import type { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { request } from "undici";
import { type AemEmulator, type AemEmulatorOptions, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { basic, Client, type Field, type Headers, type Reply, record, send } from "./aemClient";

const FOLDER = "/conf/global/settings/cloudconfigs/fdm";
const PAGE = `${FOLDER}/salesforce`;
const CONTENT = `${PAGE}/jcr:content`;
const SWAGGER = { filename: "salesforce.json", type: "application/json", text: '{"swagger":"2.0"}' };

const TYPES: Field[] = [
  ["../jcr:primaryType", "cq:Page"],
  ["./jcr:primaryType", "cq:PageContent"],
];
const UPLOAD: Field[] = [
  ["./swaggerFile", SWAGGER],
  ["./swaggerFile@TypeHint", "nt:file"],
];

describe("AEM emulator", function () {
  this.timeout(60_000);

  let aem: AemEmulator;
  let deployer: Client;

  async function start(options?: AemEmulatorOptions): Promise<void> {
    aem = await startAemEmulator(options);
    deployer = new Client(aem, "aem-deployer");
  }

  /** Writes a data source as the provider does. */
  async function create(...fields: Field[]): Promise<Reply> {
    return deployer.post(CONTENT, ["_charset_", "utf-8"], ...TYPES, ...fields);
  }

  beforeEach(() => start());
  afterEach(() => aem.stop());

  describe("logins", () => {
    it("answers 401 without a body to no login, a wrong password, an unknown user and a bearer token", async () => {
      const logins = [undefined, basic("admin", "wrong"), basic("nobody-knows", "admin"), "Bearer abc"];
      for (const authorization of logins) {
        const headers: Headers = authorization ? { authorization } : {};
        for (const method of ["GET", "POST"] as const) {
          const reply = await send(aem, method, `${FOLDER}.json`, { headers });
          assert.equal(reply.status, 401);
          assert.equal(reply.text, "");
          assert.match(String(reply.headers["www-authenticate"]), /^Basic realm=/);
        }
      }
    });

    it("tells who is logged in", async () => {
      const session = await deployer.get("/system/sling/info.sessionInfo.json");
      assert.deepEqual(session.json, { authType: "BASIC", userID: "aem-deployer" });
      const user = await deployer.get("/libs/granite/security/currentuser.json");
      assert.deepEqual(user.json, { authorizableId: "aem-deployer" });
    });

    it("shows nothing to an account without rights: 404, as if it weren't there", async () => {
      const reply = await new Client(aem, "aem-nobody").get(`${FOLDER}.json`);
      assert.equal(reply.status, 404);
    });

    it("takes other accounts", async () => {
      await aem.stop();
      await start({ accounts: [{ user: "ci", password: "x:y", rights: "write" }] });
      const reply = await send(aem, "GET", `${FOLDER}.json`, { headers: { authorization: basic("ci", "x:y") } });
      assert.equal(reply.status, 200);
      assert.equal((await deployer.get(`${FOLDER}.json`)).status, 401);
    });
  });

  describe("CSRF", () => {
    const write: Field[] = [["./jcr:title", "T"]];

    it("gives each login a token of its own, the same one every time", async () => {
      const token = await deployer.csrfToken();
      assert.ok(token.length > 20);
      assert.equal(await deployer.csrfToken(), token);
      assert.notEqual(await new Client(aem, "admin").csrfToken(), token);
    });

    it("refuses a writing request without a valid token: 403, HTML, nothing stored", async () => {
      const foreign = await new Client(aem, "admin").csrfToken();
      for (const token of [undefined, "invented", foreign]) {
        const headers: Headers = token === undefined ? {} : { "csrf-token": token };
        const reply = await deployer.send("POST", CONTENT, { fields: write, headers });
        assert.equal(reply.status, 403);
        assert.match(String(reply.headers["content-type"]), /^text\/html/);
      }
      assert.equal(aem.node(PAGE), undefined);
    });

    it("takes the token as a header or as a field", async () => {
      const token = await deployer.csrfToken();
      const asField: Field[] = [...write, [":cq_csrf_token", token]];
      assert.equal((await deployer.send("POST", CONTENT, { fields: asField })).status, 201);
      const headers = { "csrf-token": token };
      assert.equal((await deployer.send("POST", CONTENT, { fields: write, headers })).status, 200);
    });

    it("forgets its tokens on a restart", async () => {
      const headers = { "csrf-token": await deployer.csrfToken() };
      await aem.stop();
      await start();
      assert.equal((await deployer.send("POST", CONTENT, { fields: write, headers })).status, 403);
    });
  });

  describe("creating", () => {
    it("answers 201 with isCreate, the list of changes and a Location", async () => {
      const reply = await create(["./jcr:title", "Salesforce"], ...UPLOAD);
      const file = `${CONTENT}/swaggerFile`;
      assert.equal(reply.status, 201);
      assert.equal(reply.headers.location, `${PAGE}/_jcr_content`);
      assert.equal(reply.headers["content-type"], "application/json;charset=utf-8");
      assert.deepEqual(reply.json, {
        referer: "",
        path: CONTENT,
        parentLocation: PAGE,
        isCreate: true,
        location: `${PAGE}/_jcr_content`,
        "status.message": "Created",
        title: `Content created ${CONTENT}`,
        "status.code": 201,
        changes: [
          { type: "created", argument: PAGE },
          { type: "created", argument: CONTENT },
          { type: "modified", argument: `${CONTENT}/jcr:title` },
          { type: "created", argument: file },
          { type: "created", argument: `${file}/jcr:content` },
          { type: "modified", argument: `${file}/jcr:content/jcr:lastModified` },
          { type: "modified", argument: `${file}/jcr:content/jcr:mimeType` },
          { type: "modified", argument: `${file}/jcr:content/jcr:data` },
        ],
      });
    });

    it("stores a cq:Page over a cq:PageContent, with what JCR adds by itself", async () => {
      await create(["./jcr:title", "Salesforce"], ...UPLOAD);
      const created = { "jcr:created": "DATE", "jcr:createdBy": "aem-deployer" };
      assert.deepEqual(stable(aem.node(PAGE)), {
        "jcr:primaryType": "cq:Page",
        ...created,
        "jcr:content": {
          "jcr:primaryType": "cq:PageContent",
          ...created,
          "jcr:title": "Salesforce",
          swaggerFile: {
            "jcr:primaryType": "nt:file",
            ...created,
            "jcr:content": {
              "jcr:primaryType": "nt:resource",
              "jcr:uuid": "UUID",
              "jcr:lastModified": "DATE",
              "jcr:lastModifiedBy": "aem-deployer",
              "jcr:mimeType": "application/json",
              ":jcr:data": SWAGGER.text.length,
            },
          },
        },
      });
    });

    it("makes missing ancestors as sling:Folder, the page itself too when nobody says cq:Page", async () => {
      const admin = new Client(aem, "admin"); // the deployer may not make containers
      const reply = await admin.post("/conf/new/fdm/page/jcr:content", ["./a", "1"]);
      assert.deepEqual(reply.changes.slice(0, 2), ["created /conf/new", "created /conf/new/fdm"]);
      assert.equal(typeAt(aem, "/conf/new/fdm/page"), "sling:Folder");
      assert.equal(typeAt(aem, "/conf/new/fdm/page/jcr:content"), "sling:Folder");
    });

    it("takes JSON as a body without a word and stores nothing of it: no fields is no error", async () => {
      await create(["./a", "1"]);
      const headers = { "content-type": "application/json", "csrf-token": await deployer.csrfToken() };
      const reply = await deployer.send("POST", CONTENT, { headers, body: '{"a":"2"}' });
      assert.equal((await deployer.send("POST", `${FOLDER}/new`, { headers, body: "{}" })).status, 201);
      assert.equal(typeAt(aem, `${FOLDER}/new`), "sling:Folder");
      assert.equal(reply.status, 200);
      assert.deepEqual(reply.changes, []);
      assert.equal(property(aem, "a"), "1");
    });
  });

  describe("updating", () => {
    beforeEach(() => create(["./a", "1"], ["./b", "2"], ...UPLOAD));

    it("answers 200 without isCreate and without a Location, and changes only what was sent", async () => {
      const reply = await create(["./a", "changed"]);
      assert.equal(reply.status, 200);
      assert.equal("isCreate" in record(reply.json), false);
      assert.equal(reply.headers.location, undefined);
      assert.deepEqual([property(aem, "a"), property(aem, "b")], ["changed", "2"]);
    });

    it("reports an unchanged value as modified: the list of changes proves no difference", async () => {
      assert.deepEqual((await create(["./a", "1"])).changes, [`modified ${CONTENT}/a`]);
    });

    it("keeps a file's jcr:uuid and jcr:lastModifiedBy, whoever sends it again", async () => {
      const file = () => record(stableIds(aem.node(`${CONTENT}/swaggerFile/jcr:content`)));
      const before = file();
      await new Client(aem, "admin").post(CONTENT, ["./swaggerFile", { ...SWAGGER, text: "{}" }], ...UPLOAD.slice(1));
      assert.deepEqual(file(), { ...before, ":jcr:data": 2 });
    });

    // Recorded on Apache Sling 12: an empty list of changes doesn't mean that nothing happened.
    it("changes the primary type of existing nodes, without a word in the list of changes", async () => {
      const types: Field[] = [
        ["../jcr:primaryType", "sling:Folder"],
        ["./jcr:primaryType", "nt:unstructured"],
      ];
      assert.deepEqual((await deployer.post(CONTENT, ...types)).changes, []);
      assert.deepEqual([typeAt(aem, PAGE), typeAt(aem, CONTENT)], ["sling:Folder", "nt:unstructured"]);
      await create();
      assert.deepEqual([typeAt(aem, PAGE), typeAt(aem, CONTENT)], ["cq:Page", "cq:PageContent"]);
    });

    it("builds a vanished page anew as a folder, unless the types are sent along", async () => {
      aem.remove(PAGE);
      assert.equal((await deployer.post(CONTENT, ["./a", "1"])).status, 201);
      assert.equal(typeAt(aem, PAGE), "sling:Folder");
      aem.remove(PAGE);
      assert.equal((await create(["./a", "1"])).status, 201);
      assert.equal(typeAt(aem, PAGE), "cq:Page");
    });
  });

  describe("field names", () => {
    it("ignores names without a prefix as soon as one begins with ./", async () => {
      await create(["./a", "1"], ["b", "2"], ["../../other/c", "3"]);
      assert.deepEqual([property(aem, "a"), property(aem, "b")], ["1", undefined]);
      assert.equal(record(aem.node(`${FOLDER}/other`)).c, "3");
    });

    it("ignores commands and j_ names, and takes names without a prefix when there is no ./", async () => {
      await deployer.post(PAGE, ["jcr:content/a", "1"], [":unknown", "2"], ["j_username", "3"], ["_charset_", "utf-8"]);
      assert.deepEqual(Object.keys(stored(aem)), ["jcr:primaryType", "jcr:created", "jcr:createdBy", "a"]);
    });

    it("reads fields from the query as well", async () => {
      await deployer.post(`${CONTENT}?./a=1`, ["./b", "2"]);
      assert.deepEqual([property(aem, "a"), property(aem, "b")], ["1", "2"]);
    });

    it("reads a URL-encoded form like a multipart one", async () => {
      const headers = {
        "content-type": "application/x-www-form-urlencoded",
        "csrf-token": await deployer.csrfToken(),
      };
      const body = new URLSearchParams(
        [...TYPES, ["_charset_", "utf-8"], ["./a", "é &"], ["./l", "1"], ["./l", "2"]].map(pair),
      );
      assert.equal((await deployer.send("POST", CONTENT, { headers, body: body.toString() })).status, 201);
      assert.deepEqual([property(aem, "a"), property(aem, "l")], ["é &", ["1", "2"]]);
    });

    it("stores UTF-8 as ISO-8859-1 mojibake without _charset_", async () => {
      await deployer.post(CONTENT, ["./a", "é"]);
      assert.equal(property(aem, "a"), "Ã©");
      await deployer.post(CONTENT, ["./a", "é"], ["_charset_", "utf-8"]);
      assert.equal(property(aem, "a"), "é");
    });

    it("has one name for jcr:content and _jcr_content", async () => {
      await deployer.post(`${PAGE}/_jcr_content`, ["./a", "1"]);
      assert.equal(property(aem, "a"), "1");
      assert.equal((await deployer.get(`${PAGE}/_jcr_content.json`)).status, 200);
    });
  });

  describe("values", () => {
    it("types a value by @TypeHint", async () => {
      await create(
        ...hinted("long", "Long", "3"),
        ...hinted("double", "Double", "1.5"),
        ...hinted("yes", "Boolean", "true"),
        ...hinted("no", "Boolean", "yes"),
        ...hinted("decimal", "Decimal", "1.50"),
        ...hinted("date", "Date", "2026-01-02T03:04:05.678+01:00"),
        ...hinted("unknown", "Bogus", "text"),
      );
      const { long, double, yes, no, decimal, date, unknown } = stored(aem);
      assert.deepEqual([long, double, yes, no, decimal, unknown], [3, 1.5, true, false, "1.50", "text"]);
      assert.equal(date, "Fri Jan 02 2026 03:04:05 GMT+0100"); // the milliseconds are lost
    });

    it("keeps the type and the list that are there when no hint says otherwise", async () => {
      await create(...hinted("n", "Long", "3"), ...hinted("l", "String[]", "a"));
      await create(["./n", "4"], ["./l", "b"]);
      assert.deepEqual([property(aem, "n"), property(aem, "l")], [4, ["b"]]);
    });

    it("makes a list of several values, or of one with String[]", async () => {
      await create(["./several", "a"], ["./several", "b"], ...hinted("one", "String[]", "a"), ["./plain", "a"]);
      assert.deepEqual(
        [property(aem, "several"), property(aem, "one"), property(aem, "plain")],
        [["a", "b"], ["a"], "a"],
      );
    });

    it("replaces a single value by a list in two steps", async () => {
      await create(["./a", "1"]);
      const reply = await create(...hinted("a", "String[]", "1"));
      assert.deepEqual(reply.changes, [`deleted ${CONTENT}/a`, `modified ${CONTENT}/a`]);
    });

    it("removes a property by an empty value, and makes none", async () => {
      await create(["./a", "1"]);
      const reply = await create(["./a", ""], ["./b", ""]);
      assert.deepEqual(reply.changes, [`deleted ${CONTENT}/a`]);
      assert.equal(property(aem, "a"), undefined);
    });

    it("removes by @Delete and says so, whether there was something or not", async () => {
      await create(["./a", "1"], ["./child/b", "2"]);
      const reply = await create(["./a@Delete", ""], ["./child@Delete", ""], ["./never@Delete", ""]);
      assert.deepEqual(
        reply.changes,
        ["a", "child", "never"].map((name) => `deleted ${CONTENT}/${name}`),
      );
      assert.deepEqual(Object.keys(stored(aem)), ["jcr:primaryType", "jcr:created", "jcr:createdBy"]);
    });

    it("fills in an empty jcr:lastModified and jcr:lastModifiedBy, but not those of cq:", async () => {
      const names = ["jcr:lastModified", "jcr:lastModifiedBy", "cq:lastModified", "cq:lastModifiedBy"];
      await create(...names.map((name): Field => [`./${name}`, ""]));
      const { "jcr:lastModified": when, "jcr:lastModifiedBy": who, ...others } = stored(aem);
      assert.match(String(when), /^\w{3} \w{3} \d\d \d{4} [\d:]{8} GMT\+0000$/);
      assert.equal(who, "aem-deployer");
      assert.equal("cq:lastModified" in others, false);
    });
  });

  describe("files", () => {
    it("gives back the bytes with the MIME type of the upload", async () => {
      await create(["./swaggerFile", { ...SWAGGER, type: "application/yaml; charset=utf-8" }], ...UPLOAD.slice(1));
      const reply = await deployer.get(`${CONTENT}/swaggerFile`);
      assert.deepEqual([reply.status, reply.text], [200, SWAGGER.text]);
      assert.equal(reply.headers["content-type"], "application/yaml");
    });

    it("keeps binary bytes as they are", async () => {
      const bytes = Buffer.from([0, 255, 13, 10, 45, 45, 128]);
      await create(["./swaggerFile", { ...SWAGGER, type: "application/octet-stream", filename: "a", text: bytes }]);
      const { body } = await request(`${aem.origin}${CONTENT}/swaggerFile`, { headers: deployer.login });
      assert.deepEqual(Buffer.from(await body.arrayBuffer()), bytes);
    });

    it("answers 304 when nothing changed since", async () => {
      await create(...UPLOAD);
      const { headers } = await deployer.get(`${CONTENT}/swaggerFile`);
      const since = { "if-modified-since": String(headers["last-modified"]) };
      assert.equal((await deployer.get(`${CONTENT}/swaggerFile`, since)).status, 304);
    });

    it("guesses the type of a bare application/octet-stream from the name, but not for YAML", async () => {
      const type = "application/octet-stream";
      for (const [filename, expected] of [
        ["a.json", "application/json"],
        ["a.yaml", type],
      ] as const) {
        await create(["./swaggerFile", { filename, type, text: "{}" }], ...UPLOAD.slice(1));
        assert.equal((await deployer.get(`${CONTENT}/swaggerFile`)).headers["content-type"], expected);
      }
    });

    it("makes an nt:resource without @TypeHint, except below a folder", async () => {
      await create(["./a", SWAGGER]);
      assert.equal(typeAt(aem, `${CONTENT}/a`), "nt:resource");
      await deployer.post(FOLDER, ["./a", SWAGGER]);
      assert.equal(typeAt(aem, `${FOLDER}/a`), "nt:file");
    });

    it("ignores an empty file", async () => {
      const reply = await create(["./swaggerFile", { ...SWAGGER, text: "" }], ...UPLOAD.slice(1));
      assert.deepEqual(reply.changes, [`created ${PAGE}`, `created ${CONTENT}`]);
      assert.equal(aem.node(`${CONTENT}/swaggerFile`), undefined);
    });

    it("makes a string property beside the file of the same name of a part without a filename", async () => {
      await create(...UPLOAD);
      await create(["./swaggerFile", "{}"]);
      assert.equal(record((await deployer.get(`${CONTENT}.json`)).json).swaggerFile, "{}");
      assert.equal(typeAt(aem, `${CONTENT}/swaggerFile`), "nt:file");
    });
  });

  describe("encryption", () => {
    const secret: Field[] = [
      ["./client_secret", "s3cret"],
      ["./client_secret@Encrypted", ""],
    ];

    it("stores what @Encrypted names as {hex}, another one each time, and can decrypt it", async () => {
      await create(...secret);
      const first = property(aem, "client_secret");
      assert.match(String(first), /^\{[0-9a-f]{64,}\}$/);
      assert.equal(aem.plainSecret(PAGE), "s3cret");
      await create(...secret);
      assert.notEqual(property(aem, "client_secret"), first);
      assert.equal(aem.plainSecret(PAGE), "s3cret");
      assert.equal(property(aem, "client_secret@Encrypted"), undefined);
    });

    it("has a key of its own in each instance", async () => {
      await create(...secret);
      const ciphertext = String(property(aem, "client_secret"));
      const other = await startAemEmulator();
      try {
        other.addPage(PAGE, { client_secret: ciphertext });
        assert.notEqual(
          attempt(() => other.plainSecret(PAGE)),
          "s3cret",
        );
      } finally {
        await other.stop();
      }
    });

    it("stores in clear what nobody asked to encrypt", async () => {
      await create(["./client_secret", "s3cret"]);
      assert.equal(property(aem, "client_secret"), "s3cret");
      assert.equal(aem.plainSecret(PAGE), undefined);
    });

    it("leaves the value in clear when encryption is off: nothing reacts, nothing complains", async () => {
      await aem.stop();
      await start({ encryption: "none" });
      assert.equal((await create(...secret)).status, 201);
      assert.equal(property(aem, "client_secret"), "s3cret");
    });

    it("refuses a suffix with a value when encryption is off, and stores nothing", async () => {
      await aem.stop();
      await start({ encryption: "none" });
      const reply = await create(["./client_secret", "s3cret"], ["./client_secret@Encrypted", "true"]);
      assert.equal(reply.status, 409);
      assert.equal(aem.node(PAGE), undefined);
    });
  });

  describe("refusals", () => {
    it("stores nothing at all when one field is bad", async () => {
      const reply = await create(["./good", "1"], ...UPLOAD, ...hinted("bad", "Long", "abc"));
      assert.equal(reply.status, 422);
      assert.deepEqual(reply.json, {
        referer: "",
        path: CONTENT,
        parentLocation: PAGE,
        isCreate: true,
        location: `${PAGE}/_jcr_content`,
        "status.message": "invalid payload",
        "status.code": 422,
        changes: [],
      });
      assert.equal(aem.node(PAGE), undefined);
    });

    const modern: [why: string, status: number, path: string, fields: Field[]][] = [
      ["a Long that is none", 422, CONTENT, hinted("a", "Long", "1.5")],
      ["a Date that is none", 422, CONTENT, hinted("a", "Date", "soon")],
      ["a property of a cq:Page", 500, PAGE, [["foo", "bar"]]],
      ["a property of a cq:Page, sent to its content", 500, CONTENT, [["../foo", "bar"]]],
      ["the protected jcr:createdBy", 422, CONTENT, [["./jcr:createdBy", "me"]]],
      ["the protected jcr:created", 500, CONTENT, [["./jcr:created", "2026-01-01T00:00:00.000Z"]]],
      ["an unknown type of a new node", 409, `${FOLDER}/new`, [["jcr:primaryType", "no:such"]]],
      ["an unknown type of an existing node", 422, PAGE, [["jcr:primaryType", "no:such"]]],
      ["an illegal property name", 409, CONTENT, [["./a[b]", "1"]]],
      ["an illegal node name", 409, `${FOLDER}/a%5Bb%5D`, [["a", "1"]]],
      ["a node name with an unknown prefix", 409, `${FOLDER}/foo:bar`, [["a", "1"]]],
      ["a child that the type doesn't allow", 409, CONTENT, [["./swaggerFile/child/a", "1"]]],
      ["a name that leads out of the tree", 500, CONTENT, [[`./${"../".repeat(12)}a`, "1"]]],
      ["an unknown operation", 500, CONTENT, [[":operation", "frobnicate"]]],
    ];
    for (const [why, status, path, fields] of modern) {
      it(`refuses ${why} with ${status}, and always with 500 in the legacy mode`, async () => {
        for (const statusMode of ["modern", "legacy"] as const) {
          await aem.stop();
          await start({ statusMode });
          await create(...UPLOAD);
          const before = stable(aem.node("/conf"));
          assert.equal((await deployer.post(path, ...fields)).status, statusMode === "legacy" ? 500 : status);
          assert.deepEqual(stable(aem.node("/conf")), before);
        }
      });
    }

    it("explains a 500 by the Java exception", async () => {
      await create();
      const reply = record((await deployer.post(PAGE, ["foo", "bar"])).json);
      const message = `Value 'bar' for property 'foo' can't be put into node '${PAGE}'.`;
      assert.deepEqual(reply.error, { class: "java.lang.IllegalArgumentException", message });
      assert.equal(reply["status.message"], `java.lang.IllegalArgumentException: ${message}`);
      assert.equal(reply.title, `Error while processing ${PAGE}`);
    });

    it("explains every refusal by the Java exception in the legacy mode", async () => {
      await aem.stop();
      await start({ statusMode: "legacy" });
      const reply = record((await create(...hinted("n", "Long", "abc"))).json);
      const name = "org.apache.sling.servlets.post.exceptions.PreconditionViolatedPersistenceException";
      assert.deepEqual(reply.error, { class: name, message: "Invalid value abc for type Long" });
    });

    it("says 501 to what it can't do, rather than make up an answer", async () => {
      for (const field of [
        [":operation", "import"],
        ["./a@CopyFrom", "b"],
      ] satisfies Field[]) {
        assert.equal((await deployer.post(CONTENT, field)).status, 501);
      }
      assert.equal((await deployer.post("/bin/replicate.json", ["cmd", "Activate"])).status, 501);
    });

    it("knows no PUT and no DELETE", async () => {
      const headers = { "csrf-token": await deployer.csrfToken() };
      for (const method of ["PUT", "DELETE"] as const) {
        assert.equal((await deployer.send(method, PAGE, { headers })).status, 405);
      }
    });
  });

  describe("rights", () => {
    beforeEach(() => create(["./a", "1"], ...UPLOAD));

    const attempts: [what: string, status: number, path: string, fields: Field[]][] = [
      ["a new page with its types", 409, `${FOLDER}/new/jcr:content`, TYPES],
      ["a new folder with a property", 422, `${FOLDER}/new`, [["a", "1"]]],
      ["a property", 422, CONTENT, [["./a", "2"]]],
      ["a removal by an empty value", 422, CONTENT, [["./a", ""]]],
      ["a removal by @Delete", 409, CONTENT, [["./a@Delete", ""]]],
      ["a file once more", 500, CONTENT, UPLOAD],
      ["a delete", 409, PAGE, [[":operation", "delete"]]],
    ];
    for (const [what, status, path, fields] of attempts) {
      it(`refuses a reader ${what} with ${status}, never with 403`, async () => {
        const before = stable(aem.node("/conf"));
        assert.equal((await new Client(aem, "aem-reader").post(path, ...fields)).status, status);
        assert.deepEqual(stable(aem.node("/conf")), before);
      });
    }

    it("lists a refused delete among the changes all the same", async () => {
      const reply = await new Client(aem, "aem-reader").post(PAGE, [":operation", "delete"]);
      assert.deepEqual(reply.changes, [`deleted ${PAGE}`]);
    });

    it("ignores a primary type from a reader: 200, and nothing happened", async () => {
      const reply = await new Client(aem, "aem-reader").post(CONTENT, ["./jcr:primaryType", "nt:unstructured"]);
      assert.equal(reply.status, 200);
      assert.equal(typeAt(aem, CONTENT), "cq:PageContent");
    });

    it("stumbles with 500 over an account that may not even read", async () => {
      const reply = await new Client(aem, "aem-nobody").post(CONTENT, ["./a", "2"]);
      assert.equal(reply.status, 500);
      assert.match(reply.text, /Can't create child on a synthetic root/);
    });

    it("tells that account that a page is deleted which it can't see, and keeps it", async () => {
      const reply = await new Client(aem, "aem-nobody").post(PAGE, [":operation", "delete"]);
      assert.equal(reply.status, 200);
      assert.equal(property(aem, "a"), "1");
    });

    it("lets the deployer write below the cloud configurations of a container only", async () => {
      for (const place of ["/libs", "/conf", "/conf/global/settings"]) {
        assert.equal((await deployer.post(`${place}/new`, ["a", "1"])).status, 422);
      }
      assert.equal((await deployer.post("/conf/global/settings/cloudconfigs", ["a", "1"])).status, 422);
      assert.equal((await deployer.post("/new", ["a", "1"])).status, 500);
      assert.equal((await new Client(aem, "admin").post("/new", ["a", "1"])).status, 201);
    });
  });

  describe("deleting", () => {
    it("answers 200 with deleted, and once more when it is long gone", async () => {
      await create();
      for (const expected of [200, 200]) {
        const reply = await deployer.post(PAGE, [":operation", "delete"]);
        assert.equal(reply.status, expected);
        assert.deepEqual(reply.changes, [`deleted ${PAGE}`]);
        assert.equal(aem.node(PAGE), undefined);
      }
    });

    it("answers 403 when it is gone and the path has a dot", async () => {
      await deployer.post(`${FOLDER}/a.b`, ["a", "1"]);
      assert.equal((await deployer.post(`${FOLDER}/a.b`, [":operation", "delete"])).status, 200);
      const reply = await deployer.post(`${FOLDER}/a.b`, [":operation", "delete"]);
      assert.equal(reply.status, 403);
      assert.match(reply.text, /cannot include any selectors, extension or suffix/);
    });

    it("answers 403 when an extension follows an existing page", async () => {
      await create();
      assert.equal((await deployer.post(`${PAGE}.json`, [":operation", "delete"])).status, 403);
      assert.notEqual(aem.node(PAGE), undefined);
    });

    it("deletes what :applyTo names instead, and skips what is missing", async () => {
      await create();
      const reply = await deployer.post(FOLDER, [":operation", "delete"], [":applyTo", PAGE], [":applyTo", "missing"]);
      assert.deepEqual(reply.changes, [`deleted ${PAGE}`]);
    });
  });

  describe("the status document", () => {
    it("is an HTML table unless application/json is accepted", async () => {
      const reply = await deployer.postWith({ accept: "text/html", referer: "http://a/?<b>" }, CONTENT, ["./a", "1"]);
      assert.equal(reply.status, 201);
      assert.equal(reply.headers["content-type"], "text/html;charset=utf-8");
      assert.deepEqual(cells(reply.text), {
        Status: "201",
        Message: "Created",
        Location: `${PAGE}/_jcr_content`,
        ParentLocation: PAGE,
        Path: CONTENT,
        Referer: "http://a/?&lt;b&gt;",
        ChangeLog: ["created", PAGE, "created", CONTENT, "modified", `${CONTENT}/a`]
          .join("|")
          .replace(/(\w+)\|([^|]+)\|?/g, "$1(&quot;$2&quot;);&lt;br/&gt;")
          .replace(/^(.*)$/, "&lt;pre&gt;$1&lt;/pre&gt;"),
      });
    });

    it("is HTML by default, JSON where JSON is preferred, and JSON by a field", async () => {
      const cases: [accept: string, json: boolean][] = [
        ["*/*", false],
        ["application/*", false],
        ["text/html,application/json;q=0.9", false],
        ["application/json, text/plain, */*", true],
        ["application/JSON", true],
      ];
      for (const [accept, json] of cases) {
        const { headers } = await deployer.postWith({ accept }, CONTENT, ["./a", "1"]);
        assert.equal(String(headers["content-type"]).startsWith("application/json"), json, accept);
      }
      const byField = await deployer.postWith({ accept: "*/*" }, CONTENT, [":http-equiv-accept", "application/json"]);
      assert.equal(byField.headers["content-type"], "application/json;charset=utf-8");
    });

    it("has no path for an unknown operation", async () => {
      const reply = await deployer.post(CONTENT, [":operation", "frobnicate"]);
      const message = "Invalid operation specified for POST request";
      assert.deepEqual(reply.json, { referer: "", "status.message": message, "status.code": 500, changes: [] });
    });
  });

  describe("reading", () => {
    beforeEach(() => create(["./a", "1"], ...UPLOAD));

    it("goes as deep as the selector says, with a binary as its length", async () => {
      const depths = [".json", ".0.json", ".1.json", ".2.json", ".infinity.json", ".-1.json", ".tidy.1.json"];
      const found = await Promise.all(
        depths.map(async (selector) => depthOf((await deployer.get(PAGE + selector)).json)),
      );
      assert.deepEqual(found, [0, 0, 1, 2, 3, 3, 1]);
      const file = record((await deployer.get(`${CONTENT}/swaggerFile/jcr:content.json`)).json);
      assert.equal(file[":jcr:data"], SWAGGER.text.length);
    });

    it("refuses another selector with 400", async () => {
      assert.equal((await deployer.get(`${PAGE}.deep.json`)).status, 400);
    });

    it("answers 404 in HTML, or in JSON if that is accepted", async () => {
      const html = await deployer.get(`${FOLDER}/missing.json`);
      assert.equal(html.status, 404);
      assert.match(html.text, /<title>404 Resource at .* not found: No resource found<\/title>/);
      const json = await deployer.get(`${FOLDER}/missing.json`, { accept: "application/json" });
      assert.equal(json.status, 404);
      assert.equal(record(json.json).message, `Resource at '${FOLDER}/missing.json' not found: No resource found`);
    });

    it("redirects a folder without an extension to a slash, and forbids to list it", async () => {
      const reply = await deployer.get(PAGE);
      assert.deepEqual([reply.status, reply.headers.location], [302, `${aem.origin}${PAGE}/`]);
      assert.equal((await deployer.get(`${PAGE}/`)).status, 403);
    });

    it("finds a name with a dot, and takes an unknown one for an extension", async () => {
      await deployer.post(`${FOLDER}/a.b`, ["a", "1"]);
      assert.equal((await deployer.get(`${FOLDER}/a.b.json`)).status, 200);
      assert.equal((await deployer.get(`${PAGE}.unknown`)).status, 404);
    });

    it("offers smaller depths with 300 when there are more than 200 resources", async () => {
      for (let index = 0; index < 200; index++) aem.addPage(`/conf/big/p${index}`, { a: "1" });
      assert.deepEqual(await answers(`/conf/big.infinity.json`), [300, ["/conf/big.1.json", "/conf/big.0.json"]]);
      assert.equal((await deployer.get("/conf/big.1.json")).status, 200);
      aem.addPage("/conf/big/one-more", {});
      assert.deepEqual(await answers("/conf/big.2.json"), [300, ["/conf/big.0.json"]]);
      assert.equal((await deployer.get("/conf/big.1.json")).status, 200);
    });

    async function answers(path: string): Promise<[number, unknown]> {
      const { status, json } = await deployer.get(path);
      return [status, json];
    }
  });

  describe("somebody in AEM", () => {
    it("makes, edits and removes a data source", async () => {
      aem.addPage(PAGE, { "jcr:title": "By hand" });
      aem.edit(PAGE, { count: 3, ratio: 0.5, on: true, list: ["a"], "jcr:title": undefined });
      const { count, ratio, on, list, ...rest } = stored(aem);
      assert.deepEqual([count, ratio, on, list], [3, 0.5, true, ["a"]]);
      assert.equal("jcr:title" in rest, false);
      assert.equal(rest["cq:lastModifiedBy"], "somebody");
      assert.equal(typeAt(aem, PAGE), "cq:Page");
      aem.remove(PAGE);
      assert.equal(aem.node(PAGE), undefined);
    });

    it("replaces the Swagger file and saves the secret again", async () => {
      await create(...UPLOAD, ["./client_secret", "s"], ["./client_secret@Encrypted", ""]);
      const ciphertext = property(aem, "client_secret");
      aem.editFile(PAGE, Buffer.from("{}"));
      aem.saveSecretAgain(PAGE, "s");
      assert.equal((await deployer.get(`${CONTENT}/swaggerFile`)).text, "{}");
      assert.notEqual(property(aem, "client_secret"), ciphertext);
      assert.equal(aem.plainSecret(PAGE), "s");
    });

    it("can't touch what isn't there: a test that tries has a wrong path", () => {
      assert.throws(() => aem.edit(PAGE, { a: "1" }), /nothing at/);
      assert.throws(() => aem.remove(PAGE), /nothing at/);
      assert.throws(() => aem.editFile(PAGE, Buffer.of()), /nothing at/);
    });
  });

  describe("the record", () => {
    it("keeps each request as it was sent, for assertions on the wire", async () => {
      await create(["./jcr:title", "é"], ...UPLOAD);
      const sent = aem.requests.find(({ method }) => method === "POST");
      assert.deepEqual([sent?.path, sent?.user, sent?.status, sent?.writes], [CONTENT, "aem-deployer", 201, true]);
      assert.equal(sent?.headers["user-agent"], "test");
      assert.equal(sent?.fields.find(({ name }) => name === "./jcr:title")?.value, "é");
      const file = sent?.fields.find(({ name }) => name === "./swaggerFile")?.file;
      assert.deepEqual([file?.filename, file?.contentType], [SWAGGER.filename, SWAGGER.type]);
      assert.equal(file?.bytes.toString(), SWAGGER.text);
    });

    it("keeps refused requests too", async () => {
      await send(aem, "POST", CONTENT, { fields: [["./a", "1"]] });
      const [refused] = aem.requests;
      assert.deepEqual(
        [refused?.status, refused?.user, refused?.writes, refused?.fields.length],
        [401, undefined, true, 1],
      );
    });

    it("logs method, path and status, and nothing that could be a secret", async () => {
      await deployer.post(`${CONTENT}?./client_secret=hidden1`, ["./client_secret", "hidden2"]);
      assert.deepEqual(aem.log, ["GET /libs/granite/csrf/token.json 200", `POST ${CONTENT} 201`]);
    });
  });

  describe("the start page", () => {
    it("needs no login and shows no secret, only how each one is kept", async () => {
      await create(
        ["./jcr:title", "Salesforce"],
        ...UPLOAD,
        ["./client_secret", "hidden"],
        ["./client_secret@Encrypted", ""],
      );
      aem.addPage(`${FOLDER}/clear`, { client_secret: "also-hidden" });
      aem.addPage("/conf/acme/settings/cloudconfigs/fdm/none", { "jcr:title": "No secret" });
      const { status, text: page } = await send(aem, "GET", "/");
      assert.equal(status, 200);
      assert.match(page, />encrypted<[\s\S]*>IN CLEAR<[\s\S]*>none</);
      assert.match(page, /17 bytes/);
      const secrets = [
        "hidden",
        String(property(aem, "client_secret")),
        ...DEFAULT_ACCOUNTS.map(({ password }) => password),
      ];
      for (const secret of secrets.filter((value) => value !== "admin")) assert.equal(page.includes(secret), false);
    });

    it("escapes what it shows", async () => {
      const hostile = `<script>alert("x")</script>&'`;
      const names = ["jcr:title", "serviceEndPoint", "client_id", "access_token_uri", "filename", "managedBy"];
      aem.addPage(`${FOLDER}/<img>`, Object.fromEntries(names.map((name) => [name, hostile])));
      const { text: page } = await send(aem, "GET", "/");
      assert.equal(page.includes("<script>"), false);
      assert.equal(page.includes("<img>"), false);
      assert.equal(page.split("&lt;script&gt;alert(&quot;x&quot;)&lt;/script&gt;&amp;&#39;").length - 1, names.length);
    });
  });

  describe("start and stop", () => {
    it("has the containers that were asked for", async () => {
      assert.equal(typeAt(aem, "/conf/acme/settings/cloudconfigs/fdm"), "sling:Folder");
      await aem.stop();
      await start({ containers: ["emea/sales"] });
      assert.equal(typeAt(aem, "/conf/emea/sales/settings/cloudconfigs/fdm"), "sling:Folder");
      assert.equal(aem.node("/conf/global"), undefined);
    });

    it("survives a client that goes away in the middle of its request", async () => {
      const socket = connect(Number(new URL(aem.origin).port), "127.0.0.1");
      socket.end(`POST ${CONTENT} HTTP/1.1\r\nHost: aem\r\nContent-Length: 100\r\n\r\nhalf`);
      socket.resume();
      await once(socket, "close");
      assert.equal((await deployer.get(`${FOLDER}.json`)).status, 200);
    });

    it("ends open connections when it stops, and may be stopped twice", async () => {
      await deployer.get(`${FOLDER}.json`); // leaves a connection open
      await aem.stop();
      await aem.stop();
      await assert.rejects(deployer.get(`${FOLDER}.json`));
    });

    it("starts as a program, and stops on Ctrl-C", async () => {
      const program = run("0");
      try {
        const [greeting] = await once(program.stdout, "data");
        assert.match(String(greeting), /export AEM_AUTHOR=http:\/\/127\.0\.0\.1:\d+ AEM_USERNAME=\S+ AEM_PASSWORD=\S+/);
        const exit = once(program, "exit");
        program.kill("SIGINT");
        assert.deepEqual(await exit, [0, null]);
      } finally {
        program.kill("SIGKILL");
      }
    });

    it("says in one line that the port is taken", async () => {
      const program = run(new URL(aem.origin).port);
      const [[code], complaint] = await Promise.all([once(program, "exit"), text(program.stderr)]);
      assert.equal(code, 1);
      assert.match(complaint, /^Port \d+ is taken\. .*\n$/);
    });
  });
});

function hinted(name: string, hint: string, value: string): Field[] {
  return [
    [`./${name}`, value],
    [`./${name}@TypeHint`, hint],
  ];
}

function pair([name, value]: (string | object)[]): [string, string] {
  return [String(name), String(value)];
}

/** What the data source holds, and one property of it. */
function stored(aem: AemEmulator): Record<string, unknown> {
  return record(aem.node(CONTENT));
}

function property(aem: AemEmulator, name: string): unknown {
  return stored(aem)[name];
}

function typeAt(aem: AemEmulator, path: string): unknown {
  return record(aem.node(path))["jcr:primaryType"];
}

function stableIds(node: unknown): unknown {
  return JSON.parse(JSON.stringify(node).replace(/\w{3} \w{3} \d\d \d{4} [\d:]{8} GMT\+0000/g, "DATE"));
}

function stable(node: unknown): unknown {
  return JSON.parse(JSON.stringify(stableIds(node)).replace(/\w{8}-\w{4}-\w{4}-\w{4}-\w{12}/g, "UUID"));
}

function depthOf(node: unknown): number {
  const children = Object.values(record(node)).filter((value) => typeof value === "object");
  return children.length === 0 ? 0 : 1 + Math.max(...children.map(depthOf));
}

/** The cells of the HTML status document, by their ids. */
function cells(html: string): Record<string, string> {
  const found = html.matchAll(/<(?:div|a href="[^"]*") id="(\w+)">([^<]*)</g);
  return Object.fromEntries([...found].map(([, id = "", value = ""]) => [id, value]));
}

function attempt<T>(work: () => T): T | undefined {
  try {
    return work();
  } catch {
    return undefined;
  }
}

function run(port: string): ChildProcessByStdio<null, Readable, Readable> {
  return spawn(process.execPath, [join(__dirname, "../../world/aem.js"), port], { stdio: ["ignore", "pipe", "pipe"] });
}
