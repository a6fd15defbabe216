import assert from "node:assert/strict";
import type { LiveDataSource } from "../../provider/aem/dataSource";
import { propertiesOf } from "../../provider/aem/productTable";
import { differences } from "../../provider/changes";
import type { State } from "../../provider/inputs";
import { drift, expectedOf, fieldsOf, observe, type SeenFile } from "../../provider/observed";
import { Documents } from "../../provider/swagger/documents";
import { type PropertyValue, Secret } from "../../provider/values";
import { shows } from "../world/faultRows";

const MARKER = { owner: "acme/shop/prod/crm", id: "0123456789abcdef" };
const WITNESS = "witness of our write";
const FILE = parse('{ "swagger": "2.0", "info": { "title": "CRM" }, "paths": {} }');
const REFORMATTED = parse('{"swagger":"2.0","info":{"title":"CRM"},"paths":{}}');
const OTHER_FILE = parse('{ "swagger": "2.0", "info": { "title": "CRM 2" }, "paths": {} }');

const STATE: State & { name: string; origin: string } = {
  container: "global",
  name: "crm",
  path: "/conf/global/settings/cloudconfigs/fdm/crm",
  origin: "https://author.example.com",
  title: "Salesforce",
  swagger: { file: "contracts/crm.json" },
  serviceEndPoint: "https://acme.example/services",
  oauth2: {
    clientId: "key",
    clientSecret: new Secret("the consumer's s3cret"),
    tokenUrl: "https://acme.example/token",
    scope: "api",
  },
  extraProperties: { retries: 3, location: "query" },
  owner: MARKER.owner,
  managedBy: `${MARKER.owner}#${MARKER.id}`,
  secretRevision: 3,
  secretWitness: WITNESS,
  api: FILE.api,
  sha256: FILE.document.sha256,
};
/** The node as it is when nobody touched it. */
const LIVE: LiveDataSource = {
  properties: propertiesOf(fieldsOf(expectedOf(STATE)), "aem65", STATE.extraProperties),
  secret: { witness: WITNESS },
  marker: MARKER,
  hasFile: true,
  lastChange: undefined,
};

function parse(text: string) {
  return new Documents(".").parse(Buffer.from(text), "crm.json");
}

/** LIVE with other properties; undefined takes one away. */
function liveWith(changes: Record<string, PropertyValue | undefined>): LiveDataSource {
  const properties = Object.entries({ ...Object.fromEntries(LIVE.properties), ...changes });
  return {
    ...LIVE,
    properties: new Map(properties.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]]))),
  };
}

/** The inputs that a look at AEM gives back, as differences from the state's. */
function seen({
  live = LIVE,
  file = FILE,
  state = {},
}: {
  live?: LiveDataSource;
  file?: SeenFile;
  state?: Partial<State>;
}) {
  const expected = expectedOf({ ...STATE, ...state }, live);
  return differences(STATE, { ...STATE, ...observe(expected, live, file) }).map(({ field, after }) => [field, after]);
}

