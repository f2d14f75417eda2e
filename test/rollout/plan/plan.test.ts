import assert from 'node:assert/strict';
import { test } from 'node:test';
import { type Comparison, firstState, plan, type SideFigures } from '../../../src/rollout/index.js';
import { node } from '../machine/commands.js';
import { facts, http, type Lives, Looked, type Shape, settings } from './facts.js';

const five: Lives[] = ['old', 'old', 'old', 'old', 'old', '-'];
const calm: Shape = { hosts: { a: five } };
const withCanary: Shape = { hosts: { a: five.with(5, 'new') } };
/** The new node, 6, rules and leads. */
const moved = { ...withCanary, self: 6, voters: [6, 1, 2] };

test('nothing is wanted without a rollout, while it is paused, and of who is not Master', () => {
  assert.deepEqual(plan(firstState, facts(1, calm), settings), []);
  const looked = new Looked('starting-canaries');
  const other = { ...calm, more: { master: node(2) } };
  assert.deepEqual(looked.look(other), []);
  looked.fed.feed({ kind: 'pause', revision: 0, atMs: 1, by: 'me' });
  assert.deepEqual(looked.look(calm), []);
});

test('every host gets both releases before anything is started', () => {
  const looked = new Looked('detected', 2);
  const shape = { hosts: { a: ['old', '-'], b: ['old', '-'] }, prepared: { a: [], b: ['0.2.0'] } };
  assert.deepEqual(looked.look(shape as Shape), [
    'prepare 0.3.0 on a',
    'prepare 0.2.0 on a',
    'prepare 0.3.0 on b',
  ]);
  assert.deepEqual(looked.look({ ...shape, prepared: {} } as Shape), ['to starting-canaries']);
});

test('a release that a host cannot prepare is given up after a while, with the reason of the host', () => {
  const looked = new Looked('detected');
  const shape = { ...calm, prepared: { a: ['0.2.0'] }, failures: { '0.3.0': 'no such file' } };
  assert.deepEqual(looked.look(shape), ['prepare 0.3.0 on a']);
  assert.deepEqual(looked.look(shape, 31_000), [
    'told waits: a cannot prepare 0.3.0: no such file',
  ]);
  assert.deepEqual(looked.look(shape, 31_000), ['to replacing-back']);
  assert.equal(looked.fed.current.reason, 'a cannot prepare 0.3.0: no such file');
});

test('a rollout waits for the host of every node before it begins', () => {
  const looked = new Looked('detected', 3);
  const shape: Shape = { hosts: { a: ['old', 'old', '-'], b: ['old', '-'] }, hidden: ['b'] };
  assert.deepEqual(looked.look(shape), []);
});

test('a host that never answers ends a rollout that has not begun', () => {
  const looked = new Looked('detected', 3);
  const shape: Shape = { hosts: { a: ['old', 'old', '-'], b: ['old', '-'] }, hidden: ['b'] };
  assert.deepEqual(looked.look(shape, 601_000), ['to replacing-back']);
  assert.equal(
    looked.fed.current.reason,
    'the node at 127.0.0.1:8004 lives in no place that a host tells of',
  );
});

test('a start on a host that is not to be seen for a while is waited for, but not for ever', () => {
  const looked = new Looked('starting-canaries', 2);
  const hosts: Shape['hosts'] = { a: ['old', '-'], b: ['old', '-'] };
  assert.deepEqual(looked.look({ hosts }), ['note 0.3.0 in p2 of b']);
  assert.deepEqual(looked.look({ hosts, hidden: ['b'] }, 20_000), []);
  assert.deepEqual(looked.look({ hosts, hidden: ['b'] }, 41_000), ['note 0.3.0 in p2 of a']);
});

test('a start is told, then carried out at each look until it shows, then waited for', () => {
  const looked = new Looked('starting-canaries');
  assert.deepEqual(looked.look(calm), ['note 0.3.0 in p6 of a']);
  assert.deepEqual(looked.look(calm), ['start 0.3.0 in p6 of a']);
  assert.deepEqual(looked.look(calm), ['start 0.3.0 in p6 of a']);
  const booting = { hosts: { a: five.with(5, 'new-no-member') } };
  assert.deepEqual(looked.look(booting), []);
  assert.deepEqual(looked.look(withCanary), ['to baking-canaries']);
});

