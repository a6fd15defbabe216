import assert from "node:assert/strict";
import { PROVIDER } from "../../provider/address";
import type { LiveDataSource } from "../../provider/aem/dataSource";
import { type Imported, importOf } from "../../provider/importing";
import { Documents } from "../../provider/swagger/documents";
import type { PropertyValue } from "../../provider/values";

const PATH = "/conf/acme/emea/settings/cloudconfigs/fdm/crm";
const PLACE = {
  resource: "crm",
  path: PATH,
  origin: "https://author.example",
  connection: undefined,
  file: "swagger/crm.json",
  stack: "acme/forms/prod",
};
const SWAGGER = new Documents(".").parse(
  Buffer.from('{"swagger": "2.0", "host": "crm.example", "basePath": "/v1", "paths": {"/a": {"get": {}}}}'),
  "crm.json",
);
const NODE: Record<string, PropertyValue> = {
  "jcr:title": "CRM",
  name: "crm",
  "sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
  dataSourceType: "REST",
  swaggerSource: "swaggerFile",
  filename: "crm.json",
  serviceEndPoint: "https://crm.example/v1",
  authenticationType: "OAuth 2.0",
  selectAuthentication: "OAuth 2.0",
  grant_type: "client_credentials",
  client_id: "key",
  access_token_uri: "https://crm.example/token",
  location: "header",
  selectHeader: "Authorization Bearer",
};

function live(changed: Record<string, PropertyValue | undefined> = {}): LiveDataSource {
  const properties = new Map<string, PropertyValue>();
  for (const [name, value] of Object.entries({ ...NODE, ...changed }))
    if (value !== undefined) properties.set(name, value);
  return { properties, secret: { witness: "x" }, marker: undefined, hasFile: true, lastChange: undefined };
}

function imported(changed?: Record<string, PropertyValue | undefined>, place = {}): Imported {
  const result = importOf({ ...PLACE, ...place }, live(changed), SWAGGER);
  if (Array.isArray(result)) return assert.fail(result.join("\n"));
  return result;
}

describe("a data source to be imported", () => {
  it("stands in the import file under the constant address, without the secret, at revision 0", () => {
    const { entry } = imported();
    const { inputs, outputs, ...head } = entry;
    assert.deepEqual(head, { type: "pulumi-nodejs:dynamic/aem-datasource:RestDataSource", name: "crm", id: PATH });
    assert.deepEqual(inputs, {
      __provider: PROVIDER,
      container: "acme/emea",
      name: "crm",
      title: "CRM",
      swagger: { file: "swagger/crm.json" },
      oauth2: { clientId: "key", tokenUrl: "https://crm.example/token" },
      serviceEndPoint: "https://crm.example/v1",
      owner: "acme/forms/prod/crm",
      path: PATH,
      origin: "https://author.example",
      api: SWAGGER.api,
      secretRevision: 0,
    });
    assert.deepEqual(outputs, { ...Object(inputs), sha256: SWAGGER.document.sha256 });
  });

  it("asks for no end point that the Swagger file names itself, and for every other", () => {
    assert.equal(imported().args.serviceEndPoint, undefined);
    const serviceEndPoint = "https://gateway.example/v1";
    const { args, entry } = imported({ serviceEndPoint });
    assert.deepEqual([args.serviceEndPoint, Object(entry.inputs).serviceEndPoint], [serviceEndPoint, serviceEndPoint]);
  });

  it("keeps AEM's other values of constants as extra properties, and says which missing ones the first up writes", () => {
    const { args, alsoWrites } = imported({ location: "query", grant_type: undefined });
    assert.deepEqual(args.extraProperties, { location: "query" });
    assert.deepEqual(alsoWrites, ["managedBy", "grant_type"]);
  });

  it("takes its name for a title that it lacks", () => {
    const { args, alsoWrites } = imported({ "jcr:title": undefined });
    assert.deepEqual([args.title, alsoWrites], ["crm", ["managedBy", "jcr:title"]]);
  });

  it("is published further on where it is live on publish, and belongs to its connection", () => {
    const { args, entry } = imported({ "cq:lastReplicationAction": "Activate" }, { connection: "emea" });
    assert.deepEqual([args.publish, args.connection], [true, "emea"]);
    assert.deepEqual([Object(entry.inputs).publish, Object(entry.inputs).connection], [true, "emea"]);
  });

  const refusals: [what: string, changed: Record<string, PropertyValue | undefined>, place: object, why: RegExp][] = [
    [
      "a token URL that is plain http",
      { access_token_uri: "http://crm.example/token" },
      {},
      /^`oauth2\.tokenUrl` must be https/,
    ],
    ["no client id", { client_id: undefined }, {}, /^`oauth2\.clientId` is empty/],
    ["a name that Sling takes apart", {}, { path: `${PATH}.v2` }, /characters that the provider refuses/],
  ];
  for (const [what, changed, place, why] of refusals) {
    it(`is refused, as its program would be, with ${what}`, () => {
      const result = importOf({ ...PLACE, ...place }, live(changed), SWAGGER);
      assert.match(String(Array.isArray(result) && result[0]), why);
    });
  }
});
