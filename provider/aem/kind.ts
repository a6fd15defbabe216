import type { LiveDataSource } from "./dataSource";

/** What kind of data source a page is, by the wizard's own properties (aem.md §1.2). */
export interface Kind {
  /** As in `REST`; "?" where the page does not say. */
  readonly type: string;
  /** As in `OAuth 2.0`. */
  readonly authentication: string;
  /** As in `client_credentials`; "-" where it says none, as the wizard's older flow does. */
  readonly grant: string;
}

export function kindOf({ properties }: LiveDataSource): Kind {
  const value = (property: string, otherwise: string) => String(properties.get(property) ?? otherwise);
  return {
    type: value("dataSourceType", "?"),
    authentication: value("authenticationType", "?"),
    grant: value("grant_type", "-"),
  };
}

/** Why the provider can't own it; undefined where it can. */
export function notManageable(live: LiveDataSource): string | undefined {
  const { type, authentication, grant } = kindOf(live);
  if (type !== "REST") return `its type is ${type}, not REST`;
  if (authentication !== "OAuth 2.0") return `its authentication is ${authentication}, not OAuth 2.0`;
  if (grant !== "client_credentials") return "its grant is not client_credentials";
  return live.hasFile ? undefined : "it has no Swagger file";
}
