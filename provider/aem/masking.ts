import { redact } from "../errors";
import type { PropertyValue } from "../values";
import { isCiphertext } from "./encryption";

/** Which values of an unknown property must not be shown: better one too many than a key in somebody's ticket. */

const SECRET_NAME =
  /secret|passw|pwd|passphrase|private|credentials?$|assertion|authorization$|cookie|signature|^otp|^pin$|token$|token.?value|key(.?value)?$/i;

const SECRET_VALUES: readonly RegExp[] = [
  /-----BEGIN /,
  /\beyJ[\w-]{8,}\.[\w-]+/, // a JWT
  /^(Basic|Bearer) +\S{8,}/i,
  /^[a-z][a-z0-9+.-]*:\/\/[^/?#]*@/i, // a URL with a login
  /^[a-z][a-z0-9+.-]*:\/\/[^?#]*\?/i, // queries carry keys
];

export function isSecret(property: string, value: PropertyValue): boolean {
  if (typeof value === "boolean") return false;
  if (typeof value === "number") return SECRET_NAME.test(property);
  const texts = typeof value === "string" ? [value] : value;
  return texts.some((text) => text !== "" && (SECRET_NAME.test(property) || looksSecret(text)));
}

function looksSecret(text: string): boolean {
  if (redact(text) !== text || SECRET_VALUES.some((shape) => shape.test(text))) return true;
  // The parts of a URL are places; elsewhere a key may stand behind the name of its header or scheme.
  const isUrl = /^[a-z][a-z0-9+.-]*:\/\//i.test(text);
  return (!isUrl && text.split(/[\s:;,="]+/).some(looksRandom)) || isCiphertext(text);
}

/** Words of people and programs are made of longer pieces than keys are, whose case and digits change all the time. */
function looksRandom(text: string): boolean {
  if (/^[0-9a-f-]{20,}$/i.test(text) || /^(?=.*\d)(?=.*[A-Z])[A-Z0-9]{16,}$/.test(text)) return true;
  const pieces = text.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+/g) ?? [];
  const length = pieces.join("").length;
  return length >= 12 && length / pieces.length < 3;
}

/**
 * Whether a value that is no secret may also leave the customer's house: words of AEM's own, never a host, a person or
 * a path of theirs.
 */
export function isOfNobody(property: string, value: PropertyValue): boolean {
  if (typeof value === "boolean" || typeof value === "number") return true;
  if (/user|mail|host|owner|title|description|company/i.test(property)) return false;
  const texts = typeof value === "string" ? [value] : value;
  return texts.every((text) => /^(?:[A-Za-z][A-Za-z0-9_ -]*(?:\.\d+)?|fd\/[\w/]+)?$/.test(text) && text.length <= 80);
}
