import type { Stack } from "../world/stack";
import { startStack } from "../world/world";
import type { Ground } from "./ground";
import type { Tell } from "./progress";
import { median } from "./statistics";

/** What a program's language costs: a preview of one data source, by how the program is written and started. */
export interface Start {
  readonly rounds: number;
  readonly forms: readonly { readonly what: string; readonly milliseconds: number }[];
}

const PROGRAM = `
import * as pulumi from "@pulumi/pulumi";
import { RestDataSource } from "pulumi-aem-datasource";

const { CLIENT_ID = "", CLIENT_SECRET = "", TOKEN_URL = "" } = process.env;
const crm = new RestDataSource("crm", {
  container: "global",
  title: "Salesforce",
  swagger: "api.json",
  oauth2: { clientId: CLIENT_ID, clientSecret: pulumi.secret(CLIENT_SECRET), tokenUrl: TOKEN_URL },
});

export const path = crm.path;
`;
/** The same as a compiler leaves it. */
const COMPILED = PROGRAM.replace(/import \* as (\w+) from ("[^"]+")/, "const $1 = require($2)")
  .replace(/import (\{.*\}) from ("[^"]+")/, "const $1 = require($2)")
  .replace("export const path =", "exports.path =");
const TSCONFIG = JSON.stringify({
  compilerOptions: { target: "es2022", module: "node16", moduleResolution: "node16", strict: true, skipLibCheck: true },
});

interface Form {
  readonly what: string;
  readonly prepare: (stack: Stack) => Promise<void>;
}

async function inTypeScript(stack: Stack): Promise<void> {
  stack.environment.NODE_OPTIONS = undefined; // no preload: it keeps the compiler out
  await stack.write("Pulumi.yaml", "name: program\nruntime: nodejs\n");
  await stack.write("package.json", '{ "main": "index.ts" }\n');
  await stack.write("index.ts", PROGRAM);
  await stack.write("tsconfig.json", TSCONFIG);
}

const FORMS: readonly Form[] = [
  { what: "TypeScript, as Pulumi starts it", prepare: inTypeScript },
  {
    what: "TypeScript with PULUMI_NODEJS_TRANSPILE_ONLY=true",
    prepare: async (stack) => {
      await inTypeScript(stack);
      stack.environment.PULUMI_NODEJS_TRANSPILE_ONLY = "true";
    },
  },
  { what: "compiled before (`tsc`), without the compiler", prepare: async () => undefined },
];

export async function runStart(ground: Ground, rounds: number, tell: Tell): Promise<Start> {
  const times = FORMS.map(() => [] as number[]);
  const stacks: Stack[] = [];
  try {
    for (const { prepare } of FORMS) {
      const stack = await startStack(ground, { tokenUrl: ground.tokenUrl }, COMPILED);
      stacks.push(stack);
      await prepare(stack);
    }
    for (let round = 0; round < rounds; round += 1) {
      for (const [index, stack] of stacks.entries()) {
        tell(`start, round ${round + 1} of ${rounds}: ${FORMS[index]?.what}`);
        const begun = performance.now();
        const { text } = await stack.pulumi("preview");
        times[index]?.push(performance.now() - begun);
        if (!/2 to create/.test(text)) throw new Error(`the preview shows something else:\n${text}`);
      }
    }
  } finally {
    for (const stack of stacks) await stack.remove();
  }
  return { rounds, forms: FORMS.map(({ what }, index) => ({ what, milliseconds: median(times[index] ?? []) })) };
}
