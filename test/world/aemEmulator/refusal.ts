/**
 * Why the POST servlet refuses. Its Java exception decides the status: since POST servlet 2.4.2 a persistence failure
 * is 409 and a violated precondition 422; before (and in the legacy mode), like anything else, 500.
 */
export class Refusal extends Error {
  constructor(
    readonly status: 409 | 422 | 500,
    readonly javaClass: string,
    message: string,
    /** Refused by the last step, the save: the answer still lists the changes, although nothing was stored. */
    readonly atSave = false,
  ) {
    super(message);
  }
}

export function conflict(message: string): Refusal {
  return new Refusal(409, "org.apache.sling.api.resource.PersistenceException", message);
}

export function conflictAtSave(): Refusal {
  const message = "Unable to commit changes to session.";
  return new Refusal(409, "org.apache.sling.api.resource.PersistenceException", message, true);
}

export function invalid(message: string): Refusal {
  return new Refusal(
    422,
    "org.apache.sling.servlets.post.exceptions.PreconditionViolatedPersistenceException",
    message,
  );
}

export function illegalArgument(message: string): Refusal {
  return new Refusal(500, "java.lang.IllegalArgumentException", message);
}

export function nullPointer(message: string): Refusal {
  return new Refusal(500, "java.lang.NullPointerException", message);
}

export function classCast(message: string): Refusal {
  return new Refusal(500, "java.lang.ClassCastException", message);
}

/** What the real server can do and this emulator can't: said aloud (501), since a made-up answer would mislead. */
export class NotEmulated extends Error {}
