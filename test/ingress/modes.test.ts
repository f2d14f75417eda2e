import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { limits } from '../../src/types/index.js';
import { arn, asking, invalid, notFound, violated } from './asking.js';
import { functions } from './harness.js';

const recursion = '/2024-08-31/functions';
const runtime = '/2021-07-20/functions';
const signing = '/2020-06-30/functions';
const unknown = notFound(`Function not found: ${arn}:none`);

describe('a mode of a function', () => {
  it('says whether it may call itself in rounds: not unless it was allowed', async () => {
    const { ask } = await asking();
    const path = `${recursion}/f/recursion-config`;
    assert.deepEqual(await ask('GET', path), [200, { RecursiveLoop: 'Terminate' }]);
    const allow = { RecursiveLoop: 'Allow' };
    assert.deepEqual(await ask('PUT', path, allow), [200, allow]);
    assert.deepEqual(await ask('GET', path), [200, allow]);
    assert.deepEqual(
      await ask('PUT', path, { RecursiveLoop: 'Maybe' }),
      violated('Maybe', 'recursiveLoop', 'satisfy enum value set: [Allow, Terminate]'),
    );
    assert.deepEqual(await ask('GET', `${recursion}/none/recursion-config`), unknown);
  });

  it('says when the runtime of a version changes, of which there is only the one installed', async () => {
    const { harness, ask } = await asking();
    const path = `${runtime}/f/runtime-management-config`;
    const told = (UpdateRuntimeOn: string, qualifier = '', more = {}) => [
      200,
      { UpdateRuntimeOn, FunctionArn: `${arn}:f${qualifier}`, ...more },
    ];
    assert.deepEqual(await ask('GET', path), told('Auto'));
    const update = { UpdateRuntimeOn: 'FunctionUpdate' };
    assert.deepEqual(await ask('PUT', `${path}?Qualifier=1`, update), told('FunctionUpdate', ':1'));
    assert.deepEqual(await ask('GET', `${runtime}/f:live/runtime-management-config`), [
      200,
      { ...update, FunctionArn: `${arn}:f:live` },
    ]);
    assert.deepEqual(await ask('GET', path), told('Auto'));
    const configuration = await harness.call('GET', `${functions}/f/configuration`);
    const { RuntimeVersionArn } = configuration.json().RuntimeVersionConfig;
    const manual = { UpdateRuntimeOn: 'Manual', RuntimeVersionArn };
    assert.deepEqual(await ask('PUT', path, manual), told('Manual', '', { RuntimeVersionArn }));
    for (const body of [
      { UpdateRuntimeOn: 'Manual' },
      { UpdateRuntimeOn: 'Auto', RuntimeVersionArn },
      { UpdateRuntimeOn: 'Manual', RuntimeVersionArn: `${RuntimeVersionArn}0` },
      {},
    ]) {
      const [status] = (await ask('PUT', path, body)) as [number];
      assert.equal(status, 400, JSON.stringify(body));
    }
  });

  it('names nobody who signs its code', async () => {
    const { ask } = await asking();
    const path = `${signing}/f/code-signing-config`;
    assert.deepEqual(await ask('GET', path), [200, {}]);
    assert.deepEqual(await ask('DELETE', path), [204]);
    const [status] = (await ask('PUT', path, { CodeSigningConfigArn: 'arn' })) as [number];
    assert.equal(status, 501);
    assert.deepEqual(await ask('GET', `${signing}/none/code-signing-config`), unknown);
  });
});

