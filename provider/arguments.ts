import type * as pulumi from "@pulumi/pulumi";
import type { TokenMode, WhenUnreachable } from "./tokenModes";
import type { Product, PropertyValue } from "./values";

/** What a program says of a data source, in the words of docs/reference.md. */

/** Client credentials for the data source, and the endpoint that exchanges them for a token. */
export interface OAuth2Args {
  /** Client id; Salesforce calls it the consumer key. */
  clientId: pulumi.Input<string>;
  /**
   * Client secret of at least four characters; Salesforce calls it the consumer secret. Kept as a secret however it is
   * handed over: encrypted in the state, and shown nowhere. It is sent when it is new, and never with another change.
   */
  clientSecret: pulumi.Input<string>;
  /**
   * Token URL, https; http to this very machine only. For Salesforce: `salesforce.tokenUrl("acme")`, by the org's My
   * Domain name.
   */
  tokenUrl: pulumi.Input<string>;
  /**
   * Scopes, separated by blanks. Salesforce needs none.
   *
   * @defaultValue none is sent
   */
  scope?: pulumi.Input<string>;
}

/** Plain property names and their values, beside or instead of the constants that the provider writes. */
export type ExtraProperties = Record<string, pulumi.Input<PropertyValue>>;

/** The arguments of a data source. */
export interface RestDataSourceArgs {
  /**
   * Configuration container, the folder below `/conf`: `"global"`, `"acme/emea"` or `"/conf/acme/emea"`. It must be there,
   * with *Cloud Configurations* switched on. A change replaces the data source.
   */
  container: pulumi.Input<string>;
  /**
   * Name of the node, by which form data models refer to it: letters, digits, `-` and `_`. A change replaces the data
   * source; a resource that is renamed by an alias keeps the name it has.
   *
   * @defaultValue the resource's name
   */
  name?: pulumi.Input<string>;
  /** Title in AEM's list of data sources. */
  title: pulumi.Input<string>;
  /**
   * Swagger file, JSON or YAML, up to 10 MiB: a path relative to the program's folder, a FileAsset or a StringAsset; a
   * RemoteAsset is refused, since it could change under review. OpenAPI 2.0; 3.0 on the cloud service, and with a warning
   * on AEM 6.5 LTS.
   */
  swagger: pulumi.Input<string | pulumi.asset.FileAsset | pulumi.asset.StringAsset>;
  /**
   * Scheme, host and base path of the service.
   *
   * @defaultValue those of the Swagger file, as the wizard fills them in
   */
  serviceEndPoint?: pulumi.Input<string>;
  /** Client credentials and token URL. */
  oauth2: pulumi.Input<OAuth2Args>;
  /**
   * The AEM that the author is: AEM 6.5, 6.5 LTS or the cloud service. Decides names of properties, and how a Swagger file
   * is judged.
   *
   * @defaultValue `"aemcs"` where the author's host ends in `.adobeaemcloud.com`, else `"aem65"`
   */
  product?: pulumi.Input<Product>;
  /**
   * Further plain properties of the node, or other values for the constants that the provider writes (`grant_type`,
   * `location`, …). What has an argument of its own can't be among them. Never a secret: they are stored in clear. What
   * was written and is no longer asked for is deleted.
   *
   * @defaultValue none
   */
  extraProperties?: pulumi.Input<ExtraProperties>;
  /**
   * Activates the page after each write, and waits until the author says that it is done. Turned off it deactivates
   * nothing; a delete does.
   *
   * @defaultValue `false`
   */
  publish?: pulumi.Input<boolean>;
  /**
   * A connection of stack config by its name: `"emea"` reads `aem-datasource:emea-author`, `emea-username` and so on.
   *
   * @defaultValue the connection of the environment, else the one of stack config that has no name
   */
  connection?: string;
  /**
   * What a refused token request does to a preview: `"enforce"` stops it, `"warn"` warns, `"off"` asks for no token.
   * Relaxed for a stack by its config, for a run by the environment.
   *
   * @defaultValue `"enforce"`
   */
  tokenCheck?: pulumi.Input<TokenMode | TokenCheckArgs>;
  /**
   * What a Swagger file does to a preview that breaks form data models which use the one before: `"warn"` warns, `"fail"`
   * stops it.
   *
   * @defaultValue `"warn"`
   */
  onBreakingSwagger?: pulumi.Input<"warn" | "fail">;
  /**
   * What a create does with a page that somebody made by hand. `false` refuses it. `true` takes over one that is as the
   * program wants it, and refuses a different one with the list of differences. `"overwrite"` takes over that one too, and
   * one of another owner, who is named in a warning. Always with a new marker, and the client secret, which can't be
   * compared, is sent once.
   *
   * @defaultValue `false`
   */
  adopt?: pulumi.Input<boolean | "overwrite">;
}

/** The token check in detail. */
export interface TokenCheckArgs {
  /**
   * What a refused token request does, as above.
   *
   * @defaultValue `"enforce"`
   */
  mode?: pulumi.Input<TokenMode>;
  /**
   * What a token server does that can't be reached: `"warn"` warns, once per app, `"fail"` stops the preview. One that is
   * there and can't judge today (429, 5xx) never stops a run.
   *
   * @defaultValue `"warn"`
   */
  onUnreachable?: pulumi.Input<WhenUnreachable>;
}
