import { type Answer, errorPage, json } from "./answer";
import type { CryptoSupport } from "./crypto";
import { firstValue, type RecordedField } from "./form";
import type { Login } from "./logins";
import type { Modes } from "./modes";
import { NotEmulated } from "./refusal";

export const CRYPTO_CONSOLE = "/system/console/crypto/.json";

/** The page of AEM's web console that encrypts a text. It stores nothing. */
export function cryptoConsole(
  crypto: CryptoSupport,
  login: Login,
  fields: readonly RecordedField[],
  encryption: Modes["encryption"],
): Answer {
  if (!login.canUseConsole(encryption === "console")) return errorPage(403, "Forbidden", CRYPTO_CONSOLE);
  const datum = firstValue(fields, "datum"); // no Sling servlet: it reads UTF-8 as such without `_charset_`
  if (datum === undefined) throw new NotEmulated("the crypto console without a datum");
  return json(200, { protected: crypto.protect(datum) });
}