describe("what is observed in AEM", () => {
  it("is what was written, when nobody touched it", () => {
    assert.deepEqual(seen({}), []);
    assert.deepEqual(drift(expectedOf(STATE, LIVE), LIVE, FILE), []);
  });

  shows("A10", "is what was written, however AEM spells a value, and whatever else stands on the node", () => {
    assert.deepEqual(seen({ live: liveWith({ retries: "3", location: ["query"] }) }), []);
    assert.deepEqual(seen({ live: liveWith({ userName: "admin", "cq:lastModifiedBy": "somebody" }) }), []);
    return "";
  });

  const edits: [Record<string, PropertyValue | undefined>, field: string, value: unknown][] = [
    [{ "jcr:title": "CRM" }, "title", "CRM"],
    [{ "jcr:title": "" }, "title", ""],
    [{ "jcr:title": undefined }, "title", undefined],
    [{ serviceEndPoint: "https://x.example" }, "serviceEndPoint", "https://x.example"],
    [{ client_id: "key2" }, "oauth2.clientId", "key2"],
    [{ access_token_uri: "https://x.example/token" }, "oauth2.tokenUrl", "https://x.example/token"],
    [{ authorization_scope: "api full" }, "oauth2.scope", "api full"],
    [{ authorization_scope: undefined }, "oauth2.scope", undefined],
    [{ retries: 4 }, "extraProperties.retries", 4],
    [{ retries: undefined }, "extraProperties.retries", "removed in AEM"],
    [{ location: "header" }, "extraProperties.location", "header"],
    [{ grant_type: "password" }, "extraProperties.grant_type", "password"],
    [{ grant_type: undefined }, "extraProperties.grant_type", "removed in AEM"],
    [{ name: "crm2" }, "extraProperties.name", "crm2"],
    [{ filename: "crm2.json" }, "extraProperties.filename", "crm2.json"],
  ];
  for (const [edit, field, value] of edits) {
    it(`is ${field} ${JSON.stringify(value)} after ${JSON.stringify(edit)}`, () => {
      assert.deepEqual(seen({ live: liveWith(edit) }), [[field, value]]);
    });
  }

  describe("of the marker", () => {
    it("is that it was removed, or whose the new one is", () => {
      assert.deepEqual(seen({ live: { ...LIVE, marker: undefined } }), [["marker", "removed in AEM"]]);
      const marker = { owner: "acme/shop/stage/crm", id: "fedcba9876543210" };
      assert.deepEqual(seen({ live: { ...LIVE, marker } }), [["marker", "of acme/shop/stage/crm in AEM"]]);
    });

    it("is nothing while it carries the id of our own create, whatever its owner is called", () => {
      assert.deepEqual(seen({ live: { ...LIVE, marker: { ...MARKER, owner: "acme/shop/old/crm" } } }), []);
    });

    it("is nothing for a state that never made one", () => {
      assert.deepEqual(seen({ state: { managedBy: undefined } }), []);
    });
  });

  describe("of the secret", () => {
    const saved = { ...LIVE, secret: { witness: "another" } };

    it("is that it was saved again, removed, or stands in clear, with the number that it had", () => {
      assert.deepEqual(seen({ live: saved }), [["secretRevision", "3, saved again in AEM"]]);
      assert.deepEqual(seen({ live: { ...LIVE, secret: "absent" } }), [["secretRevision", "3, removed in AEM"]]);
      assert.deepEqual(seen({ live: { ...LIVE, secret: "in clear" } }), [["secretRevision", "3, in clear in AEM"]]);
    });

    it("is the same text when it is looked at again", () => {
      const state = { secretRevision: "3, saved again in AEM" };
      assert.deepEqual(seen({ live: saved, state }), [["secretRevision", "3, saved again in AEM"]]);
    });

    it("is nothing for a state that does not know its ciphertext", () => {
      assert.deepEqual(seen({ live: saved, state: { secretWitness: undefined } }), []);
    });
  });

  describe("of the Swagger file", () => {
    const digest = FILE.api.digest;

    it("is what AEM's file means", () => {
      assert.deepEqual(seen({ file: OTHER_FILE }), [["api.digest", OTHER_FILE.api.digest]]);
      assert.deepEqual(observe(expectedOf(STATE), LIVE, OTHER_FILE).api, OTHER_FILE.api);
    });

    it("is that its bytes are others, when it means the same", () => {
      assert.deepEqual(seen({ file: REFORMATTED }), [["api.digest", `${digest}, other bytes in AEM`]]);
    });

    it("is nothing when the state does not know the bytes", () => {
      assert.deepEqual(seen({ file: REFORMATTED, state: { sha256: undefined } }), []);
    });

    for (const file of ["removed", "not readable", "not what was sent"] as const) {
      it(`is that it is ${file}, beside what it was`, () => {
        assert.deepEqual(seen({ file }), [["api.digest", `${digest}, ${file} in AEM`]]);
        assert.equal(observe(expectedOf(STATE), LIVE, file).api?.title, "CRM");
      });
    }

    it("is the same text when it is looked at again", () => {
      const api = { ...FILE.api, digest: `${digest}, other bytes in AEM` };
      assert.deepEqual(seen({ file: REFORMATTED, state: { api } }), [["api.digest", `${digest}, other bytes in AEM`]]);
    });

    it("is what it was again, when somebody put it back", () => {
      assert.deepEqual(seen({ state: { api: { ...FILE.api, digest: `${digest}, removed in AEM` } } }), []);
    });

    it("is what was expected where nobody looked", () => {
      assert.deepEqual(observe(expectedOf(STATE), LIVE, undefined).api, STATE.api);
    });
  });

  describe("by a state that knows nothing", () => {
    const expected = expectedOf({ name: "crm", origin: STATE.origin }, LIVE);

    it("is what AEM holds", () => {
      const found = observe(expected, LIVE, FILE);
      const { title, serviceEndPoint, oauth2, api, swagger } = found;
      assert.deepEqual(title, "Salesforce");
      assert.deepEqual(serviceEndPoint, STATE.serviceEndPoint);
      assert.deepEqual(oauth2, { ...STATE.oauth2, clientSecret: undefined });
      assert.deepEqual(swagger, { file: "crm.json" });
      assert.deepEqual(api, FILE.api);
    });

    it("has no marker that it could miss, and no ciphertext to compare", () => {
      const { marker, secretRevision } = observe(expected, LIVE, FILE);
      assert.deepEqual([marker, secretRevision], [undefined, undefined]);
    });
  });

  it("is judged by the product of the author's host when the state names none", () => {
    const cloud = { ...STATE, origin: "https://author-p1-e2.adobeaemcloud.com" };
    const { extraProperties } = observe(expectedOf(cloud, LIVE), LIVE, FILE);
    assert.equal(extraProperties?.restfulService, "removed in AEM");
  });

  it("never says what the secret is", () => {
    assert.doesNotMatch(JSON.stringify(observe(expectedOf(STATE), LIVE, FILE)), /s3cret/);
  });
});
