/** Which cluster a command talks to: --endpoint, else HEARTH_ENDPOINT, else what `hearth up` serves. */
import { usageFailure } from './failure.js';

const defaultEndpoint = 'http://127.0.0.1:8080';

/** The base URL without a slash at its end. Throws a usage failure where it is no http(s) URL. */
export function resolveEndpoint(
  option: string | undefined,
  env: Readonly<Record<string, string | undefined>>,
): string {
  const text = option ?? (env.HEARTH_ENDPOINT || defaultEndpoint);
  const source = option === undefined ? 'HEARTH_ENDPOINT' : '--endpoint';
  if (!/^https?:\/\//.test(text) || !URL.canParse(text)) {
    throw usageFailure(`${source} is '${text}', which is not a URL; write ${defaultEndpoint}.`);
  }
  const { origin, pathname } = new URL(text);
  return `${origin}${pathname.replace(/\/+$/, '')}`;
}
