import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What the engine told of one run: which resources change, and its errors and warnings. */
export class Events {
  readonly #changes = new Map<string, string>();
  readonly #errors: string[] = [];
  readonly #warnings: string[] = [];

  readonly add = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): void => {
    // What a refresh found is known after it has read: then the same resource comes with another operation.
    const step = (resOutputsEvent ?? resourcePreEvent)?.metadata;
    if (step && !step.type.startsWith("pulumi:")) this.#changes.set(step.urn, change(step));
    if (diagnosticEvent && !diagnosticEvent.ephemeral) {
      const list = { error: this.#errors, warning: this.#warnings }[String(diagnosticEvent.severity)];
      list?.push(plain(diagnosticEvent.message));
    }
  };

  /** As in `update: salesforce (title, publish)`; empty where nothing changes. */
  get changes(): string {
    return [...this.#changes.values()].filter(Boolean).join("; ");
  }

  /** Without the engine's own "update failed", where something says why. */
  get errors(): readonly string[] {
    const telling = this.#errors.filter((message) => !/^(preview|update|refresh) failed$/.test(message));
    return telling.length > 0 ? telling : this.#errors;
  }

  /** Each once. */
  get warnings(): readonly string[] {
    return [...new Set(this.#warnings)];
  }
}

function change({ op, urn, detailedDiff, diffs }: NonNullable<EngineEvent["resOutputsEvent"]>["metadata"]): string {
  if (op === "same" || op === "refresh" || op === "read") return "";
  const properties = diffs?.length ? diffs : Object.keys(detailedDiff ?? {});
  const name = urn.split("::").pop();
  return `${op}: ${name}${properties.length > 0 ? ` (${properties.join(", ")})` : ""}`;
}

/** Without the engine's marks for colours, and without what a terminal would act on. */
function plain(message: string): string {
  return message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/[^\P{Cc}\n]/gu, " ")
    .trim();
}
