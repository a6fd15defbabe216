import { randomBytes } from "node:crypto";
import { startAemEmulator } from "./world/aemEmulator";
import { findEngine } from "./world/engine";
import { Stack } from "./world/stack";
import { startTokenServer } from "./world/tokenServer";

/**
 * `npm run demo`: the main job from a refused preview to a destroy, on the real engine, against an AEM emulator and a
 * real token server on this machine. `npm run demo -- --keep` leaves that world running, to try things in.
 */

const CONSUMER_KEY = "3MVG9DemoConsumerKey";
const PAGE = "/conf/global/settings/cloudconfigs/fdm/salesforce";

async function demo(keep: boolean): Promise<void> {
  const engine = await findEngine();
  const [password, secret] = [newSecret(), newSecret()];
  const aem = await startAemEmulator({ accounts: [{ user: "deployer", password, rights: "write" }] });
  const tokens = await startTokenServer({ clients: [{ clientId: CONSUMER_KEY, clientSecret: secret }] });
  const stack = await Stack.create(
    engine,
    {},
    {
      AEM_AUTHOR: aem.origin,
      AEM_USERNAME: "deployer",
      AEM_PASSWORD: password,
      PULUMI_NODEJS_TRANSPILE_ONLY: "true", // the example's types are checked by the tests
    },
  );
  // A command that runs is let come to its end first: it holds files of the folder that is to be removed.
  let stopped = false;
  const interrupted = new Promise<void>((resolve) => {
    process.once("SIGINT", () => {
      stopped = true;
      resolve();
    });
  });
  const cleanUp = async () => {
    await Promise.all([aem.stop(), tokens.stop()]);
    await stack.remove();
  };
  try {
    say(`AEM emulator on ${aem.origin}, token server on ${tokens.origin}; program: examples/salesforce`);
    for (const path of ["Pulumi.yaml", "examples/salesforce"]) await stack.copy(path);
    stack.echo = (text) => process.stdout.write(text);
    const steps = story({ aem, tokens, stack, secret });
    for (const step of keep ? steps.slice(0, -1) : steps) {
      await step().catch((thrown: unknown) => {
        throw stopped ? new Error("interrupted") : thrown;
      });
      if (stopped) throw new Error("interrupted");
    }
    if (keep) {
      say("The world goes on running until Ctrl-C. In another terminal:");
      for (const [name, value] of Object.entries(stack.commandEnvironment())) {
        if (name !== "PATH") console.log(`export ${name}='${value}'`);
      }
      console.log(`export PATH='${engine.bin}':"$PATH"\ncd '${stack.project}'`);
      console.log(`pulumi preview --diff        # data sources in a browser: ${aem.origin}`);
      await interrupted;
    }
  } finally {
    await cleanUp();
  }
}

interface Scene {
  readonly aem: Awaited<ReturnType<typeof startAemEmulator>>;
  readonly tokens: Awaited<ReturnType<typeof startTokenServer>>;
  readonly stack: Stack;
  readonly secret: string;
}

/** Each step says what it shows, runs the real command, and throws when it did not come out as told. */
function story({ aem, tokens, stack, secret }: Scene): (() => Promise<void>)[] {
  return [
    async () => {
      say("1. A stack, and its config. The consumer secret is a wrong one, copied badly.");
      await stack.pulumi("stack", "init", "demo");
      await stack.pulumi("config", "set", "consumerKey", CONSUMER_KEY);
      await stack.pulumi("config", "set", "myDomain", tokens.origin);
      await stack.setSecret("consumerSecret", `${secret.slice(0, -1)}`);
      say("2. The preview asks the token server, as AEM will, and stops. Nothing has been written.");
      expect((await stack.try("preview")).code !== 0 && aem.requests.length === 0, "the wrong secret was refused");
    },
    async () => {
      say("3. With the right secret the preview shows what will be.");
      await stack.setSecret("consumerSecret", secret);
      await stack.pulumi("preview");
    },
    async () => {
      say("4. Up.");
      await stack.pulumi("up", "--yes", "--skip-preview");
      say(`5. The node as AEM has it: ${aem.origin}${PAGE}.infinity.json`);
      console.log(JSON.stringify(aem.node(PAGE), null, 2));
      expect(aem.plainSecret(PAGE) === secret, "the secret was stored encrypted");
    },
    async () => {
      say("6. Up again: nothing to do, nothing written.");
      const writes = aem.requests.filter((request) => request.writes).length;
      await stack.pulumi("up", "--yes", "--skip-preview", "--expect-no-changes");
      expect(aem.requests.filter((request) => request.writes).length === writes, "nothing was written");
    },
    async () => {
      say("7. A new title, and a rotated secret: the preview shows both, the secret as a number.");
      const rotated = newSecret();
      tokens.setSecret(CONSUMER_KEY, rotated);
      await stack.setSecret("consumerSecret", rotated);
      await stack.pulumi("config", "set", "title", "Salesforce (customer data)");
      await stack.pulumi("preview", "--diff");
      await stack.pulumi("up", "--yes", "--skip-preview");
      expect(aem.plainSecret(PAGE) === rotated, "the new secret was stored");
      const leaks = await stack.leaks([secret, rotated, ...tokens.issuedTokens]);
      expect(leaks.length === 0, "no secret and no token stands in clear in outputs, state or config");
    },
    async () => {
      say(
        "8. Somebody edits the title, the Swagger file and the secret in AEM. The drift gate of a pipeline shows it.",
      );
      aem.edit(PAGE, { "jcr:title": "Edited by hand" });
      aem.editFile(PAGE, await withoutQuery(stack));
      aem.saveSecretAgain(PAGE, newSecret());
      const { code } = await stack.try("refresh", "--preview-only", "--diff", "--expect-no-changes");
      expect(code !== 0, "the gate failed");
      say("9. Up repairs it: one write, with the program's title, file and secret.");
      await stack.pulumi("up", "--yes", "--refresh", "--skip-preview");
      expect(JSON.stringify(aem.node(PAGE)).includes("Salesforce (customer data)"), "the title is the program's again");
    },
    async () => {
      say("10. Destroy, with the token server down: it is not needed for that.");
      await tokens.stop();
      await stack.pulumi("destroy", "--yes", "--skip-preview");
      expect(aem.node(PAGE) === undefined, "the data source is gone");
    },
  ];
}

/** The Swagger file as somebody might leave it: an operation less. */
async function withoutQuery(stack: Stack): Promise<Buffer> {
  const document = JSON.parse(await stack.read("examples/salesforce/salesforce.swagger.json"));
  const { "/query": _, ...paths } = document.paths;
  return Buffer.from(JSON.stringify({ ...document, paths }));
}

function say(text: string): void {
  console.log(`\n── ${text}\n`);
}

function expect(truth: boolean, what: string): void {
  if (!truth) throw new Error(`not so: ${what}`);
  console.log(`✔ ${what}`);
}

function newSecret(): string {
  return randomBytes(18).toString("base64url");
}

demo(process.argv.includes("--keep")).then(
  () => console.log("\n── Done; nothing was left behind."),
  (thrown: unknown) => {
    console.error(`demo: ${thrown instanceof Error ? thrown.message : thrown}`);
    process.exitCode = 1;
  },
);
