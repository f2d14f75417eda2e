/** What functions print, of the whole cluster and of one node. */
import type { Operation } from '../operation.js';
import { logQuery } from './log-query.js';
import { nodeLogQuery } from './node-log.js';

export const logOperations: readonly Operation[] = [
  {
    name: 'ReadLogs',
    method: 'GET',
    path: '/_hearth/logs/{}',
    on: 'function',
    parse: ({ subject, head, options }) => {
      const query = new URLSearchParams(head.query);
      return { kind: 'read-logs', query: logQuery(subject, query, options.wallMs()) };
    },
  },
  {
    name: 'ReadNodeLogs',
    method: 'GET',
    path: '/_hearth/node-logs/{}',
    who: 'peer',
    parse: ({ subject, head }) => ({
      kind: 'read-node-logs',
      query: nodeLogQuery(subject, new URLSearchParams(head.query)),
    }),
  },
];
