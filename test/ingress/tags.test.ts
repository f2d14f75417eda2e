import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { createBody, functions, makeHarness } from './harness.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function';
const tags = `/2017-03-31/tags/${encodeURIComponent(`${arn}:f`)}`;

describe('tags', () => {
  it('are added, replaced, listed with the function, and taken away', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f', { Tags: { a: '1' } }) });
    const added = await harness.call('POST', tags, { body: { Tags: { a: '2', b: '3' } } });
    assert.deepEqual([added.status, added.text], [204, '']);
    assert.deepEqual((await harness.call('GET', tags)).json(), { Tags: { a: '2', b: '3' } });
    const { Tags } = (await harness.call('GET', `${functions}/f`)).json();
    assert.deepEqual(Tags, { a: '2', b: '3' });
    const removed = await harness.call('DELETE', `${tags}?tagKeys=a&tagKeys=none`);
    assert.equal(removed.status, 204);
    assert.deepEqual((await harness.call('GET', tags)).json(), { Tags: { b: '3' } });
  });

  it('are refused in the words of AWS', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    const body = {
      Tags: Object.fromEntries(Array.from({ length: 51 }, (_, at) => [`k${at}`, ''])),
    };
    const many = await harness.call('POST', tags, { body });
    assert.equal(many.json().message, 'Number of tags exceeds resource tag limit.');
    const version = await harness.call('GET', `/2017-03-31/tags/${arn}:f:1`);
    assert.equal(
      version.json().message,
      'Tags on function aliases and versions are not supported. Please specify a function ARN.',
    );
    for (const [method, target] of [
      ['GET', `${arn}:none`],
      ['POST', `${arn}:none`],
      ['DELETE', `${arn}:none?tagKeys=a`],
    ] as const) {
      const answer = await harness.call(method, `/2017-03-31/tags/${target}`, {
        body: { Tags: { a: 'b' } },
      });
      assert.equal(answer.json().Message, `Function not found: ${arn}:none`);
    }
    const odd = await harness.call(
      'GET',
      '/2017-03-31/tags/arn:aws:lambda:us-east-1:123456789012:foobar:f',
    );
    assert.match(
      odd.json().message,
      /^1 validation error detected: Value 'arn:.*foobar:f' at 'resource' /,
    );
    assert.equal((await harness.call('DELETE', tags)).status, 400);
    assert.equal((await harness.call('POST', tags, { body: {} })).status, 400);
  });
});
