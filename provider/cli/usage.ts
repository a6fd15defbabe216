/** The command was called in a way that nothing could be done with. Its message never repeats what was typed. */
export class UsageError extends Error {}
