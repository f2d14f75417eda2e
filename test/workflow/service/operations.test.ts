/** What operations answer and refuse, in the words recorded on live AWS. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { SimulatedClock } from '../../../src/lib/index.js';
import { asHearthError } from '../../../src/types/index.js';
import type { OperationName } from '../../../src/workflow/index.js';
import type { JsonObject } from '../../../src/workflow/json.js';
import { type FakeWorkflows, fakeWorkflows, passing, role } from './fake-workflows.js';

const prefix = 'arn:aws:states:us-east-1:123456789012:';
const arn = `${prefix}stateMachine:m`;
const other = passing.replaceAll('"A"', '"B"');
const create = { name: 'm', definition: passing, roleArn: role };

interface Asking extends FakeWorkflows {
  ask(name: OperationName, input?: unknown): Promise<Record<string, unknown>>;
  /** The error's code and message. */
  refusal(name: OperationName, input?: unknown): Promise<readonly [string, string]>;
  readonly clock: SimulatedClock;
}

function make(): Asking {
  const clock = new SimulatedClock();
  const workflows = fakeWorkflows(clock);
  const ask: Asking['ask'] = async (name, input = {}) =>
    workflows.service.ask(name, input as JsonObject, new AbortController().signal);
  const refusal: Asking['refusal'] = async (name, input = {}) => {
    try {
      return ['', JSON.stringify(await ask(name, input))];
    } catch (error) {
      const { code, message } = asHearthError(error);
      return [code, message];
    }
  };
  return { ...workflows, clock, ask, refusal };
}