test('a node that is no member in time is ended, and started anew in the same place', () => {
  const looked = new Looked('starting-canaries');
  const booting = { hosts: { a: five.with(5, 'new-no-member') } };
  looked.look(calm);
  assert.deepEqual(looked.look(booting, 40_000), [
    'told waits: not every canary of 0.3.0 is a member',
  ]);
  assert.deepEqual(looked.look(booting, 21_000), ['overdue p6 of a']);
  assert.deepEqual(looked.look(booting), []);
  assert.deepEqual(looked.look(booting, 7_000), ['kill 0.3.0 in p6 of a']);
  assert.deepEqual(looked.look(calm), ['note 0.3.0 in p6 of a']);
});

test('who has come in is told once, and is not overdue in the moment in which it dies', () => {
  const looked = new Looked('starting-canaries');
  looked.look(calm);
  looked.look(withCanary, 5_000);
  assert.deepEqual(looked.look(withCanary), ['joined']);
  assert.match(looked.fed.current.story.at(-1)?.text ?? '', /0.3.0 in p6 of a is a member/);
  assert.deepEqual(looked.look(withCanary, 61_000), []);
  looked.fed.feed({ kind: 'told', revision: 0, atMs: looked.nowMs, text: 'x' });
  const dying = { hosts: { a: five.with(5, 'new-no-member') } };
  assert.deepEqual(looked.look(dying), []);
  assert.deepEqual(looked.look(dying, 61_000), ['overdue p6 of a']);
});

test('three starts of a place that come to nothing are a crash loop, at every step forward', () => {
  for (const step of ['starting-canaries', 'draining', 'baking'] as const) {
    const looked = new Looked(step);
    const isMoved = step !== 'starting-canaries';
    const shape: Shape = isMoved
      ? { hosts: { a: ['old', 'new', 'old', 'new', '-'] }, self: 2 }
      : calm;
    const [place] = looked.look(shape);
    assert.match(place ?? '', /^note 0.3.0/);
    assert.equal(looked.look(shape, 7_000)[0], place);
    assert.equal(looked.look(shape, 7_000)[0], place);
    assert.equal(looked.look(shape, 1_000)[0], place?.replace('note', 'start'), 'the third may do');
    assert.deepEqual(looked.look(shape, 7_000), [isMoved ? 'to moving-back' : 'to replacing-back']);
    assert.match(
      looked.fed.current.reason ?? '',
      /was started 3 times in p\d of a and did not stay/,
    );
  }
});

test('starts of the steps before are no crash loop: it has come this far', () => {
  const looked = new Looked('starting-canaries');
  for (let at = 0; at < 3; at++) looked.look(calm, 7_000);
  looked.look(withCanary, 1_000);
  looked.look({ ...withCanary, more: { comparison: comparison('good') } }, 60_000);
  assert.equal(looked.fed.current.step, 'handing-over');
  assert.deepEqual(looked.look(calm, 7_000), ['note 0.3.0 in p6 of a']);
});

test('starts long ago are no crash loop', () => {
  const looked = new Looked('starting-canaries');
  looked.look(calm);
  looked.look(calm, 100_000);
  assert.deepEqual(looked.look(calm, 100_000), ['note 0.3.0 in p6 of a']);
});

test('the place is on the host with the most free ones, by name where these are alike', () => {
  const look = (hosts: Shape['hosts']): readonly string[] =>
    new Looked('starting-canaries', 4).look({ hosts });
  const two: Lives[] = ['old', 'old', '-'];
  assert.deepEqual(look({ b: two, a: two }), ['note 0.3.0 in p3 of a']);
  assert.deepEqual(look({ a: two, b: [...two, '-'] }), ['note 0.3.0 in p3 of b']);
});

test('a host that only the node to be replaced keeps alive comes first, that of the old Master last', () => {
  const hosts = { a: ['old', '-'], b: ['old', 'old', '-', '-'], c: ['old', '-'] } as const;
  const looked = new Looked('starting-canaries', 4);
  assert.deepEqual(looked.look({ hosts }), ['note 0.3.0 in p2 of c']);
});

