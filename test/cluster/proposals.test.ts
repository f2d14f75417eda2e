import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { ClusterCore, type Peers } from '../../src/cluster/index.js';
import { Proposals } from '../../src/cluster/proposals.js';
import { methods } from '../../src/cluster/rpc.js';
import { SimulatedClock } from '../../src/lib/index.js';
import type { LogStatus, ReplicatedLog } from '../../src/log/index.js';
import { HearthError, nodeId } from '../../src/types/index.js';

const self = nodeId('1'.repeat(32));
const other = nodeId('2'.repeat(32));

function member(id: typeof self, status: 'alive' | 'suspect' = 'alive') {
  const meta = {
    http: '',
    release: '',
    joinedAt: 1,
    load: 0,
    waiting: 0,
    freeMemoryMb: 0,
    degraded: false,
    cohort: 0,
  };
  return { id, generation: 1, incarnation: 1, status, cluster: `${id[0]}:1`, meta };
}

/** Proposals on a node, over a log that does what `leader` says and peers that answer as told. */
function makeProposals({ leader = self as typeof self | null, commits = true } = {}) {
  const clock = new SimulatedClock();
  const core = new ClusterCore({ id: self, generation: 1, http: '', cluster: '', release: '' });
  core.membersChanged([member(self), member(other)], 0);
  const never = new Promise<never>(() => {});
  const state = {
    leader,
    commits,
    passedOn: 0,
    /** What other nodes do with a command, and with the question whether they lead. */
    takes: true as boolean | (() => Promise<void>),
    confirms: true as boolean | (() => Promise<void>),
  };
  const log = {
    status: (): LogStatus => ({
      state: state.leader === self ? 'leader' : 'follower',
      term: 1,
      leader: state.leader,
      voters: [self],
      lastIndex: 7,
      commitIndex: 7,
      quorum: state.leader !== null,
      changing: false,
      mute: false,
      diskFull: false,
    }),
    propose: async () => {
      if (!state.commits) throw new HearthError('no-quorum', 'lost the lead');
      return 7;
    },
    readIndex: async () => 7,
  } as unknown as ReplicatedLog;
  const peers = {
    call: (_: string, method: unknown) => {
      const isCommand = method === methods.propose;
      if (isCommand) state.passedOn += 1;
      const does = isCommand ? state.takes : state.confirms;
      if (does === false) return never;
      const done = does === true ? Promise.resolve() : does();
      return done.then(() => ({ accepted: true, index: 8, known: true }));
    },
  } as unknown as Peers;
  return { clock, core, state, proposals: new Proposals(clock, core, log, peers, 'c') };
}

/** Lets promises run, and time pass in small steps, each with a look: no real time does. */
async function pass(clock: SimulatedClock, ms: number, proposals?: Proposals): Promise<void> {
  for (let passed = 0; passed < ms; passed += 10) {
    clock.advance(10);
    proposals?.check();
    await turn();
  }
}

/** What a promise has come to once everything that can run has run. */
async function outcomeOf(promise: Promise<unknown>): Promise<unknown> {
  let outcome: unknown = 'pending';
  const settle = (value: unknown): void => {
    outcome = value;
  };
  promise.then(settle, settle);
  await turn();
  return outcome;
}

test('a command is answered when every member that answers has applied it, not before', async () => {
  const { core, proposals } = makeProposals();
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  core.applied(self, 7);
  proposals.check();
  assert.equal(await outcomeOf(answer), 'pending');
  core.applied(other, 7);
  proposals.check();
  assert.equal(await outcomeOf(answer), 7);
});

test('a command that need not be seen everywhere is answered when it is committed', async () => {
  const { proposals } = makeProposals();
  assert.equal(await outcomeOf(proposals.propose(new Uint8Array(), 'committed')), 7);
});

test('a member that hangs holds a command up for a second at most, a suspect not at all', async () => {
  const { clock, core, proposals } = makeProposals();
  core.applied(self, 7);
  const slow = proposals.propose(new Uint8Array(), 'everywhere');
  await pass(clock, 500);
  proposals.check();
  assert.equal(await outcomeOf(slow), 'pending');
  await pass(clock, 600);
  proposals.check();
  assert.equal(await outcomeOf(slow), 7);
  core.membersChanged([member(self), member(other, 'suspect')], 0);
  assert.equal(await outcomeOf(proposals.propose(new Uint8Array(), 'everywhere')), 7);
});

test('elsewhere than on the leader a command is passed on to it', async () => {
  const { state, proposals } = makeProposals({ leader: other });
  assert.equal(await outcomeOf(proposals.propose(new Uint8Array(), 'everywhere')), 8);
  assert.equal(state.passedOn, 1);
});

