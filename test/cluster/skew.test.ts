import assert from 'node:assert/strict';
import { test } from 'node:test';
import { ClusterCore } from '../../src/cluster/core.js';
import { checkSkew } from '../../src/cluster/skew.js';
import type { GossipStatus } from '../../src/gossip/index.js';
import { type NodeView, nodeId } from '../../src/types/index.js';

const ids = ['a', 'b', 'c'].map((letter) => nodeId(letter.repeat(32)));
const [joining = '', member = '', other = ''] = ids.map(String);

function nodes(...members: readonly (readonly [string, string, GossipStatus?, number?])[]) {
  const core = new ClusterCore({
    id: nodeId(member),
    generation: 1,
    http: '',
    cluster: '',
    release: '',
  });
  core.membersChanged(
    members.map(([id, release, status = 'alive', joinedAt = 1]) => ({
      id: nodeId(id),
      generation: 1,
      incarnation: 0,
      status,
      cluster: '10.0.0.9:7000',
      meta: {
        http: '',
        release,
        joinedAt,
        cohort: 0,
        load: 0,
        waiting: 0,
        freeMemoryMb: 0,
        degraded: false,
      },
    })),
    0,
  );
  return core.view().nodes;
}

const check = (release: string, present: readonly NodeView[]): void =>
  checkSkew({ id: nodeId(joining), release }, present);

test('releases join whose minor versions are the same or one apart, and no others', () => {
  for (const release of [
    '0.2.0',
    '0.2.9',
    '0.1.0',
    '0.3.7',
    '0.3.0-rc.1',
    '0.3.0+build',
    'test',
    '',
  ]) {
    assert.doesNotThrow(() => check(release, nodes([member, '0.2.3'])), release);
  }
  for (const release of ['0.0.9', '0.4.0', '1.2.3', '0.4.0-rc.1']) {
    assert.throws(() => check(release, nodes([member, '0.2.3'])), {
      code: 'revision-mismatch',
      message: `this node is of release ${release}, and member ${member} (10.0.0.9:7000) of 0.2.3; releases in one cluster may differ by one minor version and no major one, so upgrade by one minor version at a time`,
    });
  }
});

test('every member that lives counts, also a suspect one; who is gone, is not admitted or joins itself does not', () => {
  const present = (status: GossipStatus, joinedAt = 2) =>
    nodes([member, '0.2.0'], [other, '0.1.0', status, joinedAt]);
  for (const status of ['alive', 'suspect'] as const) {
    assert.throws(() => check('0.3.0', present(status)), /of 0\.1\.0;/);
  }
  for (const status of ['dead', 'left'] as const) check('0.3.0', present(status));
  check('0.3.0', present('alive', 0));
  check('0.3.0', nodes([joining, '0.1.0'], [member, '0.2.0']));
});