test('no place is taken where the release is not prepared, where a ghost is seen, or that is told already', () => {
  const looked = new Looked('starting-canaries');
  const hosts = { a: ['old', 'old', '-'], b: ['old', 'old', 'old', '-', '-'] } as const;
  const unprepared = { hosts, prepared: { b: ['0.2.0'] } };
  assert.deepEqual(looked.look(unprepared), ['note 0.3.0 in p3 of a']);
  const ghost = facts(9_000, calm);
  const dead = {
    id: node(6),
    http: http(6),
    version: '0.2.0',
    joinedAt: 6,
    rank: 5,
    isVoter: false,
  };
  const seen = { ...ghost, members: [...ghost.members, dead] };
  const fresh = new Looked('starting-canaries');
  assert.deepEqual(plan(fresh.state, seen, settings), []);
});

test('who is killed before the lead moves is started again with the release it had, canary or not', () => {
  const looked = new Looked('baking-canaries');
  assert.deepEqual(looked.look({ hosts: { a: withCanary.hosts.a?.with(1, '-') ?? [] } }), [
    'note 0.2.0 in p2 of a',
  ]);
});

test('who is killed while canaries are started is made up for before them', () => {
  const hosts = { a: [...five.with(1, '-')] };
  const looked = new Looked('starting-canaries');
  assert.deepEqual(looked.look({ hosts }), ['note 0.2.0 in p2 of a']);
  assert.deepEqual(looked.look({ hosts }), ['note 0.3.0 in p6 of a'], 'the place is spoken for');
  assert.deepEqual(looked.look({ hosts }), ['start 0.2.0 in p2 of a', 'start 0.3.0 in p6 of a']);
});

test('a canary that hangs while it is baked makes the release bad', () => {
  const looked = new Looked('starting-canaries');
  looked.look(calm);
  looked.look(withCanary, 5_000);
  const hanging = { hosts: { a: five.with(5, 'new-no-member') } };
  assert.deepEqual(looked.look(hanging, 1_000), []);
  looked.look(hanging, 50_000);
  assert.deepEqual(looked.look(hanging, 50_000), ['overdue p6 of a']);
  assert.deepEqual(looked.look(hanging), ['to replacing-back']);
  assert.equal(looked.fed.current.reason, 'the canary in p6 of a died');
});

test('a host that is not to be seen for a moment has nobody started in its stead, and nobody drained', () => {
  const hosts: Shape['hosts'] = { a: ['old', 'old', '-'], b: ['old', 'old', 'new'] };
  assert.deepEqual(new Looked('baking-canaries', 4).look({ hosts, hidden: ['b'] }), []);
  const draining = new Looked('draining', 4);
  const hidden = { hosts, hidden: ['b'], self: 6, voters: [6, 1, 3] };
  assert.deepEqual(draining.look({ ...hidden, age: [1, 3, 2, 4, 6] }), []);
});

test('a canary that dies while it is baked makes the release bad', () => {
  const looked = new Looked('starting-canaries');
  looked.look(calm);
  looked.look(withCanary, 5_000);
  assert.equal(looked.fed.current.step, 'baking-canaries');
  assert.deepEqual(looked.look(calm), []);
  assert.deepEqual(looked.look(calm, 7_000), ['to replacing-back']);
  assert.equal(looked.fed.current.reason, 'the canary in p6 of a died');
});

test('canaries are baked until they are found good and their time is over', () => {
  const looked = new Looked('baking-canaries');
  const good = { ...withCanary, more: { comparison: comparison('good') } };
  assert.deepEqual(looked.look(good, 59_000), []);
  assert.deepEqual(
    looked.look({ ...withCanary, more: { comparison: comparison('waiting') } }, 2_000),
    [],
  );
  assert.deepEqual(looked.look(good), ['to handing-over of 6']);
  assert.equal(looked.fed.current.comparison?.verdict, 'good');
});

test('a bad comparison goes back: before the lead moves straight, after it with the lead', () => {
  const bad = { comparison: comparison('bad') };
  const steps = [
    ['baking-canaries', 'to replacing-back'],
    ['draining', 'to moving-back'],
    ['draining-last', 'to moving-back'],
    ['baking', 'to moving-back'],
  ] as const;
  for (const [step, wanted] of steps) {
    const looked = new Looked(step);
    assert.deepEqual(looked.look({ ...moved, more: bad }), [wanted]);
    assert.equal(looked.fed.current.reason, 'it looks bad');
  }
});

