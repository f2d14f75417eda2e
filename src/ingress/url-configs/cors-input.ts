/** Checked CORS settings of a function URL: each value stands in a header of an answer some day. */
import { HearthError } from '../../types/index.js';
import type { Constraints } from '../form/constraints.js';

type Given<Value> = Value | null | undefined;

export interface CorsBody {
  readonly AllowHeaders?: Given<readonly string[]>;
  readonly AllowMethods?: Given<readonly string[]>;
  readonly AllowOrigins?: Given<readonly string[]>;
  readonly ExposeHeaders?: Given<readonly string[]>;
  readonly MaxAge?: Given<number>;
}

/** A token of HTTP (RFC 9110, 5.6.2); `*` is one, too. */
const token = /^[!#$%&'*+.^_`|~0-9a-zA-Z-]+$/;
const visible = /^[\x21-\x7e]+$/;

/** Notes what breaks AWS's lengths; throws `invalid-parameter` for what cannot stand in a header. */
export function checkCors(constraints: Constraints, cors: CorsBody): void {
  constraints.range(cors.MaxAge ?? undefined, 'cors.maxAge', 0, 86_400);
  checkList(constraints, 'AllowHeaders', cors.AllowHeaders, 100, 1024, token);
  checkList(constraints, 'AllowMethods', cors.AllowMethods, 6, 6, token);
  checkList(constraints, 'AllowOrigins', cors.AllowOrigins, 100, 253, visible);
  checkList(constraints, 'ExposeHeaders', cors.ExposeHeaders, 100, 1024, token);
}

function checkList(
  constraints: Constraints,
  member: string,
  values: Given<readonly string[]>,
  itemsMax: number,
  charsMax: number,
  pattern: RegExp,
): void {
  if (values == null) return;
  const at = `cors.${member.charAt(0).toLowerCase()}${member.slice(1)}`;
  const shown = `'[${values.join(', ').slice(0, 256)}]'`;
  if (values.length > itemsMax) {
    constraints.fail(shown, at, `Member must have length less than or equal to ${itemsMax}`);
  } else if (values.some((value) => value.length > charsMax || value === '')) {
    const set = `Member must have length less than or equal to ${charsMax}, Member must have length greater than or equal to 1`;
    constraints.fail(shown, at, `Member must satisfy constraint: [${set}]`);
  } else {
    const wrong = values.find((value) => !pattern.test(value));
    if (wrong === undefined) return;
    throw new HearthError(
      'invalid-parameter',
      `The value ${JSON.stringify(wrong.slice(0, 100))} of ${member} in Cors cannot stand in a header; correct it.`,
    );
  }
}
