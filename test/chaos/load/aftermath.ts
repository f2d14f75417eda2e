/** After the load: what the cluster itself tells of events, versions and aliases, and what functions wrote down. */
import { functions } from '../../e2e/histories/settings.js';
import type { Arena, ArenaNode } from '../arena/types.js';
import {
  type AliasRecord,
  type EventOutcome,
  type LedgerEntry,
  type LoadRecord,
  monotonicMs,
  type VersionRecord,
} from '../records.js';
import { aliasName, listed, outcomeStream, switchedFunctions } from './functions.js';
import { readLines } from './journal.js';
import { isFirst } from './schedule.js';
import { comesTrue, page, running, told } from './teller.js';

export type Aftermath = Pick<
  LoadRecord,
  'ledger' | 'outcomes' | 'delivered' | 'versions' | 'aliases' | 'oddities'
>;

const eventsTimeoutMs = 90_000;
const pageTimeoutMs = 30_000;
const pageItems = 1000;
const pending = ['queued', 'waiting', 'delivering'];

/** `accepted`: the events that were answered by 202. */
export async function aftermath(
  arena: Arena,
  accepted: readonly string[],
  ledgerFile: string,
): Promise<Aftermath> {
  const oddities: string[] = [];
  const nodes = running(arena);
  const [first] = nodes;
  if (first === undefined) throw new Error('no node runs that could be asked');
  /** What cannot be found out is said in words, and nothing else is lost by it. */
  const orElse = async <Value>(what: string, ask: () => Promise<Value>, none: Value) => {
    try {
      return await ask();
    } catch (error) {
      oddities.push(`${what} could not be asked at the end: ${(error as Error).message}`);
      return none;
    }
  };
  if (!(await noneIsPending(first))) {
    oddities.push(`asynchronous invocations were still pending after ${eventsTimeoutMs / 1000} s`);
  }
  const outcomes = await orElse('events', () => outcomesOf(nodes, accepted), []);
  const delivered = await orElse('the stream', () => deliveredTo(first), []);
  const versions = await orElse('versions', () => ofEach(nodes, versionsOf), []);
  const aliases = await orElse('aliases', () => ofEach(nodes, aliasesOf), []);
  return { ledger: await ledger(ledgerFile), outcomes, delivered, versions, aliases, oddities };
}

export async function ledger(file: string): Promise<LedgerEntry[]> {
  return (await readLines<LedgerEntry>(file)).filter(({ id }) => !isFirst(id));
}

function noneIsPending(node: ArenaNode): Promise<boolean> {
  return comesTrue(async () => {
    for (const status of pending) {
      const path = `/_hearth/events?status=${status}&limit=1`;
      const { body } = await told(node, 'GET', path, undefined, 200);
      if (body.events.length > 0) return false;
    }
    return true;
  }, monotonicMs() + eventsTimeoutMs);
}

async function outcomesOf(
  nodes: readonly ArenaNode[],
  accepted: readonly string[],
): Promise<EventOutcome[]> {
  const statuses = new Map<string, string>();
  const missing = (): string[] => accepted.filter((id) => !statuses.has(id));
  // what one node does not know, another may
  for (const node of nodes) {
    if (missing().length === 0) break;
    for (let after: number | null = 0; after !== null; ) {
      const path = `/_hearth/events?limit=${pageItems}&after=${after}`;
      const { events, next } = await page(node, path, monotonicMs() + pageTimeoutMs);
      for (const { requestId, status } of events) statuses.set(requestId, status);
      after = next;
    }
  }
  return accepted.map((id) => ({ id, status: statuses.get(id) ?? null }));
}

async function deliveredTo(node: ArenaNode): Promise<string[]> {
  const ids: string[] = [];
  for (let after = 0; ; ) {
    const path = `/_hearth/streams/${outcomeStream}?limit=${pageItems}&after=${after}`;
    const { records, next } = await page(node, path, monotonicMs() + pageTimeoutMs);
    if (records.length === 0) return ids.filter((id) => !isFirst(id));
    for (const { data } of records) ids.push(String(data.requestPayload.id));
    after = next;
  }
}

async function ofEach<Item>(
  nodes: readonly ArenaNode[],
  ask: (node: ArenaNode) => Promise<Item[]>,
): Promise<Item[]> {
  return (await Promise.all(nodes.map(ask))).flat();
}

async function versionsOf(node: ArenaNode): Promise<VersionRecord[]> {
  const records: VersionRecord[] = [];
  for (const functionName of listed) {
    let marker = '';
    do {
      const path = `${functions}/${functionName}/versions?Marker=${marker}`;
      const { Versions, NextMarker = '' } = await page(node, path, monotonicMs() + pageTimeoutMs);
      for (const { Version, Description } of Versions) {
        if (Version === '$LATEST') continue;
        const version = Number(Version);
        records.push({ node: node.number, functionName, version, label: Description });
      }
      marker = NextMarker;
    } while (marker !== '');
  }
  return records;
}

async function aliasesOf(node: ArenaNode): Promise<AliasRecord[]> {
  const asked = switchedFunctions.map(async (functionName) => {
    const path = `${functions}/${functionName}/aliases/${aliasName}`;
    const { FunctionVersion } = await page(node, path, monotonicMs() + pageTimeoutMs);
    return { node: node.number, functionName, version: Number(FunctionVersion) };
  });
  return Promise.all(asked);
}
