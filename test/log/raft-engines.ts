/** Clusters of RaftLogs for the conformance suite: as they are, or each with one fault put in. */
import type { LogStorage, ReplicatedLog, StateMachine } from '../../src/log/index.js';
import type { Engine, EngineCluster } from './conformance.js';
import { Group, type Member, type MemberOptions } from './group.js';

/** What is wrong with the engines, seen from outside. */
export interface Fault {
  readonly member?: MemberOptions;
  readonly wrapLog?: (log: ReplicatedLog, group: Group) => ReplicatedLog;
}

export async function raftEngines(size: number, fault: Fault = {}): Promise<EngineCluster> {
  const group = new Group();
  await group.grow(size, { snapshotBytesMin: 1000, ...fault.member });
  const engineOf = (member: Member): Engine => ({
    id: member.id,
    get machine() {
      return member.machine;
    },
    get log() {
      return fault.wrapLog?.(member.log, group) ?? member.log;
    },
  });
  const engines = group.members.map(engineOf);
  return {
    engines,
    async leader() {
      const { id } = await group.newLeader();
      return engines.find((engine) => engine.id === id) ?? engineOf(group.leader());
    },
    async restart({ id }) {
      const member = group.members.find((each) => each.id === id);
      if (member === undefined) return;
      await group.settled(member.log.stop());
      await group.restart(member);
    },
    cutOff(...cut) {
      group.cutOff.clear();
      for (const { id } of cut) group.cutOff.add(id);
    },
    pass: (forMs) => group.pass(forMs),
    settled: (promise) => group.settled(promise),
    async stop() {
      for (const { log } of group.members) await group.settled(log.stop());
    },
  };
}

/** By what it does wrong: the fault, and the beginning of a promise that it breaks. */
export const faults: readonly (Fault & { readonly name: string; readonly breaks: string })[] = [
  {
    name: 'acknowledges before a majority has it',
    breaks: 'a minority that is cut off',
    wrapLog: (log) => ({
      ...bound(log),
      async propose(kind, data) {
        const { state, lastIndex } = log.status();
        const proposal = log.propose(kind, data);
        if (state !== 'leader') return proposal;
        proposal.catch(() => undefined);
        return lastIndex + 1;
      },
    }),
  },
  {
    name: 'delivers twice',
    breaks: 'proposals get rising indexes',
    member: {
      wrapMachine: (machine) => ({
        ...passedOn(machine),
        committed(entries) {
          machine.committed(entries);
          machine.committed(entries);
        },
      }),
    },
  },
  {
    name: 'delivers in another order',
    breaks: 'proposals get rising indexes',
    member: {
      wrapMachine: (machine) => ({
        ...passedOn(machine),
        committed: (entries) => machine.committed(entries.toReversed()),
      }),
    },
  },
  {
    name: 'leaves out what comes with something else',
    breaks: 'proposals get rising indexes',
    member: {
      wrapMachine: (machine) => ({
        ...passedOn(machine),
        committed: (entries) => machine.committed(entries.slice(-1)),
      }),
    },
  },
  {
    name: 'forgets what was given to it before a restart',
    breaks: 'nothing that was acknowledged is missing',
    wrapLog: (log, group) => ({
      ...bound(log),
      async stop() {
        await log.stop();
        const member = group.members.find((each) => each.log === log);
        if (member !== undefined) forgetLast(member);
      },
    }),
  },
  {
    name: 'reads without asking the others',
    breaks: 'a minority that is cut off',
    wrapLog: (log) => ({
      ...bound(log),
      async readIndex() {
        const { state, commitIndex } = log.status();
        return state === 'leader' ? commitIndex : log.readIndex();
      },
    }),
  },
  {
    name: 'reads what was committed a while ago',
    breaks: 'a read covers everything',
    wrapLog: (log) => ({ ...bound(log), readIndex: async () => (await log.readIndex()) - 1 }),
  },
  {
    name: 'takes proposals on every node',
    breaks: 'proposals and reads are refused',
    wrapLog: (log, group) => ({
      ...bound(log),
      propose: (kind, data) => group.leader().log.propose(kind, data),
    }),
  },
  {
    name: 'restores nothing',
    breaks: 'a state from a snapshot',
    member: {
      wrapMachine: (machine) => ({ ...passedOn(machine), restore: async () => undefined }),
    },
  },
  {
    name: 'does not say who leads',
    breaks: 'all agree on who leads',
    wrapLog: (log) => ({ ...bound(log), status: () => ({ ...log.status(), leader: null }) }),
  },
  {
    name: 'leaves callers waiting when it stops',
    breaks: 'a stop refuses what waits',
    wrapLog: (log) => ({
      ...bound(log),
      propose: (kind, data) =>
        log.propose(kind, data).catch(() => new Promise<number>(() => undefined)),
    }),
  },
];

function bound(log: ReplicatedLog): ReplicatedLog {
  return {
    start: () => log.start(),
    stop: () => log.stop(),
    propose: (kind, data) => log.propose(kind, data),
    readIndex: () => log.readIndex(),
    status: () => log.status(),
  };
}

function passedOn(machine: StateMachine): StateMachine {
  return {
    committed: (entries) => machine.committed(entries),
    snapshot: () => machine.snapshot(),
    restore: (index, parts) => machine.restore(index, parts),
  };
}

/** Its disk loses the last entries, as if they had never been synced. */
function forgetLast(member: Member): void {
  const { disk } = member;
  const { content } = disk;
  const whole = disk.open.bind(disk);
  const open: LogStorage['open'] = async () => {
    await whole();
    const kept = content.entries.slice(0, -10);
    const commitIndex = kept.at(-1)?.index ?? content.snapshot?.index ?? 0;
    return { ...content, entries: kept, hardState: { ...content.hardState, commitIndex } };
  };
  Object.assign(disk, { open });
}
