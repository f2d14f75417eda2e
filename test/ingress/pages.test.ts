import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { Metrics } from '../../src/ingress/pages/metrics.js';
import { SimulatedClock } from '../../src/lib/index.js';
import { HearthError } from '../../src/types/index.js';
import { parseExposition } from '../exposition.js';
import { functions, makeHarness, other, outcome, view, zip } from './harness.js';

describe('the cluster pages', () => {
  it('say 200 while healthy, 503 with the reason otherwise', async () => {
    const harness = makeHarness();
    const ok = await harness.call('GET', '/_hearth/health');
    assert.deepEqual([ok.status, ok.text], [200, '{"status":"ok"}']);
    harness.health = { status: 'starting', reason: 'not admitted yet' };
    const starting = await harness.call('GET', '/_hearth/health');
    assert.deepEqual([starting.status, starting.json()], [503, harness.health]);
  });

  it('are answered while the node starts, and all else when it has', async () => {
    const harness = makeHarness();
    let begin = (): void => {};
    harness.begun = new Promise((resolve) => {
      begin = resolve;
    });
    const asked = harness.call('POST', `${functions}/f/invocations`);
    for (const page of ['health', 'cluster', 'metrics']) {
      assert.equal((await harness.call('GET', `/_hearth/${page}`)).status, 200);
    }
    assert.deepEqual(harness.invocations, []);
    begin();
    assert.equal((await asked).status, 200);
    assert.equal(harness.invocations.length, 1);
  });

  it('are all that is answered where a caller goes away while the node starts', async () => {
    const harness = makeHarness();
    const caller = new AbortController();
    harness.begun = Promise.resolve();
    const { signal } = caller;
    const asked = harness.call('POST', `${functions}/f/invocations`, { signal });
    caller.abort();
    assert.equal((await asked).status, 400);
    assert.deepEqual(harness.invocations, []);
  });

  it('show the cluster with exactly the members of the contract, and the process that answers', async () => {
    const page = (await makeHarness().call('GET', '/_hearth/cluster')).json();
    const { voters, ...rest } = view;
    assert.deepEqual(page, { ...rest, process: process.pid });
    assert.deepEqual(voters, [view.self]);
    const contract = ['self', 'master', 'term', 'quorum', 'nodes'];
    assert.deepEqual(Object.keys(page), [...contract, 'leader', 'process']);
    assert.equal(page.nodes[0]?.degraded, false);
  });

  it('count requests and invocations, beside what the other layers count', async () => {
    const harness = makeHarness();
    harness.answer = () => outcome(1, { durationMs: 20, start: 'stolen' });
    await harness.call('POST', `${functions}/f/invocations`);
    harness.answer = () => {
      throw new HearthError('too-many-requests', 'busy');
    };
    await harness.call('POST', `${functions}/f/invocations`);
    await harness.call('GET', '/nothing');
    const answer = await harness.call('GET', '/_hearth/metrics');
    assert.equal(answer.headers['content-type'], 'text/plain; version=0.0.4; charset=utf-8');
    for (const line of [
      'hearth_invocations_total{function="f",start="stolen",result="ok"} 1',
      'hearth_invocations_total{function="f",start="none",result="too-many-requests"} 1',
      'hearth_invocation_duration_seconds_bucket{function="f",le="0.01"} 0',
      'hearth_invocation_duration_seconds_bucket{function="f",le="0.025"} 1',
      'hearth_invocation_duration_seconds_bucket{function="f",le="+Inf"} 1',
      'hearth_invocation_duration_seconds_sum{function="f"} 0.02',
      'hearth_invocation_duration_seconds_count{function="f"} 1',
      'hearth_http_requests_total{code="2xx"} 1',
      'hearth_http_requests_total{code="4xx"} 2',
      'hearth_build_info{release="0.1.0"} 1',
      'hearth_below_total 1',
    ]) {
      assert.ok(answer.text.split('\n').includes(line), `${line}\nis not in\n${answer.text}`);
    }
    assert.match(answer.text, /^process_resident_memory_bytes \d+$/m);
    assert.match(answer.text, /^hearth_event_loop_delay_p99_seconds [\d.e-]+$/m);
    const families = parseExposition(answer.text.replace(/^hearth_below_total.*\n/m, ''));
    const { samples: errors } = families.get('hearth_invocation_errors_total') ?? {};
    assert.deepEqual([...(errors ?? [])], [['hearth_invocation_errors_total{function="f"}', 0]]);
    const { samples: throttles } = families.get('hearth_invocation_throttles_total') ?? {};
    assert.deepEqual(
      [...(throttles ?? [])],
      [['hearth_invocation_throttles_total{function="f"}', 1]],
    );
  });

  it('keep the number of series bounded, whatever names are invoked', () => {
    const histogram = 'hearth_invocation_duration_seconds';
    const metrics = new Metrics(new SimulatedClock(), '0.1.0', () => true);
    for (let index = 0; index < 3000; index++) metrics.refused(`unknown${index}`, 'internal');
    for (let index = 0; index < 3000; index++) metrics.invoked(`f${index}`, 'warm', 'ok', 1);
    const series = metrics.text().match(/^hearth_invocations_total\{.*$/gm) ?? [];
    assert.equal(series.length, 1002);
    const { samples } = parseExposition(metrics.text()).get(histogram) ?? {};
    const counts = [...(samples ?? [])].filter(([name]) => name.startsWith(`${histogram}_count`));
    assert.equal(counts.length, 201);
    assert.equal(
      counts.reduce((sum, [, count]) => sum + count, 0),
      3000,
    );
    assert.ok(
      series.includes('hearth_invocations_total{function="other",start="warm",result="ok"} 2000'),
    );
  });

  it('have room for new functions when others have been deleted', () => {
    const there = new Set<string>();
    const metrics = new Metrics(new SimulatedClock(), '0.1.0', (name) => there.has(name));
    const invoke = (name: string): void => {
      there.add(name);
      metrics.invoked(name, 'warm', 'ok', 1);
    };
    for (let index = 0; index < 1000; index++) invoke(`f${index}`);
    for (let index = 1; index < 1000; index++) there.delete(`f${index}`);
    invoke('new');
    const { samples } = parseExposition(metrics.text()).get('hearth_invocations_total') ?? {};
    assert.deepEqual(
      [...(samples ?? [])].map(([name]) => /function="(.+?)"/.exec(name)?.[1]),
      ['f0', 'new'],
    );
  });
});

describe('code bundles between nodes', () => {
  const hash = createHash('sha256').update(zip).digest('hex');
  const path = `/_hearth/bundles/${hash}`;

  const peer = other;

  it('are kept and given back byte for byte', async () => {
    const harness = makeHarness();
    assert.equal((await harness.call('GET', path, { peer })).status, 404);
    assert.equal((await harness.call('PUT', path, { body: zip, peer })).status, 204);
    assert.deepEqual((await harness.call('GET', path, { peer })).body, zip);
  });

  it('are for who has proven to be a node alone', async () => {
    const harness = makeHarness();
    for (const headers of [{}, { 'x-hearth-peer': other }, { 'x-hearth-from': other }]) {
      assert.equal((await harness.call('PUT', path, { body: zip, headers })).status, 403);
      assert.equal((await harness.call('GET', path, { headers })).status, 403);
    }
    assert.equal(harness.catalog.bundles.size, 0);
  });

  it('are refused before their body is read where the sender may not send', async () => {
    const { ingress } = makeHarness();
    let read = false;
    const reply = await ingress.respond({
      method: 'PUT',
      path,
      query: '',
      headers: {},
      httpVersion: '1.1',
      remoteAddress: '::1',
      readBody: async () => {
        read = true;
        return new Uint8Array();
      },
    });
    assert.deepEqual([reply.status, read], [403, false]);
  });

  it('have a hash for a name and nothing else', async () => {
    for (const name of ['x', '../../etc/passwd', hash.toUpperCase(), `${hash}0`]) {
      const answer = await makeHarness().call('PUT', `/_hearth/bundles/${name}`, {
        body: zip,
        peer,
      });
      assert.equal(answer.status, 404, name);
    }
  });
});
