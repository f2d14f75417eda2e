import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  decodeRolloutCommand,
  encodeRolloutCommand,
  firstState,
  type RolloutCommand,
  RolloutMachine,
  type RolloutState,
  rolloutCommandTag,
  type Step,
  steps,
} from '../../../src/rollout/index.js';
import { advance, after, before, begin, Fed, forward, node } from './commands.js';

/** Written down a second time: a change of the table is to be meant. */
const legal: Readonly<Record<Step, readonly Step[]>> = {
  detected: ['starting-canaries', 'replacing-back'],
  'starting-canaries': ['baking-canaries', 'replacing-back'],
  'baking-canaries': ['starting-canaries', 'handing-over', 'replacing-back'],
  'handing-over': ['handing-over', 'moving', 'replacing-back'],
  moving: ['draining', 'moving-back'],
  draining: ['draining-last', 'moving-back'],
  'draining-last': ['baking', 'moving-back'],
  baking: ['moving-back', 'finalised'],
  'moving-back': ['replacing-back'],
  'replacing-back': ['moving-back', 'rolled-back'],
  finalised: [],
  'rolled-back': [],
};

test('a step follows only those steps that it may follow, pair by pair', () => {
  for (const from of steps) {
    const taken = steps.filter((to) => {
      const fed = new Fed().to(from);
      const { state } = fed.machine;
      const outcome = fed.feed(advance(to));
      if (outcome !== 'done') assert.equal(fed.machine.state, state, `${from} to ${to}`);
      return outcome === 'done';
    });
    assert.deepEqual(
      taken,
      steps.filter((to) => legal[from].includes(to)),
      from,
    );
  }
});

test('a command about an older revision changes nothing and says that things have moved on', () => {
  const fed = new Fed().to('draining');
  const { state } = fed.machine;
  const { revision } = fed.current;
  const about = { revision: revision - 1, atMs: 3_000 };
  const old: readonly RolloutCommand[] = [
    advance('draining-last', about),
    { kind: 'told', text: 'late', ...about },
    { kind: 'pause', by: 'me', ...about },
    { kind: 'abort', by: 'me', ...about },
    { kind: 'overdue', host: 'h', place: 'p', ...about },
    {
      kind: 'starting',
      note: { host: 'h', place: 'p', version: after.version, atMs: 3_000 },
      ...about,
    },
  ];
  for (const command of old) {
    assert.equal(
      fed.feed(command),
      `rollout 1 to 0.3.0 has moved on since (revision ${revision}, not ${revision - 1}); look again`,
    );
  }
  assert.equal(fed.machine.state, state);
});

test('every command that takes effect raises the revision by one', () => {
  const fed = new Fed().to('starting-canaries');
  const about = { revision: 0, atMs: 3_000 };
  const note = { host: 'h', place: 'p', version: after.version, atMs: 3_000 };
  const commands: readonly RolloutCommand[] = [
    { kind: 'told', text: 'a', ...about },
    { kind: 'starting', note, ...about },
    { kind: 'joined', host: 'h', place: 'p', ...about },
    { kind: 'overdue', host: 'h', place: 'p', ...about },
    { kind: 'pause', by: 'me', ...about },
    { kind: 'resume', by: 'me', ...about },
    advance('baking-canaries'),
  ];
  for (const command of commands) {
    const { revision } = fed.current;
    assert.equal(fed.feed(command), 'done');
    assert.equal(fed.current.revision, revision + 1, command.kind);
  }
  assert.deepEqual(fed.current.starts, [{ ...note, joinedMs: 3_000, overdueMs: 3_000 }]);
});

test('no second rollout begins while one is under way, and the answer says what to do', () => {
  const fed = new Fed().to('draining');
  assert.equal(fed.feed(begin()), 'rollout 1 to 0.3.0 is under way (draining); abort it first');
});

test('what runs, what was rolled back, and what cannot read the log does not begin', () => {
  const fed = new Fed();
  assert.match(fed.feed(begin({ release: { ...after, version: '0.2.0' } })), /0.2.0 is what runs/);
  fed.to('rolled-back');
  assert.match(fed.feed(begin()), /0.3.0 was rolled back \(it is bad\); it is tried again only by/);
  assert.equal(fed.feed(begin({ again: true })), 'done');
  assert.equal(fed.current.id, 2);
  fed.feed({ kind: 'abort', revision: 0, atMs: 1, by: 'me' });
  fed.feed(advance('rolled-back'));
  assert.equal(fed.feed({ kind: 'format', level: 3 }), 'done');
  assert.match(fed.feed(begin({ release: { ...before, version: '0.1.9' } })), /cannot read format/);
});

