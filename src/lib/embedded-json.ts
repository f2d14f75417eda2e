/** Payloads inside of answers, as they are: what a parser would write again is not always the same text. */

/** JSON text for bytes that mostly are some; what is none stands there as a string. */
export function embeddedJson(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString();
  try {
    JSON.parse(text);
    return text;
  } catch {
    return JSON.stringify(text);
  }
}

/** JSON of an object: members of JSON text, in their order. */
export function jsonObject(members: readonly (readonly [name: string, json: string])[]): string {
  return `{${members.map(([name, json]) => `${JSON.stringify(name)}:${json}`).join(',')}}`;
}
