import { strict as assert } from 'node:assert';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { readService } from '../../../src/cli/serverless/read.js';

async function read(
  context: TestContext,
  text: string,
  {
    files = {},
    options = {},
    env = {},
  }: {
    files?: Record<string, string>;
    options?: Record<string, string>;
    env?: Record<string, string>;
  } = {},
) {
  const directory = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(directory, { recursive: true, force: true }));
  for (const [name, content] of Object.entries({ 'serverless.yml': text, ...files })) {
    await mkdir(dirname(join(directory, name)), { recursive: true });
    await writeFile(join(directory, name), content);
  }
  return readService(join(directory, 'serverless.yml'), options, env);
}

const head = 'service: shop\nprovider: {name: aws, runtime: nodejs20.x}\n';

test('functions have what they say, else what the provider says, and names as people know them', async (context) => {
  const { functions } = await read(
    context,
    `
service: shop
provider:
  name: aws
  runtime: python3.11
  timeout: 9
  environment: {A: 1, B: two}
functions:
  send-mail:
    handler: mail.send
    memorySize: 256
    environment: {B: three}
  other:
    name: other-one
    handler: src/other.run
    runtime: nodejs20.x
    timeout: 20
    url: true
    reservedConcurrency: 3
    layers: ['deps:2']
`,
  );
  const [first, second] = functions;
  assert.equal(first?.name, 'shop-dev-send-mail');
  assert.deepEqual(
    { ...first?.settings },
    {
      name: 'shop-dev-send-mail',
      handler: 'mail.send',
      description: undefined,
      runtime: 'python3.11',
      memory: 256,
      timeout: 9,
      env: { A: '1', B: 'three' },
      layers: undefined,
      snapStart: undefined,
    },
  );
  assert.deepEqual([second?.name, second?.settings.runtime], ['other-one', 'nodejs20.x']);
  assert.deepEqual(second?.settings.layers, ['arn:aws:lambda:us-east-1:123456789012:layer:deps:2']);
  assert.deepEqual([second?.reservedConcurrency, second?.url], [3, { AuthType: 'NONE' }]);
});

test('names in a definition become ARNs, in each way that CloudFormation has for that', async (context) => {
  const prefix = 'arn:aws:lambda:us-east-1:123456789012:function:shop-dev';
  const { machines, activities } = await read(
    context,
    `${head}
functions:
  one: {handler: a.b}
  two-three: {handler: a.b}
stepFunctions:
  activities: [manual]
  stateMachines:
    flow:
      name: flow-\${sls:stage}
      type: EXPRESS
      tags: {team: a}
      definition:
        StartAt: A
        States:
          A: {Type: Task, Resource: !GetAtt one.Arn, Next: B}
          B: {Type: Task, Resource: {Fn::GetAtt: [TwoDashthreeLambdaFunction, Arn]}, Next: C}
          C: {Type: Task, Resource: !Sub 'arn:\${AWS::Partition}:lambda:\${AWS::Region}:\${AWS::AccountId}:function:\${one}', Next: D}
          D: {Type: Task, Resource: !Join [':', [arn, !Ref one]], Next: E}
          E: {Type: Task, Resource: !Ref manual, Next: F}
          F: {Type: Task, Resource: !Sub ['\${x}-\${!y}', {x: !Ref other}], Next: G}
          G: {Type: Task, Resource: 'arn:aws:lambda:#{AWS::Region}:1:function:x', End: true}
    other: {definition: {StartAt: A, States: {}}}
`,
  );
  assert.deepEqual(activities, ['manual']);
  const [flow] = machines;
  assert.deepEqual([flow?.name, flow?.type], ['flow-dev', 'EXPRESS']);
  assert.deepEqual(flow?.tags, [{ key: 'team', value: 'a' }]);
  const { States } = JSON.parse(flow?.definition ?? '');
  const resources = Object.values(States as Record<string, { Resource: string }>);
  assert.deepEqual(
    resources.map(({ Resource }) => Resource),
    [
      `${prefix}-one`,
      `${prefix}-two-three`,
      `${prefix}-one`,
      'arn:shop-dev-one',
      'arn:aws:states:us-east-1:123456789012:activity:manual',
      `arn:aws:states:us-east-1:123456789012:stateMachine:other-\${y}`,
      'arn:aws:lambda:us-east-1:1:function:x',
    ],
  );
});

