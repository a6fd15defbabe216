#!/usr/bin/env node
import { main } from "./main";

// Not process.exit: what goes into a pipe would be cut off.
main(process.argv.slice(2)).then((code) => {
  process.exitCode = code;
});
