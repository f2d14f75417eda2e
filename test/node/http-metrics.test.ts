import assert from 'node:assert/strict';
import { test } from 'node:test';
import { httpMetrics } from '../../src/node/http-metrics.js';

test('open connections are told, and how many had to go or were turned away', () => {
  const text = httpMetrics({ connections: { open: 3, evicted: 2, refused: 1 } });
  assert.match(text, /^hearth_http_connections 3$/m);
  assert.match(text, /^hearth_http_connections_evicted_total 2$/m);
  assert.match(text, /^hearth_http_connections_refused_total 1\n$/m);
});
