/** Finds lines of the audit on this node, and merges those of all nodes, the last first. */
import * as z from 'zod';
import type { RotatingLines } from '../../lib/index.js';
import { type AskNodesDeps, askNodes } from '../form/ask-nodes.js';
import { jsonReply } from '../http/http.js';
import type { Handlers } from '../operation.js';
import { type AuditLine, auditLine } from './auditor.js';
import { type AuditAction, type AuditQuery, nodeAuditPath } from './operations.js';

export interface AuditDeps extends AskNodesDeps {
  readonly audit: Pick<RotatingLines, 'newestFirst'>;
}

const nodeAnswer = z.array(auditLine);
const noStore = { 'cache-control': 'no-store' };

export function auditHandlers(deps: AuditDeps) {
  return {
    'read-audit': async ({ query }) => {
      const here = () => linesHere(deps, query);
      const { answers, missing } = await askNodes(deps, nodeAuditPath(query), nodeAnswer, here);
      const lines = answers
        .flatMap(({ node, answer }) => answer.map((line) => ({ node, ...line })))
        .sort((a, b) => (a.at < b.at ? 1 : -1))
        .slice(0, query.most);
      return jsonReply(200, { lines, missing }, noStore);
    },
    'node-audit': async ({ query }) => jsonReply(200, await linesHere(deps, query)),
  } satisfies Partial<Handlers> & Pick<Handlers, AuditAction['kind']>;
}

async function linesHere({ audit }: AuditDeps, query: AuditQuery): Promise<AuditLine[]> {
  const found: AuditLine[] = [];
  for await (const text of audit.newestFirst()) {
    const line = lineOf(text);
    if (line === null) continue;
    const atMs = Date.parse(line.at);
    if (atMs < query.sinceMs || found.length >= query.most) break;
    if (atMs < query.untilMs && isAsked(line, query)) found.push(line);
  }
  return found;
}

function isAsked({ caller, on }: AuditLine, query: AuditQuery): boolean {
  if (query.caller !== null && caller !== query.caller) return false;
  return query.on === null || on.includes(query.on);
}

/** Null for one that the node's death has cut. */
function lineOf(text: string): AuditLine | null {
  try {
    return auditLine.parse(JSON.parse(text));
  } catch {
    return null;
  }
}
