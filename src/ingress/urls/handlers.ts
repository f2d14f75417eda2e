/** Who answers at function URLs. */
import type { IngressDeps } from '../deps.js';
import type { Runner } from '../invoke/runner.js';
import type { Handlers } from '../operation.js';
import { keyFetcher } from './fetch-keys.js';
import { FunctionUrls } from './function-urls.js';
import { IssuerKeys } from './issuer-keys.js';
import { Tokens } from './tokens.js';
import { type SignatureCheck, UrlAccess } from './url-access.js';

export function urlHandlers(deps: IngressDeps, runner: Runner, signatures: SignatureCheck) {
  const { catalog, clock, logger } = deps;
  const keys = new IssuerKeys({ clock, logger, fetch: keyFetcher(clock) });
  const access = new UrlAccess(catalog, signatures, new Tokens(keys, clock));
  const urls = new FunctionUrls(deps, runner, access);
  return {
    'call-url': (action, call) => urls.call(action, call),
  } satisfies Partial<Handlers>;
}
