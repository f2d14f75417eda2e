import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { createBody, functions, makeHarness } from './harness.js';

const arn = 'arn:aws:lambda:us-east-1:123456789012:function';
const aliases = `${functions}/f/aliases`;

/** A function with the versions 1 and 2. */
async function withVersions() {
  const harness = makeHarness();
  await harness.call('POST', functions, { body: createBody('f', { Publish: true }) });
  await harness.call('PUT', `${functions}/f/configuration`, { body: { Timeout: 9 } });
  await harness.call('POST', `${functions}/f/versions`, { body: {} });
  return harness;
}

describe('an alias', () => {
  it('lives: created, read, changed, listed, deleted', async () => {
    const harness = await withVersions();
    const body = { Name: 'live', FunctionVersion: '1' };
    const created = await harness.call('POST', aliases, { body });
    const { RevisionId, ...rest } = created.json();
    assert.deepEqual(
      [created.status, rest],
      [201, { AliasArn: `${arn}:f:live`, Name: 'live', FunctionVersion: '1', Description: '' }],
    );
    assert.deepEqual((await harness.call('GET', `${aliases}/live`)).json(), created.json());
    const changes = { FunctionVersion: '2', Description: 'new', RevisionId };
    const changed = await harness.call('PUT', `${aliases}/live`, { body: changes });
    assert.deepEqual([changed.status, changed.json().FunctionVersion], [200, '2']);
    const stale = await harness.call('PUT', `${aliases}/live`, { body: changes });
    assert.equal(stale.status, 412);
    const { Aliases } = (await harness.call('GET', aliases)).json();
    assert.deepEqual(Aliases, [changed.json()]);
    for (const _ of ['first', 'second']) {
      assert.equal((await harness.call('DELETE', `${aliases}/live`)).status, 204);
    }
    const gone = await harness.call('GET', `${aliases}/live`);
    const Message = `Cannot find alias arn: ${arn}:f:live`;
    assert.deepEqual([gone.status, gone.json()], [404, { Type: 'User', Message }]);
  });

  it('may give a share to a second version, and takes it back', async () => {
    const harness = await withVersions();
    const RoutingConfig = { AdditionalVersionWeights: { 2: 0.25 } };
    const body = { Name: 'live', FunctionVersion: '1', RoutingConfig };
    const created = await harness.call('POST', aliases, { body });
    assert.deepEqual(created.json().RoutingConfig, RoutingConfig);
    const untouched = await harness.call('PUT', `${aliases}/live`, { body: { Description: 'x' } });
    assert.deepEqual(untouched.json().RoutingConfig, RoutingConfig);
    const taken = { RoutingConfig: { AdditionalVersionWeights: {} } };
    const changed = await harness.call('PUT', `${aliases}/live`, { body: taken });
    assert.equal(changed.json().RoutingConfig, undefined);
  });

  it('is read and invoked as the version that it points to', async () => {
    const harness = await withVersions();
    await harness.call('POST', aliases, { body: { Name: 'live', FunctionVersion: '1' } });
    for (const target of ['f:live', 'f?Qualifier=live']) {
      const { Configuration } = (await harness.call('GET', `${functions}/${target}`)).json();
      const { FunctionArn, Version, Timeout } = Configuration;
      assert.deepEqual([FunctionArn, Version, Timeout], [`${arn}:f:live`, '1', 3]);
    }
    await harness.call('POST', `${functions}/f/invocations?Qualifier=live`);
    const { qualifier, invokedAs } = harness.invocations[0] ?? {};
    assert.deepEqual([qualifier, invokedAs], ['live', 'live']);
    const dry = { headers: { 'x-amz-invocation-type': 'DryRun' } };
    assert.equal((await harness.call('POST', `${functions}/f:live/invocations`, dry)).status, 204);
    assert.equal((await harness.call('POST', `${functions}/f:none/invocations`, dry)).status, 404);
  });

  it('is listed page by page, and by the version that it points to', async () => {
    const harness = await withVersions();
    for (const [Name, FunctionVersion] of [
      ['c', '1'],
      ['a', '1'],
      ['b', '2'],
    ]) {
      await harness.call('POST', aliases, { body: { Name, FunctionVersion } });
    }
    const names = (page: { Aliases: { Name: string }[] }): string =>
      page.Aliases.map(({ Name }) => Name).join('');
    const first = (await harness.call('GET', `${aliases}?MaxItems=2`)).json();
    const query = `MaxItems=2&Marker=${encodeURIComponent(first.NextMarker)}`;
    const rest = (await harness.call('GET', `${aliases}?${query}`)).json();
    assert.deepEqual([names(first), names(rest), rest.NextMarker], ['ab', 'c', undefined]);
    const ofOne = (await harness.call('GET', `${aliases}?FunctionVersion=1`)).json();
    assert.equal(names(ofOne), 'ac');
  });

  it('is refused in the words of AWS', async () => {
    const harness = await withVersions();
    await harness.call('POST', aliases, { body: { Name: 'taken', FunctionVersion: '1' } });
    const weights = 'routingConfig.additionalVersionWeights';
    const head = '1 validation error detected: Value';
    const value =
      'failed to satisfy constraint: Map value must satisfy constraint: [Member must have value less than or equal to 1.0, Member must have value greater than or equal to 0.0, Member must not be null]';
    const key =
      'failed to satisfy constraint: Map keys must satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 1, Member must satisfy regular expression pattern: [0-9]+]';
    for (const [version, additional, message, name = 'x'] of [
      [
        '1',
        { 1: 0.8, 2: 0.2 },
        'Number of items in AdditionalVersionWeights cannot be greater than 1',
      ],
      ['1', { 2: 2 }, `${head} '{2=2.0}' at '${weights}' ${value}`],
      ['1', { 2: -1 }, `${head} '{2=-1.0}' at '${weights}' ${value}`],
      ['1', { $LATEST: 0.5 }, `${head} '{$LATEST=0.5}' at '${weights}' ${key}`],
      [
        '1',
        { 1: 0.5 },
        'Invalid function version 1. Function version 1 is already included in routing configuration.',
      ],
      ['10', { 2: 0.5 }, `Function not found: ${arn}:f:10`],
      ['1', { 10: 0.5 }, `Function not found: ${arn}:f:10`],
      [
        '$LATEST',
        { 1: 0.5 },
        '$LATEST is not supported for an alias pointing to more than 1 version',
      ],
      ['1', {}, `Alias already exists: ${arn}:f:taken`, 'taken'],
    ] as const) {
      const RoutingConfig = { AdditionalVersionWeights: additional };
      const body = { Name: name, FunctionVersion: version, RoutingConfig };
      const answer = await harness.call('POST', aliases, { body });
      const { message: said, Message = said } = answer.json();
      assert.equal(Message, message);
    }
    for (const Name of ['12', 'a b', '', 'x'.repeat(129)]) {
      const answer = await harness.call('POST', aliases, { body: { Name, FunctionVersion: '1' } });
      assert.equal(answer.headers['x-amzn-errortype'], 'ValidationException', Name);
    }
    const none = await harness.call('PUT', `${aliases}/none`, { body: {} });
    assert.equal(none.json().Message, `Alias not found: ${arn}:f:none`);
  });
});
