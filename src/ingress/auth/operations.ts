/** Access keys: made, listed, changed and deleted by who holds a key that allows that, or the cluster's secret. */
import * as z from 'zod';
import { HearthError, limits } from '../../types/index.js';
import { shaped } from '../form/shape.js';
import type { Operation } from '../operation.js';
import type { KeySettings, RateLimit } from './access-key.js';

/** What a request says of a key; what is undefined stays as it is, or has its default. */
export type KeyInput = { readonly [Member in keyof KeySettings]: KeySettings[Member] | undefined };

export type KeyAction =
  | { readonly kind: 'create-key'; readonly input: KeyInput }
  | { readonly kind: 'list-keys' }
  | { readonly kind: 'update-key'; readonly id: string; readonly input: KeyInput }
  | { readonly kind: 'delete-key'; readonly id: string };

const keys = '/_hearth/keys';

export const keyOperations: readonly Operation[] = [
  {
    name: 'CreateKey',
    method: 'POST',
    path: keys,
    parse: ({ body }) => {
      const input = keyInput(body);
      if (input.actions !== undefined) return { kind: 'create-key', input };
      throw wrong('actions', 'it must say what the key allows, such as ["lambda:InvokeFunction"]');
    },
  },
  { name: 'ListKeys', method: 'GET', path: keys, parse: () => ({ kind: 'list-keys' }) },
  {
    name: 'UpdateKey',
    method: 'PUT',
    path: `${keys}/{}`,
    on: 'cluster',
    parse: ({ subject, body }) => ({ kind: 'update-key', id: subject, input: keyInput(body) }),
  },
  {
    name: 'DeleteKey',
    method: 'DELETE',
    path: `${keys}/{}`,
    on: 'cluster',
    parse: ({ subject }) => ({ kind: 'delete-key', id: subject }),
  },
];

const shape = z.strictObject({
  description: z.string().optional(),
  enabled: z.boolean().optional(),
  actions: z.array(z.string()).optional(),
  functions: z.array(z.string()).optional(),
  rateLimit: z
    .strictObject({ perS: z.number(), burst: z.number().int().optional() })
    .nullable()
    .optional(),
});

const actionPattern = /^(?:\*|(?:lambda|states|hearth):[A-Za-z*]+)$/;
const functionPattern =
  /^(?:(?:layer:)?[A-Za-z0-9_*-]+|(?:stateMachine|activity):[^\s<>{}[\]?"#%\\^|~`$&,;:/]+)$/;
const perSMax = 1_000_000;

/** Throws `invalid-json`, `invalid-parameter`. */
function keyInput(body: Uint8Array): KeyInput {
  const { description, enabled, actions, functions, rateLimit } = shaped(shape, body);
  checkPatterns('actions', actions, actionPattern, 'lambda:Invoke*, states:Start* or hearth:Read*');
  checkPatterns(
    'functions',
    functions,
    functionPattern,
    'shop-*, layer:tools or stateMachine:orders-*',
  );
  if (description !== undefined && description.length > limits.descriptionCharsMax) {
    throw wrong('description', `it may be ${limits.descriptionCharsMax} characters long`);
  }
  return { description, enabled, actions, functions, rateLimit: rateLimit && rateOf(rateLimit) };
}

function checkPatterns(
  member: 'actions' | 'functions',
  patterns: readonly string[] | undefined,
  form: RegExp,
  example: string,
): void {
  if (patterns === undefined) return;
  if (patterns.length === 0 || patterns.length > limits.keyPatternsMax) {
    throw wrong(member, `there must be from 1 to ${limits.keyPatternsMax}, such as ${example}`);
  }
  const odd = patterns.find((text) => text.length > limits.keyPatternCharsMax || !form.test(text));
  if (odd === undefined) return;
  throw wrong(member, `'${odd.slice(0, limits.keyPatternCharsMax)}' is none; write ${example}`);
}

function rateOf({ perS, burst }: { perS: number; burst?: number | undefined }): RateLimit {
  if (!(perS > 0 && perS <= perSMax)) {
    throw wrong('rateLimit.perS', `it must be above 0 and at most ${perSMax}`);
  }
  const most = burst ?? Math.ceil(perS);
  if (most >= 1 && most <= perSMax) return { perS, burst: most };
  throw wrong('rateLimit.burst', `it must be a whole number from 1 to ${perSMax}`);
}

function wrong(member: string, why: string): HearthError {
  return new HearthError('invalid-parameter', `The member ${member} is wrong: ${why}.`);
}
