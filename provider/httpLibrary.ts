/**
 * undici, loaded with the first connection: help, completion, a comparison of states, and what is refused before a
 * request is made do not wait for it.
 */
export function httpLibrary(): typeof import("undici") {
  return require("undici");
}