test('too few requests hold canaries for ten times their window, then it goes on and says so', () => {
  const looked = new Looked('baking-canaries');
  const waiting = { ...withCanary, more: { comparison: comparison('waiting') } };
  assert.deepEqual(looked.look(waiting, 599_000), []);
  assert.deepEqual(looked.look(waiting, 2_000), ['to handing-over of 6']);
  assert.match(looked.fed.current.story.at(-1)?.text ?? '', /answered only 7 requests of the 200/);
});

test('the routing table is handed over until the heir says that it has it', () => {
  const looked = new Looked('baking-canaries');
  looked.look({ ...withCanary, more: { comparison: comparison('good') } }, 60_000);
  assert.deepEqual(looked.look(withCanary), ['hand over to 6']);
  assert.deepEqual(looked.look({ ...withCanary, more: { heirReady: node(3) } }), [
    'hand over to 6',
  ]);
  assert.deepEqual(looked.look({ ...withCanary, more: { heirReady: node(6) } }), ['to moving']);
  assert.deepEqual(looked.state.cohort, { number: 1, version: '0.3.0' });
});

test('an heir that deaths have made Master has nothing to be handed', () => {
  const looked = new Looked('handing-over');
  looked.look(withCanary);
  assert.deepEqual(looked.look({ ...withCanary, self: 6 }), ['to moving']);
});

test('where the heir dies another is chosen, and one is started where there is none', () => {
  const looked = new Looked('handing-over');
  assert.equal(looked.fed.current.target, node(9));
  assert.deepEqual(looked.look(withCanary), ['to handing-over of 6']);
  assert.deepEqual(looked.look(calm), ['note 0.3.0 in p6 of a']);
  assert.deepEqual(looked.look(calm, 61_000 * 5), ['to replacing-back']);
});

test('the move is over when the Master is of the new release and leads the log', () => {
  const looked = new Looked('moving');
  assert.deepEqual(looked.look(withCanary), []);
  assert.deepEqual(looked.look({ ...moved, leader: 1 }), []);
  assert.deepEqual(looked.look(moved), ['to draining']);
});

test('where no new node is alive any more while the lead moves, one is started', () => {
  assert.deepEqual(new Looked('moving').look(calm), ['note 0.3.0 in p6 of a']);
  assert.deepEqual(new Looked('draining').look(calm), ['note 0.3.0 in p6 of a']);
  const many: Shape = { hosts: { a: [...five.with(5, 'old'), 'old', '-'] } };
  assert.deepEqual(new Looked('draining').look(many), ['note 0.3.0 in p8 of a']);
});

test('the youngest old node leaves first: it is told, then asked until it has gone, then the next is started', () => {
  const looked = new Looked('draining');
  assert.deepEqual(looked.look(moved), ['5 leaves']);
  assert.deepEqual(looked.look(moved), ['drain 0.2.0 in p5 of a']);
  const leaving = {
    ...moved,
    hosts: { a: ['old', 'old', 'old', 'old', 'old-no-member', 'new'] },
  } as const;
  assert.deepEqual(looked.look(leaving), []);
  const gone = { ...moved, hosts: { a: ['old', 'old', 'old', 'old', '-', 'new'] } } as const;
  assert.deepEqual(looked.look(gone), ['note 0.3.0 in p5 of a']);
});

test('nobody leaves where fewer would be left than there were, or who was told would leave too few', () => {
  const short = { ...moved, hosts: { a: ['old', 'old', '-', 'old', 'old', 'new'] } } as const;
  assert.deepEqual(new Looked('draining').look(short), ['note 0.3.0 in p3 of a']);
  const looked = new Looked('draining');
  looked.look(moved);
  assert.deepEqual(looked.look(short), ['note 0.3.0 in p3 of a']);
});

test('who was asked to leave is not asked again while another one who died is made up for', () => {
  const looked = new Looked('draining');
  looked.look(moved);
  const hosts = { a: ['old', 'old', 'new-no-member', 'old', 'old', 'new'] } as const;
  assert.deepEqual(looked.look({ ...moved, hosts }), []);
});

