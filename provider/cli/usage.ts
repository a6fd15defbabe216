/** EX_USAGE of sysexits.h: far from 1 and 2, which say something of the credentials. */
export const USAGE = 64;

/** The command was called in a way that nothing could be done with. Its message never repeats what was typed. */
export class UsageError extends Error {}