test('variables are found in the file, the options, the environment and other files, with fallbacks', async (context) => {
  const { functions, machines } = await read(
    context,
    `
service: shop
custom:
  sizes: \${file(config.yml):sizes}
  live: {memory: 512}
  dev: {memory: 128}
params:
  default: {greeting: hello}
provider: {name: aws, runtime: nodejs20.x, stage: "\${opt:stage, 'dev'}"}
functions:
  one:
    handler: \${self:custom.nothing, opt:handler, 'index.handler'}
    memorySize: \${self:custom.\${self:provider.stage}.memory}
    timeout: \${self:custom.sizes.seconds}
    environment:
      HOME: \${env:HOME}
      TEXT: \${sls:stage}-\${param:greeting}-\${aws:accountId}
      NOTE: \${file(note.txt)}
stepFunctions:
  stateMachines:
    flow: {definition: "\${file(flow.asl.json)}"}
`,
    {
      files: {
        'config.yml': `sizes: {seconds: "\${opt:seconds, 7}"}\n`,
        'note.txt': 'a note\n',
        'flow.asl.json': `{"StartAt":"A","States":{"A":{"Type":"Pass","Result":"\${odd}","End":true}}}`,
      },
      options: { stage: 'live' },
      env: { HOME: '/home/me' },
    },
  );
  const settings = functions[0]?.settings;
  assert.equal(functions[0]?.name, 'shop-live-one');
  assert.deepEqual(
    [settings?.handler, settings?.memory, settings?.timeout],
    ['index.handler', 512, 7],
  );
  assert.deepEqual(settings?.env, {
    HOME: '/home/me',
    TEXT: 'live-hello-123456789012',
    NOTE: 'a note',
  });
  assert.equal(JSON.parse(machines[0]?.definition ?? '').States.A.Result, `\${odd}`);
});