describe('the settings that AWS has and that change nothing here', () => {
  const path = `${functions}/f/configuration`;
  const told = async (ask: Awaited<ReturnType<typeof asking>>['ask'], body?: unknown) => {
    const [, answer] = (await ask(body === undefined ? 'GET' : 'PUT', path, body)) as [
      number,
      Record<string, unknown>,
    ];
    const { LoggingConfig, TracingConfig, DeadLetterConfig } = answer;
    return { LoggingConfig, TracingConfig, DeadLetterConfig };
  };

  it('are told as they were set, the rest of them as it was', async () => {
    const { ask } = await asking();
    const plain = {
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/f' },
      TracingConfig: { Mode: 'PassThrough' },
      DeadLetterConfig: undefined,
    };
    assert.deepEqual(await told(ask), plain);
    const LoggingConfig = { LogFormat: 'JSON', ApplicationLogLevel: 'DEBUG' };
    const TracingConfig = { Mode: 'Active' };
    const json = { ...LoggingConfig, SystemLogLevel: 'INFO', LogGroup: '/aws/lambda/f' };
    const changed = await told(ask, { LoggingConfig, TracingConfig });
    assert.deepEqual(changed, { ...plain, LoggingConfig: json, TracingConfig });
    const grouped = await told(ask, { LoggingConfig: { LogGroup: 'cool' } });
    assert.deepEqual(grouped.LoggingConfig, { ...json, LogGroup: 'cool' });
    await told(ask, { LoggingConfig: { LogFormat: 'Text' } });
    const again = await told(ask, { LoggingConfig: { LogFormat: 'JSON' } });
    const levels = { ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO' };
    assert.deepEqual(again.LoggingConfig, { LogFormat: 'JSON', ...levels, LogGroup: 'cool' });
    const DeadLetterConfig = { TargetArn: 'arn:aws:sqs:us-east-1:123456789012:dead' };
    assert.deepEqual((await told(ask, { DeadLetterConfig })).DeadLetterConfig, DeadLetterConfig);
    const cleared = await told(ask, { DeadLetterConfig: { TargetArn: '' } });
    assert.deepEqual(cleared.DeadLetterConfig, undefined);
  });

  it('are refused where they are wrong, and networks where they are not empty', async () => {
    const { ask } = await asking();
    const group =
      'Error occurred while DescribeSecurityGroups. EC2 Error Code: InvalidGroup.NotFound.';
    const cases: [body: unknown, answer: unknown][] = [
      [
        { VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] } },
        invalid(`${group} EC2 Error Message: The security group 'sg-1' does not exist`),
      ],
      [
        { VpcConfig: { SecurityGroupIds: ['bad'] } },
        violated(
          '[bad]',
          'vpcConfig.securityGroupIds',
          'satisfy constraint: [Member must have length less than or equal to 1024, Member must have length greater than or equal to 0, Member must satisfy regular expression pattern: sg-[0-9a-zA-Z]*]',
        ),
      ],
      [
        { TracingConfig: { Mode: 'Loud' } },
        violated('Loud', 'tracingConfig.mode', 'satisfy enum value set: [Active, PassThrough]'),
      ],
      [
        { LoggingConfig: { LogFormat: 'XML' } },
        violated('XML', 'loggingConfig.logFormat', 'satisfy enum value set: [JSON, Text]'),
      ],
    ];
    for (const [body, answer] of cases) {
      assert.deepEqual(await ask('PUT', path, body), answer, JSON.stringify(body));
    }
    const empty = { VpcConfig: { SubnetIds: [], SecurityGroupIds: [] } };
    const [status] = (await ask('PUT', path, empty)) as [number];
    assert.equal(status, 200);
    const target = { DeadLetterConfig: { TargetArn: 'arn:aws:iam::123456789012:role/r' } };
    const [refused] = (await ask('PUT', path, target)) as [number];
    assert.equal(refused, 400);
  });
});

describe('the account', () => {
  it('tells what the cluster holds, and how much it can run', async () => {
    const { harness, ask } = await asking();
    const settings = async () => (await harness.call('GET', '/2016-08-19/account-settings')).json();
    const { AccountLimit, AccountUsage } = await settings();
    // three times the empty zip: f, its version, g
    assert.deepEqual(AccountUsage, { FunctionCount: 2, TotalCodeSize: 66 });
    const { ConcurrentExecutions, UnreservedConcurrentExecutions, CodeSizeZipped } = AccountLimit;
    assert.deepEqual(
      [ConcurrentExecutions, UnreservedConcurrentExecutions, CodeSizeZipped],
      [limits.sandboxesPerNodeMax, limits.sandboxesPerNodeMax, limits.zipBytesMax],
    );
    const concurrency = '/2017-10-31/functions/f/concurrency';
    await ask('PUT', concurrency, { ReservedConcurrentExecutions: 10 });
    const left = (await settings()).AccountLimit.UnreservedConcurrentExecutions;
    assert.equal(left, limits.sandboxesPerNodeMax - 10);
    await ask('DELETE', `${functions}/f`);
    assert.deepEqual((await settings()).AccountUsage, { FunctionCount: 1, TotalCodeSize: 22 });
  });
});
