/**
 * What a terminal would obey or hide, as the escapes that TypeScript and JSON read back, one for each UTF-16 unit: the
 * text means the same inside quotes, and does nothing to whoever looks at it.
 */
export function printable(text: string): string {
  return text.replace(/[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/gu, (character) => {
    return character
      .split("")
      .map((unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`)
      .join("");
  });
}