test('an old node that is Master is not asked to leave', () => {
  const hosts = { a: ['old', 'old', 'new', 'new', 'new', 'new'] } as const;
  const shape = { hosts, self: 2, leader: 6, voters: [6, 5, 4] };
  assert.deepEqual(new Looked('draining').look(shape), []);
});

test('nobody is stopped where another process runs by now, and who was replaced is not counted', () => {
  const looked = new Looked('draining');
  looked.look(moved);
  const seen = facts(3_000, moved);
  const taken = seen.hosts.map((host) => ({
    ...host,
    places: host.places.with(4, {
      name: 'p5',
      http: http(5),
      cluster: null,
      running: { version: '0.3.0' },
    }),
  }));
  assert.deepEqual(plan(looked.state, { ...seen, hosts: taken }, settings), []);
  const again = {
    id: node(99),
    http: http(5),
    version: '0.2.0',
    joinedAt: 99,
    rank: 9,
    isVoter: false,
  };
  const twice = { ...seen, members: [...seen.members, again] };
  assert.deepEqual(plan(new Looked('draining').state, twice, settings).length, 1);
  const shape = { ...moved, hosts: { a: ['old', 'old', '-', 'old', 'old', 'new'] } } as const;
  const ghost = {
    ...facts(3_000, shape),
    members: twice.members.filter(({ id }) => id !== node(3)),
  };
  const [wanted] = plan(new Looked('draining').state, ghost, settings);
  assert.equal(wanted?.kind === 'command' && wanted.command.kind, 'starting');
});

test('a voter leaves only where all voters are alive and one can be missed', () => {
  const look = (shape: Partial<Shape>): readonly string[] =>
    new Looked('draining').look({ ...moved, ...shape });
  assert.deepEqual(look({ voters: [6, 5, 4] }), ['5 leaves']);
  assert.deepEqual(look({ voters: [6, 5, 4], votersDead: 1 }), ['3 leaves']);
  assert.deepEqual(look({ voters: [5] }), ['4 leaves']);
});

test('no second voter is told while one is leaving, however large the batch', () => {
  const ten: Lives[] = [
    ...Array.from({ length: 40 }, () => 'old' as const),
    ...five.map(() => 'new' as const),
  ];
  const shape: Shape = { hosts: { a: ten }, self: 41, voters: [41, 40, 39, 1, 2] };
  const looked = new Looked('draining', 40);
  assert.deepEqual(looked.look(shape), ['40 leaves']);
  for (const next of [38, 37, 36]) assert.deepEqual(looked.look(shape), [`${next} leaves`]);
  assert.deepEqual(
    looked.look(shape),
    [40, 38, 37, 36].map((number) => `drain 0.2.0 in p${number} of a`),
  );
});

test('the Master, the leader and the last node of a host do not leave', () => {
  const hosts: Shape['hosts'] = { a: ['old', 'old', '-'], b: ['old', '-'], c: ['new', 'new'] };
  const shape = { hosts, self: 6, voters: [6] };
  const looked = new Looked('draining', 4);
  assert.deepEqual(looked.look({ ...shape, age: [1, 2, 4, 6, 7] }), ['2 leaves']);
  const other = new Looked('draining', 4);
  assert.deepEqual(other.look({ ...shape, age: [1, 2, 4, 6, 7], leader: 2 }), [
    'note 0.3.0 in p2 of b',
  ]);
});

test('who was asked to leave and is the last of its host by now has another one started there first', () => {
  const hosts = { a: ['old', 'new'], b: ['new', 'new'] } as const;
  const looked = new Looked('draining-last', 2);
  const shape = { hosts, self: 3, voters: [3, 4, 2] };
  looked.fed.feed({ kind: 'told', revision: 0, atMs: 1, text: 'x', leaves: node(1) });
  assert.deepEqual(looked.look(shape), ['drain 0.2.0 in p1 of a']);
  const alone = { ...shape, hosts: { a: ['old', '-'], b: ['new', 'new'] } } as const;
  assert.deepEqual(looked.look({ ...alone, voters: [3, 4] }), ['note 0.3.0 in p2 of a']);
});

