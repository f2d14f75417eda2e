import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import { newCounters } from '../../src/gossip/counters.js';
import { gossipMetrics } from '../../src/node/gossip-metrics.js';
import { parseExposition } from '../exposition.js';

test('what gossip counts is told as Prometheus text, and nothing before there is any', () => {
  assert.equal(gossipMetrics(null), '');
  const counters = newCounters();
  counters.received = 7;
  counters.sentBytes = 700;
  counters.proven = 2;
  counters.dropped.forged = 3;
  const text = gossipMetrics(counters);
  parseExposition(text);
  const lines = text.split('\n');
  for (const line of [
    'hearth_gossip_packets_total{direction="received"} 7',
    'hearth_gossip_bytes_total{direction="sent"} 700',
    'hearth_gossip_events_total{event="proven"} 2',
    'hearth_gossip_dropped_total{reason="forged"} 3',
    'hearth_gossip_dropped_total{reason="replayed"} 0',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});
