/** One field of a request: a text or an uploaded file. */
export interface RecordedField {
  name: string;
  value?: string;
  file?: { filename: string; contentType: string; bytes: Buffer };
}

const FORM_TYPES = ["multipart/form-data", "application/x-www-form-urlencoded"];

/** The fields of a form. A body of another type, or a broken one, has none: that is no error on Sling either. */
export async function readForm(body: Buffer, contentType = ""): Promise<RecordedField[]> {
  if (!FORM_TYPES.some((type) => contentType.toLowerCase().startsWith(type))) return [];
  try {
    const form = await new Response(body, { headers: { "content-type": contentType } }).formData();
    return await Promise.all([...form].map(([name, value]) => toField(name, value)));
  } catch {
    return [];
  }
}

async function toField(name: string, value: string | File): Promise<RecordedField> {
  if (typeof value === "string") return { name, value };
  const bytes = Buffer.from(await value.arrayBuffer());
  return { name, file: { filename: value.name, contentType: value.type, bytes } };
}

/** Without `_charset_=utf-8` as a field Sling reads UTF-8 as ISO-8859-1: the well-known mojibake. */
export function decodeAsSling(fields: readonly RecordedField[]): RecordedField[] {
  if (/^utf-?8$/i.test(firstValue(fields, "_charset_") ?? "")) return [...fields];
  return fields.map((field) => ({
    ...field,
    name: misread(field.name),
    ...(field.value !== undefined && { value: misread(field.value) }),
  }));
}

function misread(utf8: string): string {
  return Buffer.from(utf8, "utf8").toString("latin1");
}

export function firstValue(fields: readonly RecordedField[], name: string): string | undefined {
  return fields.find((field) => field.name === name)?.value;
}
