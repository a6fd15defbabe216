/**
 * A server of the benchmark in a process of its own, so that it shares its event loop with nobody who is measured:
 * `author` is the AEM emulator, `tokens` the token server. Tells where it listens, and ends with its parent.
 */
import { DEFAULT_ACCOUNTS, startAemEmulator } from "../world/aemEmulator";
import { startTokens } from "../world/world";

export interface Listening {
  readonly url: string;
  readonly username: string;
  readonly password: string;
}

async function author(): Promise<Listening> {
  const aem = await startAemEmulator();
  forget(() => {
    aem.requests.length = 0;
    aem.log.length = 0;
  });
  const deployer = DEFAULT_ACCOUNTS.find(({ rights }) => rights === "write");
  return { url: aem.origin, username: deployer?.user ?? "", password: deployer?.password ?? "" };
}

async function tokens(): Promise<Listening> {
  const server = await startTokens();
  forget(() => {
    server.requests.length = 0;
    server.log.length = 0;
    server.issuedTokens.length = 0;
  });
  return { url: server.tokenUrl, username: "", password: "" };
}

/** Both servers note what they were asked, for tests; nobody looks at it here, and it would fill the memory. */
function forget(clear: () => void): void {
  setInterval(clear, 1_000);
}

process.once("disconnect", () => process.exit());
const [, , which] = process.argv;
(which === "tokens" ? tokens() : author()).then(
  (listening) => process.send?.(listening),
  (thrown: unknown) => {
    console.error(thrown);
    process.exit(1);
  },
);
