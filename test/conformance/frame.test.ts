/** The frame of the replays: what makes answers comparable, and what holds the list of differences. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { differing } from './differing.js';
import { findPlaces } from './json-path.js';
import { unexplained } from './named.js';
import { normalise } from './normalise.js';
import { replay, type World } from './replay.js';
import type { Members, Scenario } from './scenario.js';
import { Substitution } from './substitution.js';

const origin = { account: '123456789012', region: 'us-east-1' };
const arn = 'arn:aws:lambda:us-east-1:123456789012:function:f-uid00001';
const scenario: Scenario = {
  id: 'tests/x.py::TestX::test_x',
  needs: ['lambda'],
  transformers: [
    { type: 'keyValue', key: 'FunctionName', replacement: 'function-name', reference: true },
    { type: 'jsonpath', jsonpath: '$..Code.Location', replacement: '<l>', reference: false },
    { type: 'regex', regex: 'f-\\w+', replacement: '<f>' },
  ],
  steps: [
    { i: 0, svc: 'lambda', op: 'Make', params: {}, synth: { Token: '@@tok@@', Arn: arn } },
    { i: 1, svc: 'lambda', op: 'Use', params: { Text: '{"t":"@@tok@@"}', Arn: arn } },
    { i: 2, match: 'used', of: 1 },
    { i: 3, match: 'untold', derived: true },
  ],
  expected: { used: { Arn: 'arn:<partition>:lambda:<region>:111111111111:function:g', Text: 'x' } },
};

describe('normalising', () => {
  it('numbers references in the order of sorted names, and keeps equal values equal', () => {
    const id = (digit: number) => `0000000${digit}-0000-0000-0000-000000000000`;
    const answers = {
      first: { ZId: id(2), AId: id(1), Name: 'n' },
      second: { BId: id(2), At: '2026-11-22T08:00:00.000+0000' },
    };
    assert.deepEqual(normalise(answers, [], origin), {
      first: { AId: '<uuid:1>', Name: 'n', ZId: '<uuid:2>' },
      second: { At: 'date', BId: '<uuid:2>' },
    });
  });

  it('reads strings of JSON, dates and metadata, and applies what a scenario asks for', () => {
    const answers = {
      one: {
        FunctionName: 'abc',
        Payload: '{"Code":{"Location":"here"},"by":"abc"}',
        When: new Date(0),
        timestampMs: 5,
        TimestampPath: '2026-11-22T08:00:00Z',
        ResponseMetadata: { HTTPStatusCode: 200, RequestId: 'r' },
      },
    };
    assert.deepEqual(normalise(answers, scenario.transformers, origin).one, {
      FunctionName: '<function-name:1>',
      Payload: { Code: { Location: '<l>' }, by: '<function-name:1>' },
      When: 'datetime',
      timestampMs: 'timestamp',
      TimestampPath: 'date',
      ResponseMetadata: { HTTPHeaders: {}, HTTPStatusCode: 200 },
    });
  });
});

describe('a replay', () => {
  it('puts what was answered in place of what the recorder made up, also inside of texts', async () => {
    const asked: Members[] = [];
    const world: World = {
      origin,
      services: {
        lambda: {
          call: async (_op, params) => {
            asked.push(params as Members);
            return {
              answer: { Token: 'real', Arn: arn.replace('f-uid00001', 'g') },
              failed: false,
            };
          },
          wait: async () => {},
        },
      },
      createFunction: () => assert.fail('asked for no function'),
      http: () => assert.fail('asked for nothing by HTTP'),
      blob: () => assert.fail('asked for no bytes'),
      await: () => assert.fail('waited for nothing'),
      derive: () => undefined,
      completed: (specs) => specs,
    };
    const played = await replay(scenario, world);
    assert.deepEqual(asked[1], { Text: '{"t":"real"}', Arn: arn.replace('f-uid00001', 'g') });
    assert.equal(played.compared, 1);
    assert.deepEqual(
      played.differences.map(({ path }) => path),
      ['used.Text', 'used.Token'],
    );
  });

  it('takes words such as states for what they are', () => {
    const substitution = new Substitution();
    substitution.learn({ State: 'Active', Version: '1' }, { State: 'Pending', Version: '2' });
    assert.deepEqual(substitution.apply({ State: 'Active', Version: '1' }), {
      State: 'Active',
      Version: '1',
    });
  });
});

it('paths of JSON find places in lists and below any depth', () => {
  const value = { a: [{ b: { c: 1 } }, { b: { c: 2 } }], c: 3 };
  const found = (path: string) => findPlaces(value, path).map((place) => place.value);
  assert.deepEqual(found('$.a[1].b.c'), [2]);
  assert.deepEqual(found('$..b.c'), [1, 2]);
  assert.deepEqual(found('$..c').sort(), [1, 2, 3]);
  assert.deepEqual(found('a..c'), [1, 2]);
});

it('differences are told by path, missing members too', () => {
  const paths = differing({ a: [1, { b: 2 }], c: 1 }, { a: [1, { b: 3 }], d: 1 }, 'x');
  assert.deepEqual(
    paths.map(({ path }) => path),
    ['x.a[1].b', 'x.c', 'x.d'],
  );
});

it('a difference without a name is a complaint, and so is a name without a difference, but for those that come and go', () => {
  const named = { 'a.b': 'reason', 'c.*': 'reason', gone: 'reason', d: 'sometimes: reason' };
  assert.deepEqual(unexplained(['a.b', 'c.x', 'c.y', 'new'], named), {
    unnamed: ['new'],
    stale: ['gone'],
  });
});
