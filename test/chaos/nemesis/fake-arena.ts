/** An arena without processes: its nodes run or do not, and take down what is done to them. */
import type { Arena, ArenaNode, Roles } from '../arena/types.js';

export class FakeArena implements Arena {
  readonly directory = '';
  readonly enterClients = [];
  readonly key = null;
  readonly wire = null;
  readonly done: string[] = [];
  readonly nodes: readonly (ArenaNode & { runs: boolean })[];
  agreedMs: number | null = 5;
  /** What a node answers; by default none does. */
  answer: (number: number, path: string) => string | null = () => null;

  constructor(
    size: number,
    private readonly told: Roles,
  ) {
    this.nodes = Array.from({ length: size }, (_, index) => this.#node(index + 1));
  }

  get balancers(): Arena['balancers'] {
    throw new Error('there are none');
  }

  node(number: number): ArenaNode {
    const node = this.nodes[number - 1];
    if (node === undefined) throw new Error(`there is no node ${number}`);
    return node;
  }

  roles(): Promise<Roles> {
    return Promise.resolve(this.told);
  }

  numberOf(id: string): number {
    return Number(id);
  }

  agreed(): Promise<number | null> {
    return Promise.resolve(this.agreedMs);
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #node(number: number): ArenaNode & { runs: boolean } {
    const did = (what: string): void => {
      this.done.push(`${what} ${number}`);
    };
    return {
      number,
      data: '',
      url: '',
      runs: true,
      pid: null,
      temporary: '',
      noClockFaults: false,
      noDiskFaults: false,
      noCpuFaults: false,
      log: 'the last line',
      async start() {
        did('start');
        this.runs = true;
      },
      async kill() {
        did('kill');
        this.runs = false;
        return 7;
      },
      async stop() {
        did('stop');
        this.runs = false;
        return 0;
      },
      pause: () => did('pause'),
      resume: () => did('resume'),
      setClock: (offsetMs) => did(`clock ${offsetMs}`),
      slowSync: (delayMs) => did(`sync ${delayMs}`),
      fillDisk: async () => did('fill'),
      makeRoom: async () => did('room'),
      setReadOnly: async (readOnly) => did(`read-only ${readOnly}`),
      limitCpu: async (share) => did(`cpu ${share}`),
      sandboxes: () => [],
      ask: async (_method, path) => {
        const text = this.answer(number, path);
        if (text === null) throw new Error(`node ${number} does not answer`);
        return { status: 200, headers: {}, text };
      },
      keepLog: () => Promise.resolve(),
    };
  }
}
