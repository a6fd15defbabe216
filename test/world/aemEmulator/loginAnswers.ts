import { type Answer, empty, html, json } from "./answer";

/** What AEM answers to somebody who isn't logged in, or not as it wants. */

export const LOGIN_PAGE = "/libs/granite/core/content/login.html";

/** A browser is sent to a page for people, everybody else gets 401; Sling takes "Mozilla" and "Opera" for browsers. */
export function notLoggedIn(path: string, userAgent = ""): Answer {
  if (!/Mozilla|Opera/.test(userAgent)) return empty(401, { "WWW-Authenticate": 'Basic realm="AEM emulator"' });
  return empty(302, { Location: `${LOGIN_PAGE}?resource=${encodeURIComponent(path)}` });
}

/** Only looks like a log-in: what matters is that whoever follows the redirect gets HTML with 200. */
export function loginPage(): Answer {
  return html(200, "<!DOCTYPE html>\n<html><head><title>AEM Sign In</title></head><body>Sign in</body></html>\n");
}

/** As the cloud service answers a token of an OAuth Server-to-Server credential that has no scope for Sling. */
export function missingScopes(): Answer {
  return json(403, {
    type: "https://api.adobeaemcloud.com/adobe/meta/errors/forbidden",
    title: "Forbidden",
    status: 403,
    detail: "The access token is missing required scopes.",
  });
}
