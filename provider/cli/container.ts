import { UsageError } from "./usage";

/** What a container's name may look like at the command line, wherever one is given. */

export const NO_CONTAINER = "--container is no container: give a name below /conf, as in global or acme/emea";

/**
 * Refuses what names no folder below `/conf`, before anybody is asked: `..` leads elsewhere, and `?` ends an address. It
 * takes more than the provider's own grammar, since AEM has containers that the provider can't own.
 */
export function refuseOddContainers(containers: readonly string[] = []): void {
  const odd = containers.some((container) => {
    const segments = container.replace(/^\/conf\//, "").split("/");
    return !segments.every((segment) => /^[^?#%\\:*[\]|\p{Cc}]+$/u.test(segment) && !/^\.{1,2}$/.test(segment));
  });
  if (odd) throw new UsageError(NO_CONTAINER);
}
