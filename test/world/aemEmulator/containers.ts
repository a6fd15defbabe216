import { Login } from "./logins";
import type { Repository } from "./repository";
import { Session } from "./session";

/** Containers by what they have of the folders that data sources need. */
export interface Containers {
  /** /conf/<container>/settings/cloudconfigs/fdm: there are data sources, or were once. */
  readonly ready: readonly string[];
  /** /conf/<container>/settings/cloudconfigs: "Cloud Configurations" is switched on. */
  readonly withoutFdm: readonly string[];
  /** /conf/<container> only: it is not. */
  readonly bare: readonly string[];
}

/** Makes the folders that AEM has by itself, and those of the containers. */
export function makeContainers(repository: Repository, { ready, withoutFdm, bare }: Containers): void {
  const admin = new Login({ user: "admin", password: "", rights: "admin" });
  const paths = [
    ...["/libs", "/content/dam/formsanddocuments-fdm", "/conf"],
    ...ready.map((container) => `/conf/${container}/settings/cloudconfigs/fdm`),
    ...withoutFdm.map((container) => `/conf/${container}/settings/cloudconfigs`),
    ...bare.map((container) => `/conf/${container}`),
  ];
  repository.save((root) => {
    for (const path of paths) new Session(root, admin).ensureNode(path, new Map());
  });
}
