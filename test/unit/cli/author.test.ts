import assert from "node:assert/strict";
import { type AemEmulator, DEFAULT_ACCOUNTS, startAemEmulator } from "../../world/aemEmulator";
import { commandLine, type Ended } from "../../world/commandLine";

const USER = "aem-deployer";
const PASSWORD = String(DEFAULT_ACCOUNTS.find(({ user }) => user === USER)?.password);

describe("a command that logs in to an author", () => {
  let aem: AemEmulator;

  before(async () => {
    aem = await startAemEmulator();
  });
  beforeEach(() => {
    aem.requests.splice(0);
  });
  after(() => aem.stop());

  function list(hosts: string): Promise<Ended> {
    const environment = {
      AEM_AUTHOR: aem.origin,
      AEM_USERNAME: USER,
      AEM_PASSWORD: PASSWORD,
      AEM_DATASOURCE_ALLOWED_HOSTS: hosts,
    };
    return commandLine(["list", "--container", "global"], { environment, secrets: [PASSWORD] });
  }

  it("asks one that is among the allowed hosts", async () => {
    const { code, stderr } = await list("127.0.0.1");
    assert.deepEqual([code, stderr], [0, ""]);
    assert.ok(aem.requests.length > 0);
  });

  it("sends nothing to another one, and says so with the name of the list", async () => {
    const { code, stdout, stderr } = await list("author.example.com");
    assert.match(
      stderr,
      /AEM_AUTHOR leads to 127\.0\.0\.1, which is not among the hosts of AEM_DATASOURCE_ALLOWED_HOSTS; nothing was sent there \[host-not-allowed\]\n/,
    );
    assert.deepEqual([code, stdout, aem.requests], [64, "", []]);
  });
});
