import assert from "node:assert/strict";
import type { LiveDataSource } from "../../provider/aem/dataSource";
import type { State, Wanted } from "../../provider/inputs";
import { isEmpty, type Plan, planDifference, planWhole } from "../../provider/plan";
import { Documents } from "../../provider/swagger/documents";
import { type PropertyValue, Secret } from "../../provider/values";

const SECRET = "the consumer's s3cret";
const MARKER = { owner: "acme/shop/prod/crm", id: "0123456789abcdef" };
const OTHER_ID = "fedcba9876543210";
const JSON_FILE = new Documents(".").parse(Buffer.from('{ "swagger": "2.0", "paths": {} }'), "crm.json");

const WANTED: Wanted = {
  container: "global",
  name: "crm",
  path: "/conf/global/settings/cloudconfigs/fdm/crm",
  origin: "https://author.example.com",
  title: "Salesforce",
  swagger: { file: "contracts/crm.json" },
  serviceEndPoint: "https://acme.example/services",
  oauth2: {
    clientId: "key",
    clientSecret: new Secret(SECRET),
    tokenUrl: "https://acme.example/token",
    scope: "api",
  },
  extraProperties: { retries: 3, location: "query" },
  owner: MARKER.owner,
  api: JSON_FILE.api,
  secretRevision: 3,
};
/** The state and the node as an update leaves them that was asked for `WANTED`. */
const STATE: State = {
  ...WANTED,
  managedBy: `${MARKER.owner}#${MARKER.id}`,
  sha256: JSON_FILE.document.sha256,
  secretWitness: "witness of our write",
};
const LIVE: LiveDataSource = {
  properties: new Map(planWhole(WANTED, JSON_FILE, MARKER, "absent").write.set),
  secret: { witness: "witness of our write" },
  marker: MARKER,
  hasFile: true,
  lastChange: undefined,
};