test('the lead moves with its step: the number rises, there and back', () => {
  const fed = new Fed().to('handing-over');
  assert.equal(fed.machine.state.cohort, null);
  assert.match(fed.feed(advance('moving', { lead: before.version })), /moving takes 0.3.0/);
  fed.feed(advance('moving'));
  assert.deepEqual(fed.machine.state.cohort, { number: 1, version: '0.3.0' });
  assert.match(fed.feed(advance('draining', { lead: '0.3.0' })), /draining takes no version/);
  fed.feed(advance('moving-back'));
  assert.deepEqual(fed.machine.state.cohort, { number: 2, version: '0.2.0' });
});

test('a target is named by handing-over and by nothing else, and the way back needs a reason', () => {
  const fed = new Fed().to('baking-canaries');
  const bare = { kind: 'advance', revision: 0, atMs: 1, text: 'x' } as const;
  assert.match(fed.feed({ ...bare, to: 'handing-over' }), /takes over is named by handing-over/);
  assert.match(fed.feed({ ...bare, to: 'replacing-back' }), /replacing-back needs a reason/);
  assert.match(fed.feed(advance('replacing-back', { target: node(3) })), /takes over is named/);
  fed.feed(advance('handing-over'));
  assert.equal(fed.current.target, node(9));
});

test('an abort goes back from wherever it is, with the lead where that had moved', () => {
  const abort = { kind: 'abort', revision: 0, atMs: 5_000, by: 'anna' } as const;
  for (const step of forward.slice(0, -1)) {
    const fed = new Fed().to(step);
    fed.feed({ kind: 'pause', revision: 0, atMs: 4_000, by: 'anna' });
    assert.equal(fed.feed(abort), 'done');
    const moved = forward.indexOf(step) >= forward.indexOf('moving');
    assert.equal(fed.current.step, moved ? 'moving-back' : 'replacing-back', step);
    assert.equal(fed.machine.state.cohort?.version, moved ? before.version : undefined);
    assert.equal(fed.current.reason, 'aborted by anna');
    assert.equal(fed.current.paused, null, 'who aborts wants it carried out');
    assert.match(fed.feed(abort), /goes back already/);
  }
  assert.equal(new Fed().feed(abort), 'no rollout is under way');
});

test('what is finalised raises the format level and never lowers it', () => {
  const fed = new Fed().to('finalised');
  assert.equal(fed.machine.state.formatLevel, 3);
  assert.equal(fed.feed({ kind: 'format', level: 2 }), 'format level 3 is in use');
  assert.equal(fed.machine.state.formatLevel, 3);
  assert.equal(fed.machine.state.past[0]?.endedMs, 2_000);
});

test('a release that is finalised by hand is refused no longer', () => {
  const fed = new Fed().to('rolled-back');
  assert.deepEqual(
    fed.machine.state.refused.map(({ release, reason }) => [release, reason]),
    [['0.3.0 sha256:b', 'it is bad']],
  );
  fed.feed(begin({ again: true }));
  for (const step of forward.slice(1)) fed.feed(advance(step));
  assert.deepEqual(fed.machine.state.refused, []);
});

test('a paused rollout is paused once, and resumed once', () => {
  const fed = new Fed().to('draining');
  const by = { revision: 0, atMs: 7, by: 'anna' } as const;
  assert.match(fed.feed({ kind: 'resume', ...by }), /is not paused/);
  assert.equal(fed.feed({ kind: 'pause', ...by }), 'done');
  assert.deepEqual(fed.current.paused, { by: 'anna', atMs: 7 });
  assert.match(fed.feed({ kind: 'pause', ...by }), /is paused already/);
  assert.equal(fed.feed({ kind: 'resume', ...by }), 'done');
  assert.equal(fed.current.paused, null);
});

test('nodes of the new release are told to start only on the way forward, and of no third one', () => {
  const start = (version: string): RolloutCommand => ({
    kind: 'starting',
    revision: 0,
    atMs: 1,
    note: { host: 'h', place: 'p', version, atMs: 1 },
  });
  for (const step of steps.slice(0, 10)) {
    const fed = new Fed().to(step);
    const isNew = step !== 'detected' && !step.endsWith('-back');
    assert.equal(fed.feed(start(after.version)) === 'done', isNew, step);
    assert.equal(fed.feed(start(before.version)), 'done');
    assert.match(fed.feed(start('0.9.0')), /0.9.0 is neither release/);
  }
});