test('of two voters that were asked to leave, the younger goes first', () => {
  const looked = new Looked('draining');
  for (const leaves of [node(4), node(5)]) {
    looked.fed.feed({ kind: 'told', revision: 0, atMs: 1, text: 'x', leaves });
  }
  const hosts = { a: [...(withCanary.hosts.a ?? []), 'new', 'new'] as Lives[] };
  const shape = { ...moved, hosts, voters: [6, 4, 5] };
  assert.deepEqual(looked.look(shape), ['drain 0.2.0 in p5 of a']);
});

test('the old Master is the last to leave', () => {
  const looked = new Looked('draining');
  const hosts = { a: ['old', '-', 'new', 'new', 'new', 'new'] } as const;
  assert.deepEqual(looked.look({ ...moved, hosts, voters: [6, 5, 4] }), ['to draining-last']);
  assert.deepEqual(looked.look({ ...moved, hosts, voters: [6, 5, 4] }), ['note 0.3.0 in p2 of a']);
  const six = { a: ['old', 'new', 'new', 'new', 'new', 'new'] } as const;
  assert.deepEqual(looked.look({ ...moved, hosts: six, voters: [6, 5, 4] }), ['1 leaves']);
});

test('the end comes when the whole was watched, all are new, and no old process is left', () => {
  const looked = new Looked('baking');
  const done: Lives[] = ['-', 'new', 'new', 'new', 'new', 'new'];
  const shape = { hosts: { a: done }, self: 2 };
  assert.deepEqual(looked.look(shape, 59_000), []);
  assert.deepEqual(looked.look({ ...shape, hosts: { a: done.with(0, 'old-no-member') } }, 2_000), [
    'told the process in p1 of a has not ended by itself',
  ]);
  assert.deepEqual(looked.look(shape), ['to finalised']);
  assert.equal(looked.state.formatLevel, 3);
});

test('the whole is watched anew when one of it had to be started again', () => {
  const looked = new Looked('baking');
  const hosts = { a: ['new', 'new', 'new', 'new', '-', '-'] } as const;
  assert.deepEqual(looked.look({ hosts }, 50_000), ['note 0.3.0 in p5 of a']);
  const whole = { hosts: { a: ['new', 'new', 'new', 'new', 'new', '-'] } } as const;
  assert.deepEqual(looked.look(whole, 20_000), ['joined']);
  assert.deepEqual(looked.look(whole, 20_000), []);
  assert.deepEqual(looked.look(whole, 21_000), ['to finalised']);
});

test('who comes back with the old release while the whole is watched is replaced', () => {
  const looked = new Looked('baking');
  const hosts = { a: ['old', 'new', 'new', 'new', 'new', 'new'] } as const;
  assert.deepEqual(looked.look({ hosts, self: 2, voters: [2, 3, 4] }), ['1 leaves']);
});

test('on the way back nodes of the former release are started first, and new ones leave, the youngest first', () => {
  const looked = new Looked('replacing-back');
  const hosts = { a: ['old', '-', 'new', 'new', 'new', 'new'] } as const;
  const shape = { hosts, voters: [1, 3, 4] };
  assert.deepEqual(looked.look(shape), ['note 0.2.0 in p2 of a']);
  const six = { ...shape, hosts: { a: ['old', 'old', 'new', 'new', 'new', 'new'] } } as const;
  assert.deepEqual(looked.look(six, 2_000), ['6 leaves']);
});

test('a release that is taken back with its canary ends as it began', () => {
  const looked = new Looked('replacing-back');
  assert.deepEqual(looked.look(withCanary), ['6 leaves']);
  assert.deepEqual(looked.look(withCanary), ['drain 0.3.0 in p6 of a']);
  assert.deepEqual(looked.look(calm, 20_000), ['to rolled-back']);
});

