/** What becomes of invocations that nobody waits for, of a function, version or alias: its attachment `event-invoke`. */
import type { CatalogService } from './types.js';

export type EventInvokeConfig = {
  /** How often an error of the function is tried again, 0 to 2; null for Lambda's default. */
  readonly retriesMax: number | null;
  /** How old an event may become before it is given up; null for Lambda's default. */
  readonly ageMaxS: number | null;
  /** The ARN of a function, stream or other service, or an `http(s)` URL; null where nobody is told. */
  readonly onSuccess: string | null;
  readonly onFailure: string | null;
};

/** As it was set for exactly this qualifier, `$LATEST`, a version or an alias; undefined where it was not. */
export function eventInvokeConfigOf(
  catalog: Pick<CatalogService, 'attachment'>,
  name: string,
  qualifier: string,
): EventInvokeConfig | undefined {
  const value = catalog.attachment(name, 'event-invoke', qualifier)?.value;
  // only `event-invoke` in the ingress attaches it
  return value as EventInvokeConfig | undefined;
}
