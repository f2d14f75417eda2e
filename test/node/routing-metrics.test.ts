import assert from 'node:assert/strict';
import { test } from 'node:test';
import { routingMetrics } from '../../src/node/routing-metrics.js';
import { parseExposition } from '../exposition.js';

const routing = {
  ways: {
    'here-warm': 1,
    'here-cold': 2,
    'here-busy': 3,
    'here-stale': 4,
    'here-unreachable': 5,
    forwarded: 6,
    'forward-lost': 7,
    placed: 8,
    'placed-busy': 9,
    'placed-stale': 10,
    'placed-unreachable': 11,
    reserved: 12,
  },
  lookups: { hit: 1, nobody: 2, asked: 3, unanswered: 4, refused: 5 },
  prewarms: 8,
  lookupTimes: { counts: [4, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1], sumS: 0.0625 },
};
const links = {
  links: 2,
  forwards: { ran: 1, failed: 2, 'not-here': 3, busy: 4, unreachable: 5, lost: 6 },
  received: 7,
  bytesRead: 100,
  bytesWritten: 200,
};
const table = {
  epoch: 3,
  offset: 40,
  claims: 5,
  functions: 4,
  gaps: 1,
  refusedBatches: 2,
  snapshots: 3,
  lookupTimeouts: 4,
  batches: 6,
  reports: 7,
};

const tableTraffic = {
  messages: { sent: 8, received: 9 },
  bytes: { sent: 800, received: 900 },
};

test('every routing metric is one line of Prometheus text under its type', () => {
  const text = routingMetrics(routing, links, { table, tableTraffic });
  parseExposition(text);
  const lines = text.trimEnd().split('\n');
  for (const line of [
    'hearth_routing_requests_total{way="forwarded"} 6',
    'hearth_routing_lookups_total{result="asked"} 3',
    'hearth_routing_lookup_seconds_bucket{le="0.0003"} 6',
    'hearth_routing_lookup_seconds_count 7',
    'hearth_forwards_total{result="lost"} 6',
    'hearth_link_bytes_total{direction="received"} 100',
    'hearth_table_claims 5',
    'hearth_table_events_total{event="lookupTimeouts"} 4',
    'hearth_table_messages_total{direction="sent"} 8',
    'hearth_table_bytes_total{direction="received"} 900',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test('before the node has joined its cluster there is no table to tell of', () => {
  assert.doesNotMatch(routingMetrics(routing, links, null), /hearth_table/);
});
