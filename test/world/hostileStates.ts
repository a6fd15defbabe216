import { type Comparison, compareStacks } from "../../provider/comparison";
import { readStackState } from "../../provider/stackState";
import { dataSource, ENCRYPTED, exported } from "./stackExports";

/** States in which somebody put what acts on terminals and browsers, and secrets where none belong. */

const EVIL = "\u001b[31m</td><script>alert(1)</script>\u202e & \"'";

export const HIDDEN_SECRETS = ["s3cret-of-a-url", "s3cret-in-clear", "s3cret-extra"];

const OUTPUTS = {
  title: EVIL,
  origin: 'https://author.example/"><img src=x>',
  serviceEndPoint: "https://svc:s3cret-of-a-url@acme.example/<b>",
  oauth2: { clientId: EVIL, clientSecret: "s3cret-in-clear", tokenUrl: "javascript:alert(1)" },
  extraProperties: { "<script>": EVIL, "a\u001bb": ENCRYPTED, token: "s3cret-extra" },
  swagger: { file: `/a folder/${EVIL}` },
  tokenVerdict: `refused: ${EVIL}`,
  api: { digest: EVIL, title: EVIL, version: EVIL, operations: { [`GET /${EVIL}`]: "a() -> 200", "GET /a": EVIL } },
};
const OTHERS = { "GET /a": "a() -> 200", [`PUT ${EVIL}`]: EVIL };

/** Three stages: spoilt, otherwise spoilt and with one data source more, and one in which nothing is deployed. */
export function hostileComparison(): Comparison {
  const name = `crm${EVIL}`;
  const other = { ...OUTPUTS, api: { ...OUTPUTS.api, operations: OTHERS } };
  const pending = [{ type: EVIL, resource: dataSource(name) }];
  const states = {
    dev: exported([dataSource(name, OUTPUTS)]),
    stage: exported([dataSource(name, other), dataSource("gone")], { pending_operations: pending }),
    prod: exported([]),
  };
  return compareStacks(
    Object.entries(states).map(([stack, state]) => readStackState(stack, state)),
    [],
  );
}
