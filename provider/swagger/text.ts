/** A look at a text before any parser sees it, since parsers answer excess by exhausting memory or stack. */

/**
 * How deep the brackets of a JSON text nest, and how many values it holds at the most. Brackets and commas in its
 * strings do not count.
 */
export function jsonExtent(text: string): { depth: number; values: number } {
  let [depth, deepest, values, inString] = [0, 0, 1, false];
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (inString) {
      if (character === "\\") at += 1;
      else if (character === '"') inString = false;
      continue;
    }
    if (character === '"') inString = true;
    else if (character === "[" || character === "{") {
      depth += 1;
      values += 1;
      if (depth > deepest) deepest = depth;
    } else if (character === "]" || character === "}") depth -= 1;
    else if (character === ",") values += 1;
  }
  return { depth: deepest, values };
}

/** How many values a YAML text could hold: no more than what can part two of them, its prose included. */
export function yamlExtent(text: string): number {
  let separators = 1;
  for (let at = 0; at < text.length; at += 1) {
    const character = text[at];
    if (character === "\n" || character === "," || character === "[" || character === "{") separators += 1;
  }
  return separators;
}
