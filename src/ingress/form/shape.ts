/** Bodies of requests as JSON carries them: what their shapes are made of. Types only; constraints come after. */
import * as z from 'zod';
import { notJson, parseJson } from '../invoke/json-payload.js';

// A member that is null counts as absent, as on AWS.
export const text = z.string().nullish();
export const whole = z.number().int().nullish();
export const flag = z.boolean().nullish();
export const texts = z.array(z.string()).nullish();
export const textMap = z.record(z.string(), z.string()).nullish();
export const anything = z.unknown().optional();

/** Parses a body into a shape; an empty body is an empty object. Throws `invalid-json`. */
export function shaped<Output>(shape: z.ZodType<Output>, body: Uint8Array): Output {
  const parsed = shape.safeParse(body.length === 0 ? {} : parseJson(body));
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const where = issue?.path.map(String).join('.') || 'the body';
  throw notJson(`${where}: ${issue?.message ?? 'wrong type'}`);
}

/** An object without the members that were absent or null. */
export function given<Members extends Readonly<Record<string, unknown>>>(
  members: Members,
): { -readonly [Key in keyof Members]?: NonNullable<Members[Key]> } {
  const present = Object.entries(members).filter(([, value]) => value != null);
  return Object.fromEntries(present) as { [Key in keyof Members]?: NonNullable<Members[Key]> };
}
