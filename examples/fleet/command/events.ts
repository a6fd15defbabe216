import type { EngineEvent } from "@pulumi/pulumi/automation";

/** What the engine told of one run: which resources change, and its messages. */
export class Events {
  readonly #changes = new Set<string>();
  readonly #errors = new Set<string>();
  readonly #warnings = new Set<string>();
  readonly #notes = new Set<string>();

  readonly add = ({ resourcePreEvent, resOutputsEvent, diagnosticEvent }: EngineEvent): void => {
    // What a refresh found is known after it has read: then the same resource comes with another operation.
    const step = (resOutputsEvent ?? resourcePreEvent)?.metadata;
    if (step && !step.type.startsWith("pulumi:")) this.#changes.add(change(step));
    if (diagnosticEvent === undefined || diagnosticEvent.ephemeral) return;
    // The engine sends more kinds than its types say, those for debugging for one.
    const kinds = new Map<string, Set<string>>([
      ["error", this.#errors],
      ["warning", this.#warnings],
      ["info", this.#notes],
    ]);
    kinds.get(diagnosticEvent.severity)?.add(plain(diagnosticEvent.message));
  };

  /** As in `create: salesforce`; empty where nothing changes. */
  get changes(): string {
    return [...this.#changes].filter(Boolean).join("; ");
  }

  /** Without the engine's own "update failed", where something says why. */
  get errors(): readonly string[] {
    const all = [...this.#errors];
    const telling = all.filter((message) => !/^(preview|update|refresh) failed$/.test(message));
    return telling.length > 0 ? telling : all;
  }

  get warnings(): readonly string[] {
    return [...this.#warnings];
  }

  /** Where a refresh finds drift, the provider notes here what it is and who was the last to change it. */
  get notes(): readonly string[] {
    return [...this.#notes];
  }
}

function change({ op, urn }: NonNullable<EngineEvent["resOutputsEvent"]>["metadata"]): string {
  return ["same", "refresh", "read"].includes(op) ? "" : `${op}: ${urn.split("::").pop()}`;
}

/** Without the engine's marks for colours, and without what a terminal would act on. */
function plain(message: string): string {
  return message
    .replaceAll(/<\{%[^%]*%\}>/g, "")
    .replaceAll(/[^\P{Cc}\n]/gu, " ")
    .trim();
}
