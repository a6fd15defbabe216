import assert from "node:assert/strict";
import {
  defaultProduct,
  fieldOf,
  inTable,
  propertiesOf,
  refusedExtraProperty,
  unknownProperties,
} from "../../../provider/aem/productTable";
import type { PropertyValue } from "../../../provider/values";

const FIELDS = {
  name: "crm",
  title: "Salesforce",
  fileName: "salesforce.json",
  serviceEndPoint: "https://acme.example/services/data",
  clientId: "consumer-key",
  tokenUrl: "https://acme.example/token",
  scope: undefined,
};
const AEM_65 = {
  "jcr:title": "Salesforce",
  name: "crm",
  "sling:resourceType": "fd/fdm/gui/components/admin/fdmcloudservice/rest",
  dataSourceType: "REST",
  swaggerSource: "swaggerFile",
  filename: "salesforce.json",
  serviceEndPoint: "https://acme.example/services/data",
  authenticationType: "OAuth 2.0",
  selectAuthentication: "OAuth 2.0",
  grant_type: "client_credentials",
  client_id: "consumer-key",
  access_token_uri: "https://acme.example/token",
  location: "header",
  selectHeader: "Authorization Bearer",
};

describe("product table", () => {
  it("gives AEM 6.5 and 6.5 LTS the properties that were seen there", () => {
    assert.deepEqual(Object.fromEntries(propertiesOf(FIELDS, "aem65")), AEM_65);
    assert.deepEqual(Object.fromEntries(propertiesOf(FIELDS, "aem65lts")), AEM_65);
  });

  it("gives the cloud service one more", () => {
    assert.deepEqual(Object.fromEntries(propertiesOf(FIELDS, "aemcs")), { ...AEM_65, restfulService: "swagger" });
  });

  it("writes a scope only where one is wanted", () => {
    const properties = propertiesOf({ ...FIELDS, scope: "api refresh" }, "aem65");
    assert.equal(properties.get("authorization_scope"), "api refresh");
  });

  it("lets extra properties stand beside its constants, or replace them", () => {
    const properties = propertiesOf(FIELDS, "aem65", { location: "query", retries: 3 });
    assert.deepEqual(Object.fromEntries(properties), { ...AEM_65, location: "query", retries: 3 });
  });

  it("never holds the secret, the file or the marker", () => {
    for (const property of ["client_secret", "swaggerFile", "managedBy"]) assert.ok(!(property in AEM_65));
    assert.ok(!propertiesOf(FIELDS, "aemcs").has("client_secret"));
  });

  it("tells the fields that have an argument from constants and what it does not know", () => {
    const named = Object.keys(AEM_65).map((property) => [property, fieldOf(property)]);
    assert.deepEqual(
      named.filter(([, field]) => field !== undefined),
      [
        ["jcr:title", "title"],
        ["name", "name"],
        ["filename", "fileName"],
        ["serviceEndPoint", "serviceEndPoint"],
        ["client_id", "clientId"],
        ["access_token_uri", "tokenUrl"],
      ],
    );
    assert.equal(fieldOf("authorization_scope"), "scope");
    assert.equal(fieldOf("userName"), undefined);
  });

  it("knows the properties that it writes for any product", () => {
    for (const property of [...Object.keys(AEM_65), "authorization_scope", "restfulService"]) {
      assert.equal(inTable(property), true);
    }
    assert.equal(inTable("client_secret"), false);
    assert.equal(inTable("userName"), false);
  });

  it("tells what stands on a node beside what we write and what a server writes", () => {
    const node = { ...AEM_65, restfulService: "x", retries: 3, userName: "admin", "jcr:created": "", "cq:tags": "" };
    const found = unknownProperties(new Map<string, PropertyValue>(Object.entries(node)), ["retries"]);
    assert.deepEqual(found, ["userName"]);
  });

  describe("extra properties", () => {
    for (const property of ["location", "grant_type", "sling:resourceType", "oAuthUrl", "acme:retries", "_x", "a.b"]) {
      it(`may be called ${property}`, () => {
        assert.equal(refusedExtraProperty(property), undefined);
      });
    }

    const refused: Record<string, string[]> = {
      "is no plain property name": [
        "__proto__",
        "",
        ".",
        "..",
        "a..b",
        ":operation",
        ":applyTo",
        ":contentType",
        ":cq_csrf_token",
        "a/b",
        "./a",
        "../a",
        "../../x/y",
        "../jcr:primaryType",
        "/conf/other",
        "a\\b",
        "foo@Delete",
        "foo@CopyFrom",
        "foo@MoveFrom",
        "foo@ValueFrom",
        "foo@TypeHint",
        "foo@Encrypted",
        "client_secret@Delete",
        "client_secret ",
        "client_secret\n",
        " a",
        "a b",
        "a[1]",
        "a:b:c",
        "a\u0000",
        "*",
        "ünlaut",
        "7up",
      ],
      "has an argument of its own": [
        "jcr:title",
        "name",
        "filename",
        "serviceEndPoint",
        "client_id",
        "access_token_uri",
        "authorization_scope",
      ],
      "is written by the provider itself": ["client_secret", "swaggerFile", "managedBy"],
      "belongs to JCR": ["jcr:primaryType", "jcr:mixinTypes", "jcr:uuid", "jcr:content", "jcr:createdBy"],
    };
    for (const [reason, properties] of Object.entries(refused)) {
      for (const property of properties) {
        it(`may not be called ${JSON.stringify(property)}: it ${reason}`, () => {
          assert.equal(refusedExtraProperty(property), reason);
        });
      }
    }
  });

  it("takes the product from the author's host: the cloud service's, or AEM 6.5 everywhere else", () => {
    assert.equal(defaultProduct("https://author-p1-e2.adobeaemcloud.com"), "aemcs");
    assert.equal(defaultProduct("https://author.example.com"), "aem65");
    assert.equal(defaultProduct("https://adobeaemcloud.com.example.com"), "aem65");
    assert.equal(defaultProduct("http://127.0.0.1:4502"), "aem65");
  });
});
