/** The functions that Step Functions adds to JSONata: https://docs.aws.amazon.com/step-functions/latest/dg/transforming-data.html */
import { createHash } from 'node:crypto';
import { randomUuid, seededRandom, systemRandom } from '../../lib/index.js';
import { nestsTooDeep } from '../json.js';

const random = systemRandom();

/** Developer Guide: as many as States.ArrayRange gives. */
const rangeItemsMax = 1000;

const hashes: Readonly<Record<string, string>> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
};

/** Variables that every evaluation has. What is thrown becomes the cause of its failure. */
export const extraFunctions: Readonly<Record<string, unknown>> = {
  partition(items: unknown, size: unknown) {
    if (items === undefined) return undefined;
    const chunk = Math.floor(numberOf('partition', 2, size));
    if (chunk < 1) throw mismatch('partition', 2);
    const all = Array.isArray(items) ? items : [items];
    const chunks: unknown[] = [];
    for (let at = 0; at < all.length; at += chunk) chunks.push(all.slice(at, at + chunk));
    return chunks;
  },
  range(first: unknown, last: unknown, step: unknown) {
    const from = numberOf('range', 1, first);
    const by = numberOf('range', 3, step);
    if (by === 0) throw mismatch('range', 3);
    const count = Math.max(0, Math.floor((numberOf('range', 2, last) - from) / by) + 1);
    if (count > rangeItemsMax) {
      throw new Error(`The function "range" gives no more than ${rangeItemsMax} items`);
    }
    const items = Array.from({ length: count }, (_, index) => from + index * by);
    // as AWS has it: what one step gives is the number itself, and no step gives nothing
    return Object.defineProperty(items, 'sequence', { value: true });
  },
  hash(content: unknown, algorithm: unknown) {
    if (content === undefined) return undefined;
    if (typeof content !== 'string') throw mismatch('hash', 1);
    const isKnown = typeof algorithm === 'string' && Object.hasOwn(hashes, algorithm);
    const name = isKnown ? hashes[algorithm] : undefined;
    if (name === undefined) throw mismatch('hash', 2);
    return createHash(name).update(content).digest('hex');
  },
  random(seed: unknown) {
    return (seed === undefined ? random : seededRandom(numberOf('random', 1, seed))).next();
  },
  uuid: () => randomUuid(),
  parse(text: unknown) {
    if (text === undefined) return undefined;
    if (typeof text !== 'string') throw mismatch('parse', 1);
    if (nestsTooDeep(text)) throw new Error('The JSON is nested too deep');
    return JSON.parse(text) as unknown;
  },
  /** Step Functions does not have it: an expression of an expression could not be checked. */
  eval: undefined,
};

function numberOf(name: string, position: number, value: unknown): number {
  if (typeof value === 'number') return value;
  throw mismatch(name, position);
}

/** As the library has it of its own functions. */
function mismatch(name: string, index: number): unknown {
  const message = `Argument ${index} of function "${name}" does not match function signature`;
  return Object.assign(new Error(message), { code: 'T0410', index, token: name });
}
