import { createRequire } from "node:module";
import { EngineClient } from "@pulumi/pulumi/proto/engine_grpc_pb";
import { LogRequest, LogSeverity } from "@pulumi/pulumi/proto/engine_pb";
import { redact } from "./errors";
import type { Voice } from "./run";

// The SDK's own copy: credentials of another copy are refused, and under pnpm there is no other way to it.
const grpc: typeof import("@grpc/grpc-js") = createRequire(require.resolve("@pulumi/pulumi"))("@grpc/grpc-js");

/** An engine that does not answer must not hold up a data source. */
const DEADLINE_MS = 5_000;

/**
 * Real warnings and notes, which the engine counts and shows under Diagnostics. The SDK gives a dynamic provider no way
 * to the engine; its address is the process's only argument (pulumi.md §1.9). No URN goes along: the methods are not
 * told theirs, and a malformed one panics the CLI.
 */
export function engineVoice(address: string | undefined): Voice {
  const client = address === undefined ? undefined : new EngineClient(address, grpc.credentials.createInsecure());
  const say = async (severity: LogSeverity, text: string): Promise<void> => {
    const request = new LogRequest();
    request.setSeverity(severity);
    request.setMessage(redact(text));
    const heard = await new Promise<boolean>((resolve) => {
      if (client === undefined) resolve(false);
      else
        client.log(request, new grpc.Metadata(), { deadline: Date.now() + DEADLINE_MS }, (error) =>
          resolve(error === null),
        );
    });
    // The engine shows what a provider writes to stderr too, so nothing that was said is lost.
    if (!heard) process.stderr.write(`${request.getMessage()}\n`);
  };
  return {
    warn: (text) => say(LogSeverity.WARNING, text),
    note: (text) => say(LogSeverity.INFO, text),
  };
}
