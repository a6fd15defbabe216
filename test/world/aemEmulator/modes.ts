/** How the emulator behaves, where real authors differ. Tests switch it while it runs. */
export interface Modes {
  /** How the POST servlet tells refusals apart: 409 and 422 (2.4.2 and later), or 500 for all. */
  statusMode: "modern" | "legacy";
  /** What encrypts: the suffix `@Encrypted` and the crypto console, the console only, or nothing. */
  encryption: "suffix" | "console" | "none";
  /** Whether there is AEM's query builder; "none": as on Apache Sling. */
  queryBuilder: "works" | "none";
  /** What becomes of a replication; "never done": accepted, and then nothing happens. */
  replication: "works" | "refused" | "refused in the body" | "never done";
}
