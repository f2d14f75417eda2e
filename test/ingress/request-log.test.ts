/** What the node's log says of requests, and what it never says. */
import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { test } from 'node:test';
import { Ingress } from '../../src/ingress/index.js';
import { createLogger, SimulatedClock } from '../../src/lib/index.js';
import { HearthError } from '../../src/types/index.js';
import { functions, makeHarness, options, outcome, request } from './harness.js';

function setUp(level = 'info') {
  const lines: Record<string, unknown>[] = [];
  const output = new Writable({
    write(chunk, _, done) {
      lines.push(JSON.parse(String(chunk)));
      done();
    },
  });
  const harness = makeHarness();
  const clock = new SimulatedClock();
  const logger = createLogger(level, {}, output);
  const ingress = new Ingress({ ...harness.deps, clock, logger }, options);
  const call = async (method: string, path: string, headers = {}) => {
    const { headers: told, status } = await ingress.respond(request(method, path, { headers }));
    return { id: told['x-amzn-requestid'], status };
  };
  return { harness, clock, lines, call, logger };
}

const path = `${functions}/f/invocations`;

test('a failure is told with the id of its request, and nothing that may be secret', async () => {
  const { harness, lines, call } = setUp();
  harness.answer = () => {
    throw new HearthError('forward-lost', 'The node went away.');
  };
  const { id, status } = await call('POST', `${path}?X-Amz-Signature=hidden`, {
    authorization: 'hidden',
  });
  assert.equal(status, 502);
  const [{ time, ...line } = {}] = lines;
  assert.ok(time !== undefined);
  assert.deepEqual(line, {
    level: 40,
    requestId: id,
    method: 'POST',
    path,
    status: 502,
    tookMs: 0,
    code: 'forward-lost',
    reason: 'The node went away.',
    msg: 'request failed',
  });
  assert.doesNotMatch(JSON.stringify(lines), /hidden/);
});

test('what nobody expected is told with its stack', async () => {
  const { harness, lines, call } = setUp();
  harness.answer = () => {
    throw new RangeError('a fault');
  };
  const { id } = await call('POST', path);
  assert.equal(lines[0]?.requestId, id);
  assert.match(JSON.stringify(lines[0]?.err), /RangeError.*a fault.*request-log/);
});

test('what takes long is told, and refusals only to who asks for them', async () => {
  const { harness, lines, call, clock } = setUp();
  harness.answer = () => {
    clock.advance(20_000);
    return outcome(1);
  };
  const { id } = await call('POST', path);
  assert.deepEqual(
    [lines[0]?.msg, lines[0]?.requestId, lines[0]?.tookMs],
    ['request took long', id, 20_000],
  );
  await call('GET', '/nothing');
  assert.equal(lines.length, 1);
  const all = setUp('debug');
  const refused = await all.call('GET', '/nothing');
  assert.deepEqual(
    [all.lines[0]?.msg, all.lines[0]?.requestId, all.lines[0]?.code],
    ['request refused', refused.id, 'route-not-found'],
  );
});

test('a flood of failures is told in few lines, with how many were left out', async () => {
  const { harness, lines, call, clock } = setUp();
  harness.answer = () => {
    throw new HearthError('draining', 'The node stops.');
  };
  for (let at = 0; at < 100; at++) await call('POST', path);
  assert.equal(lines.length, 20);
  clock.advance(1000);
  await call('POST', path);
  assert.equal(lines[20]?.untold, 80);
  harness.health = { status: 'starting', reason: 'not yet' };
  await call('GET', '/_hearth/health');
  assert.equal(lines.length, 21);
});

test('fields that are named like secrets are not written, and errors are', () => {
  const { logger, lines } = setUp();
  logger.warn({ error: new Error('why'), headers: { authorization: 'hidden' } }, 'said');
  logger.warn({ secret: 'hidden', key: { secretAccessKey: 'hidden', id: 'AKIA' } }, 'said');
  assert.match(JSON.stringify(lines[0]), /"message":"why"/);
  assert.match(JSON.stringify(lines[1]), /AKIA/);
  assert.doesNotMatch(JSON.stringify(lines), /hidden/);
});