test('a new node that has never come in is asked to leave on the way back, and ended where it was overdue', () => {
  const looked = new Looked('starting-canaries');
  const booting = { hosts: { a: five.with(5, 'new-no-member') } };
  looked.look(calm);
  const abort = { kind: 'abort', revision: 0, atMs: looked.nowMs, by: 'me' } as const;
  looked.fed.feed(abort);
  assert.deepEqual(looked.look(booting), ['drain 0.3.0 in p6 of a']);
  const late = new Looked('starting-canaries');
  late.look(calm);
  late.fed.feed({ kind: 'overdue', revision: 0, atMs: 3_000, host: 'a', place: 'p6' });
  late.fed.feed(abort);
  assert.deepEqual(late.look(booting), ['kill 0.3.0 in p6 of a']);
  late.nowMs += 60_000;
  const cameIn = { kind: 'told', revision: 0, atMs: late.nowMs, text: 'x' } as const;
  late.fed.feed(cameIn);
  assert.deepEqual(late.look(booting, 1_000), ['drain 0.3.0 in p6 of a'], 'it has come in since');
});

test('what was just started is waited for before a rollout is said to be over', () => {
  const looked = new Looked('starting-canaries');
  looked.look(calm);
  looked.fed.feed({ kind: 'abort', revision: 0, atMs: looked.nowMs, by: 'me' });
  assert.deepEqual(looked.look(calm, 1_000), []);
  assert.deepEqual(looked.look(calm, 7_000), []);
  assert.deepEqual(looked.look(calm, 1_500), ['to rolled-back']);
});

test('the new node in the place of one that was asked to leave has not been asked itself', () => {
  const looked = new Looked('draining');
  assert.deepEqual(looked.look(moved), ['5 leaves']);
  looked.fed.feed({ kind: 'abort', revision: 0, atMs: looked.nowMs, by: 'me' });
  const hosts = { a: ['old', 'old', 'old', 'old', 'new', 'old'] } as const;
  assert.deepEqual(looked.look({ hosts }), ['to replacing-back']);
  assert.deepEqual(looked.look({ hosts }), ['5 leaves']);
});

test('where deaths have made a new node Master on the way back, the lead is moved first', () => {
  const looked = new Looked('replacing-back');
  assert.deepEqual(looked.look({ ...withCanary, self: 6 }), ['to moving-back']);
  assert.deepEqual(looked.state.cohort, { number: 1, version: '0.2.0' });
  assert.deepEqual(looked.look({ ...withCanary, self: 1 }), ['to replacing-back']);
});

test('places where the former release does not stay are left alone for a while, for there is no other way', () => {
  const looked = new Looked('replacing-back');
  const shape: Shape = { hosts: { a: ['old', 'old', 'old', 'old', '-'] } };
  for (let at = 0; at < 3; at++) {
    assert.deepEqual(looked.look(shape, 7_000), ['note 0.2.0 in p5 of a']);
  }
  assert.deepEqual(looked.look(shape, 7_000), []);
  assert.deepEqual(looked.look(shape, 120_000), ['note 0.2.0 in p5 of a']);
});

test('a process that does not end by itself is told of, and ended', () => {
  const looked = new Looked('draining-last');
  const hosts = { a: ['old-no-member', 'new', 'new', 'new', 'new', 'new'] } as const;
  looked.look({ hosts, self: 2 });
  assert.equal(looked.fed.current.step, 'baking');
  const shape = { hosts, self: 2 };
  assert.deepEqual(looked.look(shape, 61_000), [
    'told the process in p1 of a has not ended by itself',
  ]);
  assert.deepEqual(looked.look(shape, 30_000), []);
  assert.deepEqual(looked.look(shape, 31_000), ['kill 0.2.0 in p1 of a']);
});

test('why a step does not end is told once', () => {
  const looked = new Looked('starting-canaries');
  const full: Shape = { hosts: { a: ['old', 'old', 'old', 'old', 'old'] } };
  assert.deepEqual(looked.look(full), []);
  const told = 'told waits: no place is free where a node of 0.3.0 could be started';
  assert.deepEqual(looked.look(full, 31_000), [told]);
  assert.deepEqual(looked.look(full, 31_000), []);
  assert.deepEqual(looked.look(full, 300_000), ['to replacing-back']);
});

const side: SideFigures = {
  nodes: 1,
  requests: 7,
  failures: 0,
  functionErrors: 0,
  medianMs: 1,
  p99Ms: 1,
  lagP99Ms: 1,
};

function comparison(verdict: Comparison['verdict']): Comparison {
  return { verdict, text: `it looks ${verdict}`, windowMs: 1, old: side, new: side };
}
