/**
 * What a function reaches over the network. AWS has no member for it, so that it is said where every AWS tool
 * can say it: by an environment variable of the function, which its versions keep.
 */
export type FunctionNetwork = 'none' | 'outbound';

/** The name of the variable. */
export const networkVariable = 'HEARTH_NETWORK';

/** Null where the variable holds anything but the two; `none` where it is not set. */
export function networkOf(environment: Readonly<Record<string, string>>): FunctionNetwork | null {
  const value = environment[networkVariable] ?? 'none';
  return value === 'none' || value === 'outbound' ? value : null;
}
