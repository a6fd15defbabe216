/** The program behind `npm run aem`: an AEM emulator to try the provider against, until Ctrl-C. */
import { DEFAULT_ACCOUNTS, startAemEmulator, suggestedUser } from "./aemEmulator";

const DEFAULT_PORT = 4502; // where an AEM author listens

async function main(): Promise<void> {
  const port = readPort(process.argv[2] ?? process.env.AEM_EMULATOR_PORT);
  const aem = await startAemEmulator({ port });
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => void aem.stop());
  console.log(welcome(aem.origin));
}

function readPort(source: string | undefined): number {
  const port = Number(source || DEFAULT_PORT);
  if (!Number.isInteger(port) || port < 0 || port > 65_535) throw new Error(`"${source}" is no port.`);
  return port;
}

function welcome(origin: string): string {
  const accounts = DEFAULT_ACCOUNTS.map(({ user, password, rights }) => `  ${user} / ${password} (${rights})`);
  const user = suggestedUser(DEFAULT_ACCOUNTS);
  const password = DEFAULT_ACCOUNTS.find((account) => account.user === user)?.password;
  return `AEM emulator (not AEM) at ${origin}

Accounts:
${accounts.join("\n")}

For the provider, in the shell that runs pulumi:
  export AEM_AUTHOR=${origin} AEM_USERNAME=${user} AEM_PASSWORD=${password}

What it holds: open ${origin} in a browser. It forgets everything when it stops (Ctrl-C).`;
}

function explain(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const taken = "code" in error && error.code === "EADDRINUSE" && "port" in error;
  return taken ? `Port ${error.port} is taken. Choose another: AEM_EMULATOR_PORT=4503 npm run aem` : error.message;
}

main().catch((error: unknown) => {
  console.error(explain(error));
  process.exitCode = 1;
});
