/** Small runs for tests of checks and reports: one in which all is well, of which a test changes something. */
import type {
  Census,
  FaultRecord,
  LoadRecord,
  NodeCensus,
  Probe,
  RequestRecord,
  RunRecord,
} from '../records.js';

const nodes = 5;
/** The run begins here, for clocks of machines do not begin at 0. */
export const sampleBeganMs = 1_000_000;
const everyMs = 10;
const lastsMs = 40_000;

export function request(changes: Partial<RequestRecord> = {}): RequestRecord {
  const dueMs = changes.dueMs ?? sampleBeganMs;
  return {
    id: 'one',
    kind: 'invoke',
    functionName: 'zipf-1',
    through: 'nginx',
    dueMs,
    endMs: dueMs + 5,
    status: 200,
    error: null,
    answeredBy: 'node',
    entered: [2],
    ranOn: 2,
    hops: 0,
    version: null,
    label: null,
    leastVersion: null,
    ...changes,
  };
}

/** A synchronous request that was answered by 502. */
export function failure(changes: Partial<RequestRecord> = {}): RequestRecord {
  return request({ id: 'failed', status: 502, error: 'ServiceException', ranOn: null, ...changes });
}

/** Times of faults are counted from the run's begin. */
export function fault(changes: Partial<FaultRecord> = {}): FaultRecord {
  const beganMs = sampleBeganMs + (changes.beganMs ?? 10_000);
  const mendedMs =
    changes.mendedMs === undefined ? beganMs + 6000 : sampleBeganMs + changes.mendedMs;
  const agreedMs = changes.agreedMs === undefined ? mendedMs + 800 : changes.agreedMs;
  return {
    name: 'kill the Master',
    kind: 'death',
    nodes: [1],
    master: 1,
    deaths: [],
    probes: [],
    notes: [],
    oddities: [],
    ...changes,
    beganMs,
    mendedMs,
    agreedMs,
  };
}

/** The Master of the sample, node 1, is killed 10 s into the run. */
export function masterKill(changes: Partial<FaultRecord> = {}): FaultRecord {
  const atMs = sampleBeganMs + (changes.beganMs ?? 10_000);
  return fault({ deaths: [{ who: 1, atMs, goneMs: atMs + 5 }], ...changes });
}

/** `atMs` counts from the run's begin. */
export function probe(changes: Partial<Probe> = {}): Probe {
  const what = changes.what ?? 'invoke';
  const side = changes.side ?? 'minority';
  const refused = what === 'write' && side === 'minority';
  return {
    what,
    side,
    node: side === 'minority' ? 5 : 1,
    tookMs: refused ? 900 : 8,
    status: refused ? 503 : 200,
    isRetryable: refused,
    text: '',
    ...changes,
    atMs: sampleBeganMs + (changes.atMs ?? 24_000),
  };
}

/** Nodes 4 and 5 are cut off from the others 22 s into the run, for 6 s. */
export function minorityCut(changes: Partial<FaultRecord> = {}): FaultRecord {
  return fault({
    name: 'cut a majority from a minority',
    kind: 'cut',
    nodes: [4, 5],
    beganMs: 22_000,
    probes: [
      probe(),
      probe({ what: 'write' }),
      probe({ what: 'write', side: 'majority', atMs: 25_000 }),
    ],
    ...changes,
  });
}

export function census(changes: Partial<NodeCensus> = {}): Census {
  const each = (node: number): NodeCensus => ({
    node,
    residentBytes: 120e6,
    descriptors: 90,
    sockets: 40,
    processes: 20,
    cgroups: 30,
    files: 100,
    fileBytes: 5e6,
    ...(node === 3 ? changes : {}),
  });
  return {
    atMs: sampleBeganMs,
    nodes: Array.from({ length: nodes }, (_, index) => each(index + 1)),
  };
}

export type RunChanges = Partial<Omit<RunRecord, 'load'>> & { readonly load?: Partial<LoadRecord> };

