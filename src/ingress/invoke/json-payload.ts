/**
 * The one place that looks into bodies as JSON. An invocation's payload is only checked, never used: the
 * function gets the bytes as they came.
 */
import { isUtf8 } from 'node:buffer';
import { HearthError } from '../../types/index.js';
import { isJson } from './json-bytes.js';

const emptyEvent = new TextEncoder().encode('{}');

/** From here on to look at the bytes costs less than to parse them and drop what comes out. */
const largeBytesMin = 16 * 1024;

/**
 * The payload that the function gets: `{}` for an empty body, as on AWS. Throws `invalid-json` where it is
 * not JSON in UTF-8. Costs one parse whose result is dropped: the cheapest check that the platform has
 * for the payloads that are common (some kilobytes).
 */
export function checkedPayload(body: Uint8Array): Uint8Array {
  if (body.length === 0) return emptyEvent;
  // who is wrong is told why by the parser
  if (body.length < largeBytesMin || !isUtf8(body) || !isJson(body)) parseJson(body);
  return body;
}

/** Throws `invalid-json` in AWS's words. */
export function parseJson(body: Uint8Array): unknown {
  if (!isUtf8(body)) throw notJson('Invalid UTF-8');
  const text = Buffer.from(body.buffer, body.byteOffset, body.length).toString('utf8');
  try {
    return JSON.parse(text);
  } catch (error) {
    throw notJson((error as Error).message);
  }
}

export function notJson(reason: string): HearthError {
  const text = `Could not parse request body into json: ${reason.slice(0, reasonCharsMax)}`;
  return new HearthError('invalid-json', text);
}

const reasonCharsMax = 300;
