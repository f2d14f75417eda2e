/**
 * Form encoding of `http:invoke`: https://docs.aws.amazon.com/step-functions/latest/dg/call-https-apis.html, "Applying
 * URL-encoding on request body". How arrays are written is the user's to choose.
 */
import { isJsonObject, type JsonObject, type JsonValue } from '../json.js';

const arrayFormats = ['INDICES', 'REPEAT', 'COMMAS', 'BRACKETS', 'NONE'] as const;
export type ArrayFormat = (typeof arrayFormats)[number];

export function arrayFormatOf(value: JsonValue | undefined): ArrayFormat | undefined {
  if (value === undefined || value === null) return 'INDICES';
  return arrayFormats.find((format) => format === value);
}

/** `array[0]=a&array[1]=b` (INDICES), `array=a&array=b` (REPEAT), `array=a,b` (COMMAS), `array[]=a&array[]=b` (BRACKETS); NONE leaves them JSON. */
export function formEncoded(fields: JsonObject, format: ArrayFormat): string {
  return Object.entries(fields)
    .flatMap(([name, value]) => pairs(name, value, format))
    .map(([name, value]) => `${encode(name)}=${encode(value)}`)
    .join('&');
}

type Pair = readonly [name: string, value: string];

function pairs(name: string, value: JsonValue, format: ArrayFormat): readonly Pair[] {
  if (Array.isArray(value)) return arrayPairs(name, value, format);
  if (isJsonObject(value)) {
    return Object.entries(value).flatMap(([key, inner]) => pairs(`${name}[${key}]`, inner, format));
  }
  return [[name, scalar(value)]];
}

function arrayPairs(
  name: string,
  items: readonly JsonValue[],
  format: ArrayFormat,
): readonly Pair[] {
  switch (format) {
    case 'INDICES':
      return items.flatMap((item, index) => pairs(`${name}[${index}]`, item, format));
    case 'REPEAT':
      return items.flatMap((item) => pairs(name, item, format));
    case 'BRACKETS':
      return items.flatMap((item) => pairs(`${name}[]`, item, format));
    case 'COMMAS':
      return [[name, items.map(scalar).join(',')]];
    case 'NONE':
      return [[name, JSON.stringify(items)]];
  }
}

function scalar(value: JsonValue): string {
  if (value === null) return '';
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** Brackets and commas stand as they are, as AWS shows them. */
function encode(text: string): string {
  return encodeURIComponent(text)
    .replaceAll('%5B', '[')
    .replaceAll('%5D', ']')
    .replaceAll('%2C', ',');
}
