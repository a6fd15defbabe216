import type { Connection } from "../../provider/connection";
import { VARIABLES } from "../../provider/places";
import { Secret } from "../../provider/values";
import { DEFAULT_ACCOUNTS } from "./aemEmulator";

/** A connection as the environment gives it. `password`: default that of the emulator's account. */
export function connectionTo(
  origin: string,
  { username = "aem-deployer", password = passwordOf(username) }: { username?: string; password?: string } = {},
): Connection {
  return {
    origin,
    login: { kind: "basic", username, password: new Secret(password) },
    previousOrigin: undefined,
    deadlineMs: 5_000,
    parallelWrites: 4,
    plainHttp: false,
    source: "the environment",
    fromConfig: false,
    named: false,
    called: (setting) => VARIABLES[setting],
    route: {},
  };
}

function passwordOf(username: string): string {
  return String(DEFAULT_ACCOUNTS.find(({ user }) => user === username)?.password);
}