test('a command waits out an election', async () => {
  const { clock, state, proposals } = makeProposals({ leader: null });
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  await pass(clock, 600);
  assert.equal(await outcomeOf(answer), 'pending');
  state.leader = other;
  await pass(clock, 100);
  assert.equal(await outcomeOf(answer), 8);
});

test('without any leader a command is refused within a second, to be tried again', async () => {
  const { clock, proposals } = makeProposals({ leader: null });
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 600);
  assert.equal(await outcomeOf(answer), 'pending');
  await pass(clock, 250);
  await assert.rejects(answer, { code: 'no-quorum', details: { retryAfterS: 1 } });
  await assert.rejects(answer, /nothing was changed/);
});

test('while there has been no leader for long, a command waits for one only shortly', async () => {
  const { clock, proposals } = makeProposals({ leader: null });
  proposals.propose(new Uint8Array(), 'everywhere').catch(() => {});
  await pass(clock, 2000);
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 250);
  assert.equal(await outcomeOf(answer), 'pending');
  await pass(clock, 150);
  await assert.rejects(answer, { code: 'no-quorum' });
});

test('a command whose leader says nothing any more is refused within a second, and may still happen', async () => {
  const { clock, state, proposals } = makeProposals({ leader: other });
  Object.assign(state, { takes: false, confirms: false });
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 950, proposals);
  await assert.rejects(answer, { code: 'no-quorum', details: { retryAfterS: 1 } });
  await assert.rejects(answer, /may still happen, so look before/);
});

test('a question to the silent leader before counts among what a command waits', async () => {
  const { clock, state, proposals } = makeProposals({ leader: other });
  Object.assign(state, { takes: false, confirms: false });
  state.leader = null;
  await proposals.readIndex();
  await pass(clock, 400);
  state.leader = other;
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 500, proposals);
  await assert.rejects(answer, { code: 'no-quorum' });
});

test('a doubt from long ago costs no command its place where the leader is slow and leads', async () => {
  const { clock, state, proposals } = makeProposals({ leader: null });
  await proposals.readIndex();
  await pass(clock, 5000, proposals);
  state.leader = other;
  state.takes = false;
  state.confirms = () => new Promise((resolve) => void clock.after(200, resolve));
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 600, proposals);
  assert.equal(await outcomeOf(answer), 'pending');
});

test('a command waits long for a leader that is slow and says that it leads', async () => {
  const { clock, state, proposals } = makeProposals({ leader: other });
  state.takes = false;
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 5000, proposals);
  assert.equal(await outcomeOf(answer), 'pending');
  state.confirms = false;
  await pass(clock, 1100, proposals);
  await assert.rejects(answer, { code: 'no-quorum' });
});

test('a command whose answer lies unread while its node stands still is answered all the same', async () => {
  const { clock, state, proposals } = makeProposals({ leader: other });
  let answerIt = (): void => {};
  state.takes = () =>
    new Promise<void>((resolve) => {
      answerIt = resolve;
    });
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  answer.catch(() => {});
  await pass(clock, 100, proposals);
  clock.advance(5000);
  proposals.check();
  answerIt();
  assert.equal(await outcomeOf(answer), 8);
});

test('a command whose leader says nothing any more is offered to the next one at once', async () => {
  const third = nodeId('3'.repeat(32));
  const { clock, core, state, proposals } = makeProposals({ leader: other });
  core.membersChanged([member(self), member(other), member(third)], 0);
  Object.assign(state, { takes: false, confirms: false });
  const answer = proposals.propose(new Uint8Array(), 'committed');
  await pass(clock, 500, proposals);
  Object.assign(state, { takes: true, confirms: true, leader: third });
  proposals.leaderChanged();
  await pass(clock, 60, proposals);
  assert.equal(await outcomeOf(answer), 8);
  assert.equal(state.passedOn, 2);
});

test('a command whose leader loses the lead is tried again, for a bounded time', async () => {
  const { clock, core, state, proposals } = makeProposals({ commits: false });
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  await pass(clock, 200);
  assert.equal(await outcomeOf(answer), 'pending');
  state.commits = true;
  core.applied(self, 7);
  core.applied(other, 7);
  await pass(clock, 100);
  assert.equal(await outcomeOf(answer), 7);
});

test('a read with nobody to confirm it says so', async () => {
  assert.equal(await makeProposals({ leader: null }).proposals.readIndex(), null);
  assert.equal(await makeProposals({ leader: other }).proposals.readIndex(), 8);
  assert.equal(await makeProposals().proposals.readIndex(), 7);
});

test('a command that waits for a leader is offered at once when there is one', async () => {
  const { state, proposals } = makeProposals({ leader: null });
  const answer = proposals.propose(new Uint8Array(), 'everywhere');
  await turn();
  state.leader = other;
  assert.equal(await outcomeOf(answer), 'pending');
  proposals.leaderChanged();
  assert.equal(await outcomeOf(answer), 8);
});
