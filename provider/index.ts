export type { ExtraProperties, OAuth2Args, RestDataSourceArgs, TokenCheckArgs } from "./arguments";
export { RestDataSource } from "./restDataSource";

import { tokenUrl } from "./oauth/salesforce";

/** What is particular to Salesforce. */
export const salesforce = { tokenUrl };
