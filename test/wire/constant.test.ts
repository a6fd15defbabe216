import assert from "node:assert/strict";
import { PROVIDER } from "../../provider/address";
import { DynamicHost } from "../world/dynamicHost";
import { failureOf, PAGE } from "./wireWorld";

/** In the state of every user. A changed text would not find the code of resources that exist. */
const FROZEN =
  'exports.handler=()=>{try{return require("pulumi-aem-datasource/provider")}catch(e){if(e.code!="MODULE_NOT_FOUND")throw e;throw Object.assign(Error("pulumi-aem-datasource is missing: run npm install in the program\'s folder"),{stack:""})}}';

describe("the constant __provider", () => {
  it("is what the first release wrote, to the letter", () => {
    assert.equal(PROVIDER, FROZEN);
  });

  it("is short: it stands in the inputs and the outputs of every resource", () => {
    assert.ok(Buffer.byteLength(PROVIDER) <= 250, String(Buffer.byteLength(PROVIDER)));
  });
});

describe("a program whose node_modules lacks this package", () => {
  let host: DynamicHost;

  before(async () => {
    host = await DynamicHost.start({ ourPackage: "missing" });
  });

  after(() => host.stop());

  const CALLS: Readonly<Record<string, (host: DynamicHost) => Promise<unknown>>> = {
    check: (host) => host.check({}, {}),
    diff: (host) => host.diff(PAGE, {}, {}),
    create: (host) => host.create({}),
    update: (host) => host.update(PAGE, {}, {}),
    read: (host) => host.read(PAGE, {}),
    delete: (host) => host.delete(PAGE, {}),
  };
  for (const [method, call] of Object.entries(CALLS)) {
    it(`hears in one line what to do, in ${method}`, async () => {
      host.printed = "";
      const { message, partial } = await failureOf(call(host));
      assert.equal(message, "pulumi-aem-datasource is missing: run npm install in the program's folder");
      assert.equal(partial, undefined);
      // The host prints the failures of check, diff, read and delete itself.
      assert.match(host.printed, /^(Error: pulumi-aem-datasource is missing: [^\n]*\n)?$/);
    });
  }
});