/** All is well; `load.requests` come beside those of the sample, what else is changed stands in its place. */
export function sampleRun(changes: RunChanges = {}): RunRecord {
  const { load = {}, ...rest } = changes;
  const { requests: more = [], ...parts } = load;
  const requests = [...steady(), ...changesOfVersions(), ...more];
  const everywhere = Array.from({ length: nodes }, (_, index) => index + 1);
  return {
    seed: 7,
    minutes: 1,
    nodes,
    rate: 100,
    sandbox: 'process',
    only: [],
    skipped: [],
    faults: [masterKill(), minorityCut()],
    before: census(),
    after: census(),
    ...rest,
    load: {
      beganMs: sampleBeganMs,
      endedMs: sampleBeganMs + lastsMs,
      requests,
      ledger: requests.flatMap(({ id, functionName, dueMs, kind, version }) => {
        const runs = ['invoke', 'idempotent', 'chained', 'event'].includes(kind);
        return runs ? [{ id, functionName, version: version ?? 0, atMs: dueMs + 2 }] : [];
      }),
      outcomes: requests
        .filter(({ kind }) => kind === 'event')
        .map(({ id }) => ({ id, status: 'done' })),
      delivering: ['told'],
      delivered: requests.filter(({ functionName }) => functionName === 'told').map(({ id }) => id),
      versions: everywhere.flatMap((node) => [
        { node, functionName: 'zipf-1', version: 1, label: 'first' },
        { node, functionName: 'zipf-1', version: 2, label: 'second' },
      ]),
      aliases: everywhere.map((node) => ({ node, functionName: 'zipf-1', version: 2 })),
      registers: [
        {
          process: 'a',
          key: 'r',
          input: { kind: 'write', value: 1 },
          output: { kind: 'done' },
          calledAt: 1,
          returnedAt: 2,
        },
        {
          process: 'b',
          key: 'r',
          input: { kind: 'read' },
          output: { kind: 'value', value: 1 },
          calledAt: 3,
          returnedAt: 4,
        },
      ],
      lists: [
        {
          process: 'a',
          key: 'l',
          input: { kind: 'append', value: 1 },
          output: { kind: 'offset', offset: 0 },
          calledAt: 1,
          returnedAt: 2,
        },
        {
          process: 'b',
          key: 'l',
          input: { kind: 'read' },
          output: { kind: 'list', values: [1] },
          calledAt: 3,
          returnedAt: 4,
        },
      ],
      oddities: [],
      stalls: [],
      ...parts,
    },
  };
}

/** One every 10 ms: some of each kind, over all nodes. */
function steady(): RequestRecord[] {
  return Array.from({ length: lastsMs / everyMs }, (_, index) => {
    const node = (index % nodes) + 1;
    const kind = (['invoke', 'idempotent', 'chained', 'event'] as const)[index % 4] ?? 'invoke';
    const isEvent = kind === 'event';
    return request({
      id: `q${index}`,
      kind,
      functionName: isEvent ? 'told' : 'zipf-1',
      through: index % 2 === 0 ? 'nginx' : 'haproxy',
      dueMs: sampleBeganMs + index * everyMs,
      endMs: sampleBeganMs + index * everyMs + 4 + (index % 7),
      status: isEvent ? 202 : 200,
      entered: [node],
      ranOn: isEvent ? null : node,
      // the alias moves from 1 to 2 half-way
      version: isEvent ? null : index * everyMs < lastsMs / 2 ? 1 : 2,
      leastVersion: kind === 'chained' && index * everyMs >= lastsMs / 2 ? 2 : null,
    });
  });
}

function changesOfVersions(): RequestRecord[] {
  const atMs = sampleBeganMs + lastsMs / 2 - 100;
  return [
    request({ id: 'p2', kind: 'publish', status: 201, dueMs: atMs, version: 2, label: 'second' }),
    request({ id: 's2', kind: 'switch', dueMs: atMs + 20, version: 2 }),
  ];
}
