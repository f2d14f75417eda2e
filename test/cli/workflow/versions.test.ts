import { strict as assert } from 'node:assert';
import { type TestContext, test } from 'node:test';
import { run } from '../run.js';
import { FakeStates, Refusal } from './fake-states.js';

const arn = 'arn:aws:states:us-east-1:123456789012:stateMachine:order';
const absent = () => {
  throw new Refusal('ResourceNotFound', 'no such alias');
};

async function begin(context: TestContext, answers: FakeStates['answers']) {
  const states = new FakeStates(answers);
  const env = { HEARTH_ENDPOINT: await states.start(context) };
  return { states, hearth: (...argv: string[]) => run(['workflow', ...argv], { env }) };
}

test('publish prints the version as it can be started', async (context) => {
  const { states, hearth } = await begin(context, {
    PublishStateMachineVersion: () => ({ stateMachineVersionArn: `${arn}:3`, creationDate: 1 }),
  });
  const ran = await hearth('publish', 'order', '--description', 'the third');
  assert.deepEqual([ran.stdout, ran.stderr, ran.code], ['order:3\n', '', 0]);
  assert.deepEqual(states.asked.at(-1)?.body, { stateMachineArn: arn, description: 'the third' });
  const json = await hearth('publish', 'order', '--json');
  assert.deepEqual(JSON.parse(json.stdout), { name: 'order', version: '3' });
});

test('versions are listed with the aliases that lead to them', async (context) => {
  const { hearth } = await begin(context, {
    ListStateMachineVersions: () => ({
      stateMachineVersions: [
        { stateMachineVersionArn: `${arn}:2`, creationDate: 1_790_000_001.5 },
        { stateMachineVersionArn: `${arn}:1`, creationDate: 1_790_000_000 },
      ],
    }),
    ListStateMachineAliases: () => ({
      stateMachineAliases: [{ stateMachineAliasArn: `${arn}:live`, creationDate: 1 }],
    }),
    DescribeStateMachineAlias: ({ stateMachineAliasArn }) => ({
      stateMachineAliasArn,
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: `${arn}:2`, weight: 10 }],
    }),
  });
  const [, newest, oldest] = (await hearth('versions', 'order')).stdout.split('\n');
  assert.match(newest ?? '', /^2 +2026-\S+\.500Z +live \(10 %\)$/);
  assert.match(oldest ?? '', /^1 +2026-\S+ +-$/);
  const [first] = JSON.parse((await hearth('versions', 'order', '--json')).stdout);
  assert.deepEqual(first.aliases, [{ name: 'live', weight: 10 }]);
});

test('an alias is changed where there is one of that name, and made where there is none', async (context) => {
  const { states, hearth } = await begin(context, {
    DescribeStateMachineAlias: () => ({ name: 'live', routingConfiguration: [] }),
    UpdateStateMachineAlias: () => ({ updateDate: 1 }),
    CreateStateMachineAlias: () => ({ stateMachineAliasArn: `${arn}:live`, creationDate: 1 }),
  });
  const changed = await hearth('alias', 'order', 'live', '3=90,4');
  assert.equal(changed.stdout, 'order:live is order:3 (90 %), order:4 (10 %)\n');
  assert.deepEqual(states.asked.at(-1)?.body, {
    stateMachineAliasArn: `${arn}:live`,
    routingConfiguration: [
      { stateMachineVersionArn: `${arn}:3`, weight: 90 },
      { stateMachineVersionArn: `${arn}:4`, weight: 10 },
    ],
  });
  states.answers.DescribeStateMachineAlias = absent;
  assert.equal((await hearth('alias', 'order', 'live', '3')).stdout, 'order:live is order:3\n');
  assert.equal(states.asked.at(-1)?.operation, 'CreateStateMachineAlias');
  assert.equal(states.asked.at(-1)?.body.name, 'live');
});

test('weights that do not sum to 100 are refused before anybody is asked', async (context) => {
  const { states, hearth } = await begin(context, {});
  for (const versions of ['', 'live', '3=90,4=20', '3=50', '3,4', '3=101', '$LATEST']) {
    const ran = await hearth('alias', 'order', 'live', versions);
    assert.equal(ran.code, 2, versions);
    assert.match(ran.stderr, /write 3, or 3=90,4=10/);
  }
  assert.deepEqual(states.asked, []);
});

test('delete takes a version or an alias, too', async (context) => {
  const { states, hearth } = await begin(context, {
    DescribeStateMachine: () => ({
      stateMachineArn: arn,
      name: 'order',
      type: 'STANDARD',
      definition: '{}',
      roleArn: 'r',
    }),
    DeleteStateMachine: () => ({}),
    DeleteStateMachineVersion: () => ({}),
    DeleteStateMachineAlias: () => ({}),
  });
  for (const name of ['order', 'order:3', 'order:live']) await hearth('delete', name);
  assert.deepEqual(states.operations().slice(1), [
    'DeleteStateMachine',
    'DeleteStateMachineVersion',
    'DeleteStateMachineAlias',
  ]);
});
