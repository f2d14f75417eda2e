/** GetAccountSettings: what the cluster holds, and what it can hold and run at most. */
import type { CatalogService } from '../../catalog/index.js';
import { type ClusterView, limits } from '../../types/index.js';
import type { Answers } from '../form/answers.js';
import { jsonReply, type Reply } from '../http/http.js';
import type { Handlers, Operation } from '../operation.js';

export type AccountAction = { readonly kind: 'get-account-settings' };

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetAccountSettings.html */
export const accountOperations: readonly Operation[] = [
  {
    name: 'GetAccountSettings',
    method: 'GET',
    path: '/2016-08-19/account-settings',
    parse: () => ({ kind: 'get-account-settings' }),
  },
];

export function accountHandlers(
  catalog: Pick<CatalogService, 'usage'>,
  view: () => ClusterView,
  answers: Answers,
) {
  return {
    'get-account-settings': () => answers.read(async () => accountSettings(catalog, view())),
  } satisfies Partial<Handlers>;
}

function accountSettings(catalog: Pick<CatalogService, 'usage'>, view: ClusterView): Reply {
  const { functions, codeBytes, reservedConcurrency } = catalog.usage();
  const executions = Math.max(1, alive(view)) * limits.sandboxesPerNodeMax;
  return jsonReply(200, {
    AccountLimit: {
      TotalCodeSize: codeBytesMax,
      CodeSizeUnzipped: limits.unzippedBytesMax,
      CodeSizeZipped: limits.zipBytesMax,
      ConcurrentExecutions: executions,
      UnreservedConcurrentExecutions: Math.max(0, executions - reservedConcurrency),
    },
    AccountUsage: { TotalCodeSize: codeBytes, FunctionCount: functions },
  });
}

/** All that may be there, each at its largest. */
const codeBytesMax =
  (limits.functionsMax + limits.versionsMax + limits.layerVersionsMax) * limits.zipBytesMax;

function alive({ nodes }: ClusterView): number {
  return nodes.filter(({ status }) => status === 'alive').length;
}