/** LIVE with other properties; undefined takes one away. */
function liveWith(changes: Record<string, PropertyValue | undefined>): LiveDataSource {
  const properties = Object.entries({ ...Object.fromEntries(LIVE.properties), ...changes });
  return {
    ...LIVE,
    properties: new Map(properties.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  };
}

/** What a plan sends, one line each: `name=value`, `-name`, the secret, the file, the marker. */
function lines({ write: { set, remove, secret, file, marker } }: Plan): string[] {
  return [
    ...[...set].map(([name, value]) => `${name}=${value}`),
    ...remove.map((name) => `-${name}`),
    ...(secret ? [`secret ${secret.reveal()}`] : []),
    ...(file ? [`file ${file.fileName} ${file.mediaType}`] : []),
    ...(marker ? [`marker ${marker.owner} ${marker.id}`] : []),
  ];
}

interface Situation {
  wanted?: Partial<Wanted>;
  state?: Partial<State>;
  live?: LiveDataSource;
}

async function sent({ wanted, state, live = LIVE }: Situation): Promise<string[]> {
  const target = { ...WANTED, ...wanted };
  const marker = { owner: target.owner, id: MARKER.id };
  return lines(await planDifference(target, { ...STATE, ...state }, live, marker, async () => JSON_FILE));
}

describe("plan", () => {
  describe("of a whole page", () => {
    it("sends everything", () => {
      const plan = planWhole(WANTED, JSON_FILE, MARKER, "absent");
      assert.deepEqual(lines(plan).sort(), [
        "access_token_uri=https://acme.example/token",
        "authenticationType=OAuth 2.0",
        "authorization_scope=api",
        "client_id=key",
        "dataSourceType=REST",
        "file crm.json application/json",
        "filename=crm.json",
        "grant_type=client_credentials",
        "jcr:title=Salesforce",
        "location=query",
        `marker ${MARKER.owner} ${MARKER.id}`,
        "name=crm",
        "retries=3",
        `secret ${SECRET}`,
        "selectAuthentication=OAuth 2.0",
        "selectHeader=Authorization Bearer",
        "serviceEndPoint=https://acme.example/services",
        "sling:resourceType=fd/fdm/gui/components/admin/fdmcloudservice/rest",
        "swaggerSource=swaggerFile",
      ]);
      assert.deepEqual(plan.write.file?.bytes, JSON_FILE.document.bytes);
    });

    it("names the media type of a YAML file", () => {
      const file = new Documents(".").parse(Buffer.from('swagger: "2.0"'), "crm.yaml");
      const plan = planWhole({ ...WANTED, swagger: { file: "crm.yaml" } }, file, MARKER, "absent");
      assert.ok(lines(plan).includes("file crm.yaml application/yaml"));
    });

    it("gives a text of the program the name under which it is stored", () => {
      const plan = planWhole({ ...WANTED, swagger: { inline: "swagger.json" } }, JSON_FILE, MARKER, "absent");
      assert.ok(lines(plan).includes("file swagger.json application/json"));
    });

    it("clears a page that is taken over of what the product table knows and nobody wants, and of nothing else", () => {
      const { scope: _, ...oauth2 } = WANTED.oauth2;
      const before = liveWith({ restfulService: "swagger", userName: "admin" });
      const plan = planWhole({ ...WANTED, oauth2: { ...oauth2 } }, JSON_FILE, MARKER, before);
      assert.deepEqual([...plan.write.remove].sort(), ["authorization_scope", "restfulService"]);
    });
  });

  describe("of a difference", () => {
    it("is empty when the node is as wanted", async () => {
      const plan = await planDifference(WANTED, STATE, LIVE, MARKER, () => assert.fail("no file is needed"));
      assert.deepEqual(lines(plan), []);
      assert.equal(isEmpty(plan.write), true);
    });

    const changes: [what: string, Situation, string[]][] = [
      ["a new title", { wanted: { title: "CRM" } }, ["jcr:title=CRM"]],
      [
        "a new client id and token URL",
        { wanted: { oauth2: { ...WANTED.oauth2, clientId: "key2", tokenUrl: "https://acme.example/token2" } } },
        ["access_token_uri=https://acme.example/token2", "client_id=key2"],
      ],
      [
        "a new end point",
        { wanted: { serviceEndPoint: "https://v2.example" } },
        ["serviceEndPoint=https://v2.example"],
      ],
      [
        "a scope that is no longer given",
        { wanted: { oauth2: { ...WANTED.oauth2, scope: undefined } } },
        ["-authorization_scope"],
      ],
      [
        "a scope that only AEM has",
        {
          wanted: { oauth2: { ...WANTED.oauth2, scope: undefined } },
          state: { oauth2: { clientSecret: WANTED.oauth2.clientSecret } },
        },
        ["-authorization_scope"],
      ],
      ["another product", { wanted: { product: "aemcs" } }, ["restfulService=swagger"]],
      [
        "a product that no longer has a property",
        { state: { product: "aemcs" }, live: liveWith({ restfulService: "swagger" }) },
        ["-restfulService"],
      ],
      [
        "an extra property with another value, and one that is no longer given",
        { wanted: { extraProperties: { retries: 4 } } },
        ["location=header", "retries=4"],
      ],
      [
        "extra properties that are all gone",
        { wanted: { extraProperties: undefined } },
        ["-retries", "location=header"],
      ],
      [
        "a Swagger file that means something else",
        { state: { api: { ...JSON_FILE.api, digest: "old" } } },
        ["file crm.json application/json"],
      ],
      [
        "AEM's file that has other bytes",
        { state: { api: { ...JSON_FILE.api, digest: "d, other bytes in AEM" } } },
        ["file crm.json application/json"],
      ],
      ["a file that is missing in AEM", { live: { ...LIVE, hasFile: false } }, ["file crm.json application/json"]],
      ["a state that knows of no file", { state: { api: undefined } }, ["file crm.json application/json"]],
      [
        "a value that was changed in AEM",
        { live: liveWith({ grant_type: "password" }) },
        ["grant_type=client_credentials"],
      ],
      ["a value that was removed in AEM", { live: liveWith({ client_id: undefined }) }, ["client_id=key"]],
      ["a property in AEM that is not ours", { live: liveWith({ userName: "admin", "cq:tags": ["a"] }) }, []],
      ["what only this client knows", { wanted: { connection: "emea", tokenCheck: "warn" } }, []],
    ];
    for (const [what, situation, expected] of changes) {
      it(`sends ${expected.join(", ") || "nothing"} for ${what}`, async () => {
        assert.deepEqual((await sent(situation)).sort(), expected);
      });
    }

    it("does not send the file again when only its folder changed", async () => {
      assert.deepEqual(await sent({ wanted: { swagger: { file: "shared/crm.json" } } }), []);
    });
  });

  describe("sends the secret", () => {
    const secretLine = `secret ${SECRET}`;
    const reasons: [when: string, Situation][] = [
      ["it is another than the state's", { state: { oauth2: { clientSecret: new Secret("the old s3cret") } } }],
      ["the state has none, as after an import", { state: { oauth2: { clientId: "key" }, secretRevision: 0 } }],
      ["the state holds no revision, as after a partial failure", { state: { secretRevision: undefined } }],
      ["the state's revision says that it was saved outside", { state: { secretRevision: "3, saved again in AEM" } }],
      ["AEM's ciphertext is not the one of our last write", { live: { ...LIVE, secret: { witness: "another" } } }],
      ["the state knows of no ciphertext", { state: { secretWitness: undefined } }],
      ["AEM has none", { live: { ...LIVE, secret: "absent" } }],
      [
        "neither AEM nor the state has one",
        { state: { secretWitness: undefined }, live: { ...LIVE, secret: "absent" } },
      ],
      ["AEM has one in clear", { live: { ...LIVE, secret: "in clear" } }],
    ];
    for (const [when, situation] of reasons) {
      it(`when ${when}`, async () => {
        const found = await sent(situation);
        assert.ok(found.includes(secretLine));
      });
    }

    it("never because a number merely differs", async () => {
      assert.deepEqual(await sent({ wanted: { secretRevision: 4 } }), []);
    });

    it("never with an unrelated update", async () => {
      const situation: Situation = {
        wanted: { title: "CRM", extraProperties: {} },
        state: { api: undefined },
        live: { ...liveWith({ name: "x" }), marker: undefined },
      };
      assert.deepEqual(await sent(situation), [
        "jcr:title=CRM",
        "name=crm",
        "location=header",
        "-retries",
        "file crm.json application/json",
        `marker ${MARKER.owner} ${MARKER.id}`,
      ]);
    });
  });

  describe("writes the marker", () => {
    it("again when it was removed or is of another create", async () => {
      const line = `marker ${MARKER.owner} ${MARKER.id}`;
      assert.deepEqual(await sent({ live: { ...LIVE, marker: undefined } }), [line]);
      assert.deepEqual(await sent({ live: { ...LIVE, marker: { ...MARKER, id: OTHER_ID } } }), [line]);
    });

    it("of a renamed stack only along with a write that is needed anyway, and keeps its id", async () => {
      const owner = "acme/shop/stage/crm";
      assert.deepEqual(await sent({ wanted: { owner } }), []);
      assert.deepEqual(await sent({ wanted: { owner, title: "CRM" } }), [
        "jcr:title=CRM",
        `marker ${owner} ${MARKER.id}`,
      ]);
    });
  });
});
