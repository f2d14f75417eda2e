import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import type { GossipMember } from '../../src/gossip/index.js';
import { Invariants } from './invariants.js';
import { SimulatedNetwork } from './network.js';
import { viewDiff } from './view-diff.js';

const network = new SimulatedNetwork(1);
const viewer = network.add(1);
const other = network.add(2);
const invariants = new Invariants();
invariants.started(viewer);
invariants.started(other);

function memberOf(node: typeof viewer, changes: Partial<GossipMember> = {}): GossipMember {
  const member = node.member(node.id);
  assert.ok(member);
  return { ...member, ...changes };
}

const seen = (changes: Partial<GossipMember>): GossipMember => memberOf(other, changes);

test('what may happen to a member in a view passes', () => {
  const life = seen({ generation: 0 });
  const changes: [GossipMember | undefined, GossipMember | undefined][] = [
    [undefined, seen({})],
    [seen({}), seen({ status: 'suspect' })],
    [seen({ status: 'dead' }), undefined],
    [{ ...life, status: 'left' }, seen({})],
    [{ ...life, incarnation: 7 }, seen({})],
    [
      { ...life, incarnation: 7 },
      { ...life, incarnation: 8, status: 'left' },
    ],
  ];
  for (const [before, after] of changes) invariants.news(viewer, before, after);
});

test('what must never happen to a member in a view is noticed', () => {
  const life = seen({ generation: 0 });
  const wrong: [RegExp, GossipMember | undefined, GossipMember | undefined][] = [
    [/generation went back/, seen({}), life],
    [/incarnation went back/, { ...life, incarnation: 8 }, { ...life, incarnation: 7 }],
    [/left was not final/, { ...life, status: 'left' }, { ...life, incarnation: 1 }],
    [/left was not final/, { ...life, status: 'left' }, { ...life, status: 'dead' }],
    [/beyond its own word/, seen({}), seen({ incarnation: 1 })],
    [/somebody else spoke/, memberOf(viewer), memberOf(viewer, { status: 'suspect' })],
    [/another life/, memberOf(viewer), memberOf(viewer, { generation: 2 })],
    [/forgotten itself/, memberOf(viewer), undefined],
  ];
  for (const [reason, before, after] of wrong) {
    assert.throws(() => invariants.news(viewer, before, after), reason);
  }
});

test('the difference of two views is who has come, who has changed and who is gone', () => {
  const ids = ['a', 'b', 'c', 'd', 'e'].map((digit) => digit.repeat(32) as GossipMember['id']);
  const [a, b, c, d, e] = ids.map((id) => memberOf(other, { id }));
  assert.ok(a && b && c && d && e);
  const suspect: GossipMember = { ...c, status: 'suspect' };
  const found: string[] = [];
  viewDiff([a, c, d, e], [b, suspect, d], (before, after) => {
    found.push(`${before?.id[0] ?? '-'}${after?.id[0] ?? '-'}`);
  });
  assert.deepEqual(found, ['a-', '-b', 'cc', 'e-']);
});