test('what the state keeps is bounded: story, starts, past rollouts, refused releases, texts', () => {
  const fed = new Fed().to('starting-canaries');
  const about = { revision: 0, atMs: 1 };
  for (let at = 0; at < 210; at++) {
    fed.feed({ kind: 'told', text: `${at}${'x'.repeat(600)}`, ...about });
  }
  for (let at = 0; at < 110; at++) {
    const note = { host: 'h', place: 'p', version: after.version, atMs: at };
    fed.feed({ kind: 'starting', note, ...about });
  }
  assert.equal(fed.current.story.length, 200);
  assert.equal(fed.current.starts.length, 100);
  assert.equal(fed.current.starts.at(-1)?.atMs, 109);
  assert.equal(fed.current.story[0]?.text.length, 500);
  fed.feed(advance('replacing-back'));
  fed.feed(advance('rolled-back'));
  for (let at = 0; at < 60; at++) {
    fed.feed(begin({ release: { ...after, version: `1.0.${at}` } }));
    fed.feed(advance('replacing-back'));
    fed.feed(advance('rolled-back'));
  }
  const { past, refused } = fed.machine.state;
  assert.deepEqual([past.length, refused.length], [20, 50]);
  assert.equal(past[0]?.id, 61, 'ids go on though the oldest are forgotten');
  assert.equal(refused[0]?.release, '1.0.59 sha256:b');
});

test('a snapshot cut wherever gives the same state, and the machine says so', () => {
  const fed = new Fed().to('draining');
  const told: RolloutState[] = [];
  const copy = new RolloutMachine((state) => told.push(state));
  const bytes = Buffer.concat([...fed.machine.snapshot()]);
  copy.restoreBegin();
  for (let at = 0; at < bytes.length; at += 7) copy.restorePart(bytes.subarray(at, at + 7));
  copy.restoreEnd();
  assert.deepEqual(copy.state, fed.machine.state);
  assert.equal(told.length, 1);
  copy.restoreNothing();
  assert.deepEqual(copy.state, firstState);
  assert.equal(told.length, 2);
});

test('who hears of changes does not hear of commands that change nothing', () => {
  let heard = 0;
  const machine = new RolloutMachine(() => heard++);
  machine.apply(1, encodeRolloutCommand(begin()));
  machine.apply(2, encodeRolloutCommand(begin()));
  assert.equal(heard, 1);
  assert.equal(machine.outcomeOf(1)?.kind, 'done');
  assert.equal(machine.outcomeOf(2)?.kind, 'refused');
  assert.equal(machine.outcomeOf(3), undefined);
  for (let index = 3; index < 300; index++) machine.apply(index, encodeRolloutCommand(begin()));
  assert.equal(machine.outcomeOf(2), undefined, 'only the last 256 are kept');
  assert.equal(machine.outcomeOf(299)?.kind, 'refused');
});

test('a command or snapshot of a newer release stops the node, and what is damaged is called so', () => {
  const tagged = (json: string): Buffer =>
    Buffer.concat([Buffer.of(rolloutCommandTag), Buffer.from(json)]);
  const machine = new RolloutMachine();
  assert.throws(() => machine.apply(1, tagged('{"kind":"fly"}')), {
    code: 'storage',
    message: /command "fly".*of a newer release; start that release/,
  });
  for (const json of [
    '{',
    'null',
    '{}',
    '{"kind":"begin"}',
    '{"kind":7}',
    '{"kind":"__proto__"}',
  ]) {
    assert.throws(() => decodeRolloutCommand(tagged(json)), /cannot be read|newer release/, json);
  }
  const restored = (json: string) => (): void => {
    machine.restoreBegin();
    machine.restorePart(Buffer.from(json));
    machine.restoreEnd();
  };
  assert.throws(restored('{"rollouts":2,"state":{}}'), { code: 'storage', message: /newer/ });
  assert.throws(restored('{"rollouts":1,"state":{}}'), { code: 'log-damaged' });
  assert.throws(restored('{"rollouts":1,"st'), { code: 'log-damaged' });
  assert.throws(() => machine.restoreEnd(), { code: 'storage' });
  assert.deepEqual(machine.state, firstState);
});

test('what is encoded is what is read', () => {
  const side = {
    nodes: 1,
    requests: 2,
    failures: 0,
    functionErrors: 0,
    medianMs: null,
    p99Ms: 2.5,
    lagP99Ms: null,
  };
  const comparison = { verdict: 'good', text: 'fine', windowMs: 5, old: side, new: side } as const;
  const about = { revision: 4, atMs: 9 };
  const all: readonly RolloutCommand[] = [
    begin(),
    advance('handing-over', { comparison }),
    { kind: 'told', text: 't', comparison, leaves: node(4), ...about },
    { kind: 'abort', by: 'me', ...about },
    { kind: 'format', level: 2 },
  ];
  for (const command of all) {
    assert.deepEqual(decodeRolloutCommand(encodeRolloutCommand(command)), command);
  }
});
