import assert from "node:assert/strict";
import { createRequire } from "node:module";
import ts from "typescript";
import { programText } from "../../../provider/cli/programText";
import type { ImportedArgs } from "../../../provider/importing";

/** Whatever AEM holds must come out of the program as it went in. */
const ODD = 'a "quoted" \\ back`tick $x \u2028 */ // \n';
const ARGS: ImportedArgs = {
  container: "acme/emea",
  name: "crm",
  title: ODD,
  swagger: "swagger/crm.json",
  serviceEndPoint: undefined,
  clientId: ODD,
  tokenUrl: "https://crm.example/token",
  scope: undefined,
  extraProperties: { location: "query", "sling:odd": [ODD, "b"], count: 3 },
  publish: true,
  connection: undefined,
};

/** Runs the program with classes that only note what they are given. */
function run(text: string): unknown[] {
  const { outputText } = ts.transpileModule(text, { compilerOptions: { module: ts.ModuleKind.CommonJS } });
  const made: unknown[] = [];
  class RestDataSource {
    constructor(name: string, args: unknown) {
      made.push([name, args]);
    }
  }
  class Config {
    requireSecret(key: string): string {
      return `config ${key}`;
    }
  }
  const modules: Record<string, unknown> = {
    "@pulumi/pulumi": { Config },
    "pulumi-aem-datasource": { RestDataSource },
  };
  const load = (name: string) => modules[name] ?? createRequire(__filename)(name);
  new Function("require", "exports", outputText)(load, {});
  return made;
}

describe("the program that is written for imported data sources", () => {
  it("makes each with its arguments, to the letter, and its secret from config", () => {
    const text = programText([{ resource: "emea-crm", args: ARGS, entry: {}, alsoWrites: [] }]);
    const { clientId, tokenUrl, scope: _, serviceEndPoint: __, connection: ___, ...args } = ARGS;
    const oauth2 = { clientId, clientSecret: "config emea-crm-client-secret", tokenUrl };
    assert.deepEqual(run(text), [["emea-crm", { ...args, oauth2 }]]);
  });

  it("names the node only where the resource is called otherwise", () => {
    assert.doesNotMatch(programText([{ resource: "crm", args: ARGS, entry: {}, alsoWrites: [] }]), /^ {2}name:/m);
  });
});
