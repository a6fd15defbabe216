import { releaseChecklist } from "./world/releaseChecklist";
import { REPOSITORY } from "./world/stack";

/** `npm run release:check`: what is still to be done before this version gets its tag. Ends with 1 when something is. */
const list = releaseChecklist(REPOSITORY);
for (const { what, missing } of list) console.log(missing === undefined ? `✔ ${what}` : `✘ ${what}\n    ${missing}`);
process.exitCode = list.every(({ missing }) => missing === undefined) ? 0 : 1;