describe('state machines', () => {
  it('are created once, by as many equal requests as come, whatever their role', async () => {
    const { ask, clock, refusal } = make();
    const first = await ask('CreateStateMachine', create);
    clock.advance(1000);
    assert.deepEqual(await ask('CreateStateMachine', create), first);
    const roleArn = `${role}-2`;
    assert.deepEqual(await ask('CreateStateMachine', { ...create, roleArn }), first);
    const exists = ['state-machine-already-exists', `State Machine Already Exists: '${arn}'`];
    for (const change of [{ definition: other }, { type: 'EXPRESS' }, { publish: true }]) {
      assert.deepEqual(await refusal('CreateStateMachine', { ...create, ...change }), exists);
    }
  });

  it('are told with what AWS fills in', async () => {
    const { ask, clock } = make();
    const creationDate = clock.wallMs() / 1000;
    await ask('CreateStateMachine', { ...create, loggingConfiguration: { destinations: [] } });
    assert.deepEqual(await ask('DescribeStateMachine', { stateMachineArn: arn }), {
      stateMachineArn: arn,
      name: 'm',
      status: 'ACTIVE',
      definition: passing,
      roleArn: role,
      type: 'STANDARD',
      creationDate,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false, destinations: [] },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    const metadata = { stateMachineArn: arn, includedData: 'METADATA_ONLY' };
    assert.equal((await ask('DescribeStateMachine', metadata)).definition, '{}');
  });

  it('get a revision when something changes, and keep it when nothing does', async () => {
    const { ask, refusal } = make();
    await ask('CreateStateMachine', create);
    const update = (more: object) =>
      ask('UpdateStateMachine', { stateMachineArn: arn, ...more }).then(
        ({ revisionId }) => revisionId,
      );
    assert.equal(await update({ definition: passing }), undefined);
    const first = await update({ definition: other });
    assert.match(String(first), /^[0-9a-f-]{36}$/);
    assert.equal(await update({ definition: other, roleArn: role }), first);
    assert.notEqual(await update({ roleArn: `${role}-2` }), first);
    assert.deepEqual(await refusal('UpdateStateMachine', { stateMachineArn: arn }), [
      'missing-required-parameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    ]);
  });

  it('are deleted again and again, and then unknown', async () => {
    const { ask, refusal } = make();
    await ask('CreateStateMachine', create);
    for (let time = 0; time < 2; time++) {
      assert.deepEqual(await ask('DeleteStateMachine', { stateMachineArn: arn }), {});
    }
    const gone = ['state-machine-does-not-exist', `State Machine Does Not Exist: '${arn}'`];
    const input = { stateMachineArn: arn, roleArn: role };
    for (const name of [
      'DescribeStateMachine',
      'UpdateStateMachine',
      'StartExecution',
      'ListExecutions',
      'PublishStateMachineVersion',
    ] as const) {
      assert.deepEqual(await refusal(name, input), gone, name);
    }
  });

  it('are listed by name, in pages whose tokens are good for that list only', async () => {
    const { ask, refusal } = make();
    for (const name of ['m_2', 'm_10', 'm_1']) await ask('CreateStateMachine', { ...create, name });
    const names = (page: Record<string, unknown>) =>
      (page.stateMachines as { name: string }[]).map(({ name }) => name);
    const first = await ask('ListStateMachines', { maxResults: 2 });
    assert.deepEqual(names(first), ['m_1', 'm_10']);
    const { nextToken } = first;
    const second = await ask('ListStateMachines', { nextToken });
    assert.deepEqual([names(second), second.nextToken], [['m_2'], undefined]);
    assert.equal(names(await ask('ListStateMachines', { maxResults: 0 })).length, 3);
    const wrong = ['invalid-token', "Invalid Token: 'Invalid token'"];
    assert.deepEqual(await refusal('ListActivities', { nextToken }), wrong);
    assert.deepEqual(await refusal('ListStateMachines', { nextToken: 'x' }), wrong);
    assert.deepEqual(await refusal('ListStateMachines', { maxResults: 1001 }), [
      'validation',
      "1 validation error detected: Value '1001' at 'maxResults' failed to satisfy constraint: Member must have value less than or equal to 1000",
    ]);
    const long = 'x'.repeat(1025);
    assert.deepEqual(await refusal('ListStateMachines', { nextToken: long }), [
      'validation',
      `1 validation error detected: Value '${long}' at 'nextToken' failed to satisfy constraint: Member must have length less than or equal to 1024`,
    ]);
  });

  it('log to exactly one place, or to none where the level is OFF', async () => {
    const { ask, refusal } = make();
    const group = { cloudWatchLogsLogGroup: { logGroupArn: 'arn:aws:logs:x' } };
    for (const loggingConfiguration of [
      { level: 'ALL' },
      { level: 'ALL', destinations: [] },
      { destinations: [group, group] },
      { destinations: [{}] },
    ]) {
      assert.deepEqual(await refusal('CreateStateMachine', { ...create, loggingConfiguration }), [
        'invalid-logging-configuration',
        'Invalid Logging Configuration: Must specify exactly one Log Destination.',
      ]);
    }
    const loggingConfiguration = { level: 'ERROR', destinations: [group] };
    await ask('CreateStateMachine', { ...create, loggingConfiguration });
  });
});

describe('versions and aliases', () => {
  it('have numbers that are never used again, one for each revision', async () => {
    const { ask, refusal } = make();
    await ask('CreateStateMachine', create);
    const publish = (more: object = {}) =>
      ask('PublishStateMachineVersion', { stateMachineArn: arn, ...more });
    const first = await publish({ description: 'one', revisionId: 'INITIAL' });
    assert.equal(first.stateMachineVersionArn, `${arn}:1`);
    assert.deepEqual(await publish(), first);
    await ask('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:1` });
    await ask('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:1` });
    assert.equal((await publish()).stateMachineVersionArn, `${arn}:2`);
    const updated = await ask('UpdateStateMachine', {
      stateMachineArn: arn,
      definition: other,
      publish: true,
      versionDescription: 'three',
    });
    assert.equal(updated.stateMachineVersionArn, `${arn}:3`);
    const old = await ask('DescribeStateMachine', { stateMachineArn: `${arn}:2` });
    assert.deepEqual([old.definition, old.revisionId], [passing, undefined]);
    const now = await ask('DescribeStateMachine', { stateMachineArn: `${arn}:3` });
    assert.deepEqual(
      [now.definition, now.revisionId, now.description, now.stateMachineArn],
      [other, updated.revisionId, 'three', `${arn}:3`],
    );
    const { stateMachineVersions } = await ask('ListStateMachineVersions', {
      stateMachineArn: arn,
    });
    assert.deepEqual(
      (stateMachineVersions as Record<string, unknown>[]).map(
        ({ stateMachineVersionArn }) => stateMachineVersionArn,
      ),
      [`${arn}:3`, `${arn}:2`],
    );
    assert.deepEqual(
      await refusal('PublishStateMachineVersion', { stateMachineArn: arn, revisionId: 'x' }),
      [
        'workflow-conflict',
        `Failed to publish the State Machine version for revision x. The current State Machine revision is ${updated.revisionId}.`,
      ],
    );
  });

  it('lead to versions of one state machine, by weights of 100 per cent', async () => {
    const { refusal } = await withVersions();
    const v = (version: number | string) => `${arn}${version === '' ? '' : `:${version}`}`;
    const route = (version: number | string, weight: number) => ({
      stateMachineVersionArn: v(version),
      weight,
    });
    const head = 'Routing configuration must contain';
    const one = '1 validation error detected: Value ';
    const cases: readonly (readonly [readonly unknown[], string])[] = [
      [
        [route(1, 50), route(2, 30), route(3, 20)],
        `${one}'[RoutingConfigurationListItem(stateMachineVersionArn=${v(1)}, weight=50), RoutingConfigurationListItem(stateMachineVersionArn=${v(2)}, weight=30), RoutingConfigurationListItem(stateMachineVersionArn=${v(3)}, weight=20)]' at 'routingConfiguration' failed to satisfy constraint: Member must have length less than or equal to 2`,
      ],
      [
        [],
        `${one}'[]' at 'routingConfiguration' failed to satisfy constraint: Member must have length greater than or equal to 1`,
      ],
      [
        [route(1, 50), route(1, 50)],
        `${head} distinct state machine version ARNs. Received: [${v(1)}, ${v(1)}]`,
      ],
      [
        [route('', 70), route(2, 30)],
        `${head} state machine version ARNs. Received: [${v('')}, ${v(2)}]`,
      ],
      [
        [route(1, 101)],
        `${one}'101' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value less than or equal to 100`,
      ],
      [
        [route(1, -1)],
        `${one}'-1' at 'routingConfiguration.1.member.weight' failed to satisfy constraint: Member must have value greater than or equal to 0`,
      ],
      [
        [route(1, 70), route(2, 29)],
        'Sum of routing configuration weights must equal 100. Received: [70, 29]',
      ],
    ];
    for (const [routingConfiguration, message] of cases) {
      const input = { name: 'live', routingConfiguration };
      assert.deepEqual(await refusal('CreateStateMachineAlias', input), ['validation', message]);
    }
    const missing = { name: 'live', routingConfiguration: [route(9, 100)] };
    assert.deepEqual(await refusal('CreateStateMachineAlias', missing), [
      'workflow-resource-not-found',
      'Request references a resource that does not exist.',
    ]);
  });

  it('keep the versions that they lead to from being deleted', async () => {
    const { ask, refusal } = await withVersions();
    const routingConfiguration = [{ stateMachineVersionArn: `${arn}:1`, weight: 100 }];
    const alias = { name: 'live', description: 'd', routingConfiguration };
    const made = await ask('CreateStateMachineAlias', alias);
    assert.equal(made.stateMachineAliasArn, `${arn}:live`);
    assert.deepEqual(await ask('CreateStateMachineAlias', alias), made);
    assert.deepEqual(await refusal('CreateStateMachineAlias', { ...alias, description: 'e' }), [
      'workflow-conflict',
      'Failed to create alias because an alias with the same name and a different routing configuration already exists.',
    ]);
    assert.deepEqual(
      await refusal('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:1` }),
      [
        'workflow-conflict',
        'Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [live]',
      ],
    );
    const byArn = { stateMachineAliasArn: `${arn}:live` };
    const routes = [{ stateMachineVersionArn: `${arn}:2`, weight: 100 }];
    await ask('UpdateStateMachineAlias', { ...byArn, routingConfiguration: routes });
    const told = await ask('DescribeStateMachineAlias', byArn);
    assert.deepEqual([told.routingConfiguration, told.description], [routes, 'd']);
    await ask('DeleteStateMachineVersion', { stateMachineVersionArn: `${arn}:1` });
    await ask('DeleteStateMachineAlias', byArn);
    await ask('DeleteStateMachineAlias', byArn);
    assert.deepEqual(await refusal('UpdateStateMachineAlias', { ...byArn, description: 'x' }), [
      'workflow-resource-not-found',
      'Request references a resource that does not exist.',
    ]);
  });

  it('are what executions run, drawn by weight', async () => {
    const { ask, executions } = await withVersions();
    const routingConfiguration = [
      { stateMachineVersionArn: `${arn}:1`, weight: 30 },
      { stateMachineVersionArn: `${arn}:2`, weight: 70 },
    ];
    await ask('CreateStateMachineAlias', { name: 'live', routingConfiguration });
    for (let count = 0; count < 100; count++) {
      await ask('StartExecution', { stateMachineArn: `${arn}:live` });
    }
    const views = [...executions.views.values()];
    const first = views.filter((view) => view.stateMachineVersionArn === `${arn}:1`);
    assert.ok(first.length > 15 && first.length < 45, String(first.length));
    assert.ok(views.every((view) => view.stateMachineAliasArn === `${arn}:live`));
  });

  async function withVersions(): Promise<Asking> {
    const asking = make();
    await asking.ask('CreateStateMachine', { ...create, publish: true });
    const update = { stateMachineArn: arn, definition: other, publish: true };
    await asking.ask('UpdateStateMachine', update);
    return asking;
  }
});

describe('executions', () => {
  it('are refused for the first of what is wrong: the ARN, the state machine, the name, the input', async () => {
    const { ask, refusal } = make();
    await ask('CreateStateMachine', create);
    const size = 'Member must have size less than or equal to 262144 bytes in UTF-8 encoding';
    const input = "Invalid State Machine Execution Input: '";
    const expected =
      "was expecting (JSON String, Number, Array, Object or token 'null', 'true' or 'false')";
    const long = 'a'.repeat(81);
    const cases: readonly (readonly [object, string, string])[] = [
      [{ stateMachineArn: 'x' }, 'invalid-arn', "Invalid Arn: 'Invalid ARN prefix: x'"],
      [
        { stateMachineArn: `${prefix}execution:m:e` },
        'invalid-arn',
        "Invalid Arn: 'Resource type not valid in this context: execution'",
      ],
      [
        { stateMachineArn: `${arn}x`, name: 'a b', input: '{' },
        'state-machine-does-not-exist',
        `State Machine Does Not Exist: '${arn}x'`,
      ],
      [{ name: 'a b', input: '{' }, 'invalid-name', "Invalid Name: 'a b'"],
      [
        { name: long },
        'validation',
        `1 validation error detected: Value '${long}' at 'name' failed to satisfy constraint: Member must have length less than or equal to 80`,
      ],
      [
        { input: `"${'ä'.repeat(131_072)}"` },
        'validation',
        `1 validation error detected: Value at 'input' failed to satisfy constraint: ${size}`,
      ],
      [
        { input: 'not some json' },
        'invalid-execution-input',
        `${input}Unrecognized token 'not': ${expected}'`,
      ],
      [
        { input: "{'not': 'json'" },
        'invalid-execution-input',
        `${input}Unexpected character (''' (code 39)): was expecting double-quote to start field name'`,
      ],
      [{ input: '' }, 'invalid-execution-input', `${input}Invalid execution input.'`],
    ];
    for (const [more, code, message] of cases) {
      const asked = { stateMachineArn: arn, ...more };
      assert.deepEqual(await refusal('StartExecution', asked), [code, message]);
    }
    for (const text of ['2', '"some text"', 'null', '{}']) {
      await ask('StartExecution', { stateMachineArn: arn, input: text });
    }
  });

  it('say of a child of a map run that it is redriven with its run, and how many items it has', async () => {
    const { ask, executions } = make();
    const { stateMachineArn } = await ask('CreateStateMachine', {
      name: 'm',
      definition: passing,
      roleArn: role,
    });
    const { executionArn } = await ask('StartExecution', { stateMachineArn, name: 'e' });
    const arn = String(executionArn);
    const ofRun = { mapRunArn: `${prefix}mapRun:m/l:1`, itemCount: 2, notRedrivable: null };
    const view = executions.views.get(arn) ?? assert.fail();
    executions.views.set(arn, { ...view, status: 'FAILED', ...ofRun });
    const described = await ask('DescribeExecution', { executionArn });
    assert.equal(described.redriveStatus, 'REDRIVABLE_BY_MAP_RUN');
    assert.equal(described.redriveStatusReason, undefined);
    const listed = await ask('ListExecutions', { stateMachineArn });
    const [child] = listed.executions as JsonObject[];
    assert.equal(child?.itemCount, 2);
  });

  it('are told with what AWS tells of them', async () => {
    const { ask, clock, executions } = make();
    await ask('CreateStateMachine', create);
    const startDate = clock.wallMs() / 1000;
    const executionArn = `${prefix}execution:m:e`;
    assert.deepEqual(await ask('StartExecution', { stateMachineArn: arn, name: 'e' }), {
      executionArn,
      startDate,
    });
    clock.advance(1500);
    executions.end(executionArn, '1');
    assert.deepEqual(await ask('DescribeExecution', { executionArn }), {
      executionArn,
      stateMachineArn: arn,
      name: 'e',
      status: 'SUCCEEDED',
      startDate,
      stopDate: startDate + 1.5,
      input: '{}',
      inputDetails: { included: true },
      output: '1',
      outputDetails: { included: true },
      redriveCount: 0,
      redriveStatus: 'NOT_REDRIVABLE',
      redriveStatusReason: 'Execution is SUCCEEDED and cannot be redriven',
    });
    const described = await ask('DescribeStateMachineForExecution', { executionArn });
    assert.deepEqual(described, {
      stateMachineArn: arn,
      name: 'm',
      definition: passing,
      roleArn: role,
      updateDate: startDate,
      loggingConfiguration: { level: 'OFF', includeExecutionData: false },
      tracingConfiguration: { enabled: false },
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    await ask('DeleteStateMachine', { stateMachineArn: arn });
    assert.equal((await ask('DescribeExecution', { executionArn })).status, 'SUCCEEDED');
  });

  it('of Express are waited for, and have no history', async () => {
    const { ask, clock, refusal } = make();
    await ask('CreateStateMachine', { ...create, type: 'EXPRESS' });
    await ask('CreateStateMachine', { ...create, name: 'standard' });
    const startDate = clock.wallMs() / 1000;
    const asked = { stateMachineArn: arn, name: 'e', input: '{"a":1}' };
    const executionArn = `${prefix}express:m:e:run`;
    assert.deepEqual(await ask('StartSyncExecution', asked), {
      executionArn,
      stateMachineArn: arn,
      name: 'e',
      status: 'SUCCEEDED',
      startDate,
      stopDate: startDate,
      input: '{"a":1}',
      inputDetails: { included: true },
      output: '{"a":1}',
      outputDetails: { included: true },
      billingDetails: { billedDurationInMilliseconds: 100, billedMemoryUsedInMB: 64 },
    });
    const [code] = await refusal('GetExecutionHistory', { executionArn });
    assert.equal(code, 'invalid-arn');
    const unsupported = [
      'state-machine-type-not-supported',
      'This operation is not supported by this type of state machine',
    ];
    assert.deepEqual(await refusal('ListExecutions', { stateMachineArn: arn }), unsupported);
    const standard = { stateMachineArn: `${prefix}stateMachine:standard` };
    assert.deepEqual(await refusal('StartSyncExecution', standard), unsupported);
  });

  it('have histories in pages, forwards and backwards, with or without data', async () => {
    const { ask, executions, refusal } = make();
    await ask('CreateStateMachine', create);
    const { executionArn } = await ask('StartExecution', { stateMachineArn: arn, name: 'e' });
    const event = { previousEventId: 0, timestampMs: 1_500_000_000_250 };
    executions.events.set(String(executionArn), [
      { ...event, id: 1, type: 'ExecutionStarted', details: { input: '{}', roleArn: role } },
      { ...event, id: 2, type: 'MapStateStarted' as const, details: { length: 2 } },
      { ...event, id: 3, type: 'ParallelStateStarted' },
    ]);
    const told = { previousEventId: 0, timestamp: 1_500_000_000.25 };
    const details = { input: '{}', roleArn: role };
    const started = { ...told, type: 'ExecutionStarted', id: 1 };
    const page = await ask('GetExecutionHistory', { executionArn, maxResults: 2 });
    assert.deepEqual(page.events, [
      { ...started, executionStartedEventDetails: details },
      { ...told, type: 'MapStateStarted', id: 2, mapStateStartedEventDetails: { length: 2 } },
    ]);
    const { nextToken } = page;
    const rest = await ask('GetExecutionHistory', { executionArn, nextToken });
    assert.deepEqual(rest, { events: [{ ...told, type: 'ParallelStateStarted', id: 3 }] });
    const backwards = { executionArn, reverseOrder: true, includeExecutionData: false };
    const { events } = await ask('GetExecutionHistory', backwards);
    assert.deepEqual((events as unknown[])[2], {
      ...started,
      executionStartedEventDetails: { roleArn: role },
    });
    const [code] = await refusal('GetExecutionHistory', { ...backwards, nextToken });
    assert.equal(code, 'invalid-token');
  });

  it('that nobody knows are told by their ARN', async () => {
    const { refusal } = make();
    const executionArn = `${prefix}execution:m:none`;
    for (const name of [
      'DescribeExecution',
      'DescribeStateMachineForExecution',
      'GetExecutionHistory',
      'StopExecution',
      'RedriveExecution',
      'ListMapRuns',
    ] as const) {
      const gone = ['execution-does-not-exist', `Execution Does Not Exist: '${executionArn}'`];
      assert.deepEqual(await refusal(name, { executionArn }), gone, name);
      const wrong = await refusal(name, { executionArn: arn });
      assert.equal(
        wrong[1],
        "Invalid Arn: 'Resource type not valid in this context: stateMachine'",
      );
    }
  });
});

describe('activities and tasks', () => {
  it('are created once by each name, and deleted again and again', async () => {
    const { ask, clock, refusal } = make();
    const activityArn = `${prefix}activity:a.b-c_1`;
    const creationDate = clock.wallMs() / 1000;
    for (const tags of [[], [{ key: 'k', value: 'v' }]]) {
      const made = await ask('CreateActivity', { name: 'a.b-c_1', tags });
      assert.deepEqual(made, { activityArn, creationDate });
      clock.advance(5);
    }
    assert.deepEqual(await ask('DescribeActivity', { activityArn }), {
      activityArn,
      name: 'a.b-c_1',
      creationDate,
      encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    });
    await ask('DeleteActivity', { activityArn });
    await ask('DeleteActivity', { activityArn });
    for (const name of ['DescribeActivity', 'GetActivityTask'] as const) {
      assert.deepEqual(await refusal(name, { activityArn }), [
        'activity-does-not-exist',
        `Activity Does Not Exist: '${activityArn}'`,
      ]);
    }
  });

  it('have no names with white space, brackets, wildcards, controls or halves of characters', async () => {
    const { ask, refusal } = make();
    const wrong = ' <>{}[]?*"#%\\^|~`$&,;:/\u0000\u001f\u007f\u009f\n\ud800\ufffe';
    for (const char of wrong) {
      const name = `a${char}b`;
      const expected = ['invalid-name', `Invalid Name: '${name}'`];
      assert.deepEqual(await refusal('CreateActivity', { name }), expected, JSON.stringify(char));
      const machine = await refusal('CreateStateMachine', { ...create, name });
      assert.deepEqual(machine, expected);
    }
    for (const name of ['a.b', "it's(fine)@home!", 'grüße', '名', '😀']) {
      await ask('CreateActivity', { name });
    }
  });

  it('are given to workers, or nothing is after a minute', async () => {
    const { ask, executions } = make();
    const { activityArn } = await ask('CreateActivity', { name: 'a' });
    const task = { taskToken: 't', input: '{}' };
    executions.tasks.push(task);
    assert.deepEqual(await ask('GetActivityTask', { activityArn, workerName: 'w' }), task);
    assert.deepEqual(await ask('GetActivityTask', { activityArn }), {});
  });

  it('end by tokens, with JSON', async () => {
    const { ask, executions, refusal } = make();
    const taskToken = '1f0ae0c5-4b7e-4f6f-9a33-7f1f53f2c9d2';
    assert.deepEqual(await ask('SendTaskSuccess', { taskToken, output: '{"a":1}' }), {});
    assert.deepEqual(await ask('SendTaskFailure', { taskToken, error: 'E' }), {});
    assert.deepEqual(await ask('SendTaskHeartbeat', { taskToken }), {});
    assert.deepEqual(executions.signals, [
      [taskToken, { kind: 'succeeded', output: '{"a":1}' }],
      [taskToken, { kind: 'failed', error: 'E', cause: '' }],
      [taskToken, { kind: 'heartbeat' }],
    ]);
    const [code] = await refusal('SendTaskSuccess', { taskToken, output: '{' });
    assert.equal(code, 'invalid-output');
    const [wrong] = await refusal('SendTaskFailure', { taskToken: 'NoSuchTaskToken' });
    assert.equal(wrong, 'invalid-token');
  });
});

describe('tags', () => {
  it('are set, replaced, removed and told', async () => {
    const { ask, refusal } = make();
    const tags = [{ key: 'a', value: '' }];
    await ask('CreateStateMachine', { ...create, tags });
    const told = () =>
      ask('ListTagsForResource', { resourceArn: arn }).then((answer) => answer.tags);
    await ask('TagResource', { resourceArn: arn, tags: [] });
    assert.deepEqual(await told(), tags);
    const more = [
      { key: 'b', value: '1' },
      { key: 'b', value: '2' },
      { key: 'a', value: 'x' },
    ];
    await ask('TagResource', { resourceArn: arn, tags: more });
    const now = [
      { key: 'a', value: 'x' },
      { key: 'b', value: '2' },
    ];
    assert.deepEqual(await told(), now);
    await ask('UntagResource', { resourceArn: arn, tagKeys: ['a', 'z'] });
    assert.deepEqual(await told(), now.slice(1));
    const many = Array.from({ length: 50 }, (_, index) => ({ key: `k${index}` }));
    assert.equal(
      (await refusal('TagResource', { resourceArn: arn, tags: many }))[0],
      'too-many-tags',
    );
    const machine = { ...create, name: 'n', tags: [...many, ...tags] };
    assert.equal((await refusal('CreateStateMachine', machine))[0], 'too-many-tags');
    const none = `${prefix}activity:none`;
    for (const name of ['ListTagsForResource', 'TagResource'] as const) {
      assert.deepEqual(await refusal(name, { resourceArn: none, tags }), [
        'workflow-resource-not-found',
        `Resource not found: '${none}'`,
      ]);
    }
  });
});

describe('definitions', () => {
  it('are validated without being kept, as much as is asked for', async () => {
    const { ask, log } = make();
    const validate = (input: object) => ask('ValidateStateMachineDefinition', input);
    assert.deepEqual(await validate({ definition: passing }), {
      result: 'OK',
      diagnostics: [],
      truncated: false,
    });
    const wrong = await validate({
      definition: '{"States":{"A":{"Type":"Pass"},"B":{"Type":"x"}}}',
    });
    assert.equal(wrong.result, 'FAIL');
    const one = await validate({ definition: '{}', maxResults: 1 });
    assert.equal((one.diagnostics as unknown[]).length, 1);
    assert.equal(log.length, 0);
  });
});
