import assert from "node:assert/strict";
import { EXIT } from "../../../provider/cli/exitCodes";
import { makeProgram, withAllBelow } from "../../../provider/cli/program";
import { helpOf, pathTo } from "../../world/commandHelp";
import { commandLine } from "../../world/commandLine";

/** Each command that does something. */
const COMMANDS = withAllBelow(makeProgram(() => undefined)).filter(({ commands }) => commands.length === 0);

describe("aem-datasource", function () {
  this.timeout(20_000);

  for (const command of COMMANDS) {
    it(`has a help for ${pathTo(command)}, with examples and exit codes of the one meaning`, () => {
      const help = helpOf(command);
      assert.match(help, new RegExp(`\\nExamples:\\n(.*\\n)*?.*${pathTo(command)} `));
      const [, listed = ""] = /\nExit codes:\n((?: {2}\d+ .+\n)+)/.exec(help) ?? [];
      const codes = [...listed.matchAll(/^ {2}(\d+) /gm)].map(([, number]) => Number(number));
      assert.deepEqual([...new Set(codes)], codes);
      const known: readonly number[] = Object.values(EXIT);
      assert.deepEqual(
        codes.filter((number) => !known.includes(number)),
        [],
      );
      assert.ok([EXIT.done, EXIT.wrongUse].every((number) => codes.includes(number)));
      // Its one answer is a script.
      assert.equal(help.includes("  --json "), command.name() !== "completion");
    });
  }

  it("tells in its own help what the exit codes mean, for all commands", async () => {
    const { code: ended, stdout, stderr } = await commandLine(["--help"]);
    assert.deepEqual([ended, stderr], [0, ""]);
    assert.equal(stdout, helpOf(makeProgram(() => undefined)));
    for (const code of Object.values(EXIT)) assert.match(stdout, new RegExp(`^ {2}${code} +\\S`, "m"));
    assert.match(stdout, /NO_COLOR=1/);
  });

  for (const [words, error] of [
    [["lst"], "no such command; did you mean list?"],
    [["swagger", "dif"], "no such command; did you mean diff?"],
    [["list", "--jsn"], "no such option; did you mean --json?"],
    [["list", "--container"], "option '--container <name...>' argument missing"],
  ] as const) {
    it(`asks for what was meant by ${words.join(" ")}`, async () => {
      const { code, stdout, stderr } = await commandLine(words);
      assert.deepEqual([code, stdout, stderr.split("\n")[0]], [64, "", `error: ${error}`]);
    });
  }

  describe("that nobody answers", () => {
    const environment = { AEM_AUTHOR: "http://127.0.0.1:9", AEM_USERNAME: "deployer", AEM_PASSWORD: "s3cret-kT7" };

    for (const words of [["list"], ["learn", "/conf/global/settings/cloudconfigs/fdm/crm"]]) {
      it(`ends ${words[0]} with 75, and tells a script in JSON as well`, async () => {
        const call = { environment, secrets: ["s3cret-kT7"] };
        const { code, stdout, stderr } = await commandLine([...words, "--json"], call);
        assert.equal(code, EXIT.later);
        assert.match(stderr, /^error: .* \[network-unreachable\]\n {2}Check the author's address/);
        const { error } = JSON.parse(stdout);
        assert.equal(stderr, `error: ${error.message} [${error.code}]\n  ${error.remedy}\n`);
        const plain = await commandLine(words, call);
        assert.deepEqual([plain.code, plain.stdout, plain.stderr], [EXIT.later, "", stderr]);
      });
    }
  });

  it("tells a script in JSON of what can't be done", async () => {
    const { code, stdout } = await commandLine(["swagger", "diff", "gone.json", "gone.json", "--json"]);
    assert.deepEqual([code, JSON.parse(stdout).error.code], [EXIT.failed, "swagger-unreadable"]);
  });
});
