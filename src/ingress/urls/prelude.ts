/**
 * What a function that streams an HTTP answer writes before the body: JSON of status, headers and cookies, then
 * eight zeros (`awslambda.HttpResponseStream.from`, and runtimes of other languages).
 */
import * as z from 'zod';

export const integrationType = 'application/vnd.awslambda.http-integration-response';

/** More is no prelude. */
const preludeBytesMax = 64 * 1024;
const zerosBytes = 8;

const shape = z.object({
  statusCode: z.number().int().min(200).max(599).nullish(),
  headers: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.null()])).nullish(),
  cookies: z.array(z.string()).nullish(),
});

export type Prelude = z.output<typeof shape>;

/** Gathers pieces until the prelude is whole. */
export class PreludeReader {
  #gathered: Buffer = Buffer.alloc(0);

  /** What stands before the body, and the body's beginning; null while more has to come. Throws where it is none. */
  push(piece: Uint8Array): { readonly prelude: Prelude; readonly rest: Buffer } | null {
    const gathered = Buffer.concat([this.#gathered, piece]);
    // zeros may have begun in what was there before
    const end = gathered.indexOf(zeros, Math.max(0, this.#gathered.length - zerosBytes));
    this.#gathered = gathered;
    if (end < 0 && gathered.length <= preludeBytesMax) return null;
    if (end < 0 || end > preludeBytesMax) throw new Error('a prelude that does not end');
    const prelude = shape.parse(JSON.parse(gathered.toString('utf8', 0, end)));
    return { prelude, rest: gathered.subarray(end + zerosBytes) };
  }
}

const zeros = Buffer.alloc(zerosBytes);

/** Of an answer that was gathered whole; null where it has no prelude. */
export function splitPrelude(payload: Uint8Array): { prelude: Prelude; body: Buffer } | null {
  const bytes = Buffer.from(payload.buffer, payload.byteOffset, payload.length);
  if (!bytes.includes(zeros)) return null;
  try {
    const found = new PreludeReader().push(bytes);
    return found === null ? null : { prelude: found.prelude, body: found.rest };
  } catch {
    return null;
  }
}