test('what means nothing here is told with its place, and what cannot be is refused with all places', async (context) => {
  const { notes } = await read(
    context,
    `
service: shop
plugins: [serverless-step-functions, serverless-offline]
provider: {name: aws, runtime: nodejs20.x, region: eu-west-1, iam: {role: x}}
resources: {Resources: {}}
functions:
  one: {handler: a.b, role: r, events: [{httpApi: '*'}, {schedule: rate(1 minute)}]}
`,
  );
  const places = notes.map((note) => note.split(' is left out')[0]?.split(' takes')[0]);
  assert.deepEqual(places.sort(), [
    'functions.one.events[0] (httpApi)',
    'functions.one.events[1] (schedule)',
    'functions.one.role',
    'plugins[1] (serverless-offline)',
    'provider.iam',
    'provider.region',
    'resources',
  ]);
  const wrong = `${head}
functions:
  one: {handler: a.b, provisionedConcurrency: 2, timeout: soon}
  two: {memory: 3}
layers: {}
`;
  await assert.rejects(read(context, wrong), ({ message }: Error) => {
    assert.match(message, /functions\.one\.provisionedConcurrency is not supported/);
    assert.match(message, /functions\.one\.timeout must be a whole number/);
    assert.match(message, /functions\.two\.memory is not supported \(handler, /);
    assert.match(message, /functions\.two has no handler/);
    assert.match(message, /layers is not supported/);
    return true;
  });
});

test('machines are known by their names and ids as logical ids, and their definitions may be texts', async (context) => {
  const { machines } = await read(
    context,
    `${head}
stepFunctions:
  stateMachines:
    one: {id: TheFirst, name: first-one, definition: '{"StartAt":"A","States":{}}'}
    two:
      name: second
      definition: {StartAt: !Ref TheFirst, Comment: !Ref FirstDashone, States: {A: !Ref Second}}
`,
  );
  const prefix = 'arn:aws:states:us-east-1:123456789012:stateMachine:';
  assert.deepEqual(JSON.parse(machines[0]?.definition ?? ''), { StartAt: 'A', States: {} });
  assert.deepEqual(JSON.parse(machines[1]?.definition ?? ''), {
    StartAt: `${prefix}first-one`,
    Comment: `${prefix}first-one`,
    States: { A: `${prefix}second` },
  });
});

test('all names that lead nowhere are told at once, beside what else is wrong', async (context) => {
  const text = `${head}
layers: {common: {path: x}}
functions:
  one: {handler: a.b, layers: [!Ref CommonLambdaLayer]}
stepFunctions:
  stateMachines:
    flow: {definition: {StartAt: !GetAtt MyQueue.Arn, Comment: !ImportValue x, States: !GetAtt one.Name}}
`;
  await assert.rejects(read(context, text), ({ message }: Error) => {
    assert.match(message, /layers is not supported/);
    assert.match(message, /functions\.one\.layers\[0\]: there is no .* CommonLambdaLayer/);
    const flow = 'stepFunctions.stateMachines.flow.definition';
    assert.ok(message.includes(`${flow}.StartAt: there is no function, state machine`));
    assert.ok(message.includes(`${flow}.Comment: Fn::ImportValue is not supported`));
    assert.ok(message.includes(`${flow}.States: one has no attribute Name; it has Arn`));
    return true;
  });
});

test('wrong files and variables are refused in one sentence that says where', async (context) => {
  const cases: [string, RegExp][] = [
    ['a: [', /serverless\.yml is not YAML that can be read: .* line 1/],
    ['a: 1\na: 2', /Map keys must be unique at line 2/],
    [`a: ${'['.repeat(100_000)}`, /nested too deeply at line/],
    [`a: ${'['.repeat(450)}${']'.repeat(450)}`, /nested deeper than anybody reads/],
    ['- a', /is not a serverless\.yml/],
    [`${head}custom: {a: "\${self:custom.a}"}`, /custom\.a: the variable .* leads back to itself/],
    [`${head}custom: {a: "\${self:custom}"}`, /leads back to itself|more than/],
    [`${head}custom: {a: "\${opt:x}"}`, /custom\.a: \$\{opt:x\} is not set/],
    [`${head}custom: {a: "\${ssm:/x}"}`, /custom\.a: the variable \$\{ssm:\/x\} is not supported/],
    [`${head}custom: {a: "\${file(x.js)}"}`, /custom\.a: \$\{file\(x\.js\)\} is code/],
    [`${head}custom: {b: {}, a: "x\${self:custom.b}"}`, /custom\.a: .* is no text/],
    [
      `${head}functions: {a: {handler: !Ref nobody}}`,
      /functions\.a\.handler: there is no .* nobody/,
    ],
    [`${head}functions: {a: {handler: !Select [0, [x]]}}`, /handler: Fn::Select is not supported/],
    ['service: a\nprovider: {name: google}', /provider\.name is google/],
    ['provider: {name: aws}', /service has no name/],
  ];
  for (const [text, message] of cases) {
    await assert.rejects(read(context, text), message, text.slice(0, 80));
  }
});

test('variables and aliases that grow without end are stopped', async (context) => {
  const lines = Array.from({ length: 12 }, (_, at) => {
    const inner = Array.from({ length: 10 }, () => `"\${self:custom.l${at}}"`).join(', ');
    return `  l${at + 1}: [${inner}]`;
  });
  const laughs = `${head}custom:\n  l0: ha\n${lines.join('\n')}\n`;
  await assert.rejects(read(context, laughs), /more than 200000 values/);
  const aliases = Array.from({ length: 12 }, (_, at) => {
    return `  l${at + 1}: &l${at + 1} [${Array.from({ length: 10 }, () => `*l${at}`).join(', ')}]`;
  });
  const bomb = `${head}custom:\n  l0: &l0 ha\n${aliases.join('\n')}\n`;
  await assert.rejects(read(context, bomb), /cannot be taken: Excessive alias count/);
});
