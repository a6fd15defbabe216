import { recordStack } from "./faults/releasedStack";
import { recordGoldenState } from "./wire/goldenState";

/**
 * `npm run release:record`: keeps what this version leaves behind, on the wire and on the engine, for the tests of all
 * later versions. What is recorded already is never written over.
 */
async function record(): Promise<void> {
  for (const [what, act] of [
    ["the state on the wire", recordGoldenState],
    ["the stack on the engine", recordStack],
  ] as const) {
    console.log(`${what} …`);
    await act().catch((thrown: unknown) => {
      if (!(thrown instanceof Error && "code" in thrown && thrown.code === "EEXIST")) throw thrown;
      console.log("  is recorded already, and left as it is");
    });
  }
}

record().catch((thrown: unknown) => {
  console.error(thrown instanceof Error ? thrown.message : thrown);
  process.exitCode = 1;
});
