import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sameMeta } from '../../src/gossip/member-order.js';
import type { MemberMeta } from '../../src/gossip/types.js';

test('a change of any one thing that a member says of itself is a change', () => {
  const meta: MemberMeta = {
    http: '127.0.0.1:1',
    release: '1',
    joinedAt: 1,
    load: 0,
    degraded: false,
  };
  const other: MemberMeta = {
    http: '127.0.0.1:2',
    release: '2',
    joinedAt: 2,
    load: 0.5,
    degraded: true,
  };
  assert.equal(sameMeta(meta, { ...meta }), true);
  for (const [name, value] of Object.entries(other)) {
    assert.equal(sameMeta(meta, { ...meta, [name]: value }), false, name);
  }
});
