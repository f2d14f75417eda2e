import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { LogStatus } from '../../src/log/index.js';
import { logMetrics } from '../../src/node/log-metrics.js';
import { nodeId } from '../../src/types/index.js';

const status: LogStatus = {
  state: 'leader',
  term: 7,
  leader: nodeId('1'.repeat(32)),
  voters: [nodeId('1'.repeat(32))],
  changing: false,
  lastIndex: 12,
  commitIndex: 11,
  quorum: true,
  mute: false,
  diskFull: true,
};

test('the log shows who leads, how far it is, and what ails it', () => {
  const lines = logMetrics(status, nodeId('1'.repeat(32))).split('\n');
  for (const line of [
    'hearth_log_leads 1',
    'hearth_log_term 7',
    'hearth_log_voters 1',
    'hearth_log_votes 1',
    'hearth_log_commit_index 11',
    'hearth_log_disk_full 1',
    'hearth_log_mute 0',
    '# TYPE hearth_log_commit_index gauge',
  ]) {
    assert.ok(lines.includes(line), line);
  }
});

test('a node without a vote says so', () => {
  const lines = logMetrics(status, nodeId('2'.repeat(32))).split('\n');
  assert.ok(lines.includes('hearth_log_votes 0'));
});

test('a node that has not joined shows nothing of a log', () => {
  assert.equal(logMetrics(null, null), '');
});
