/**
 * Requests made from the shapes of AWS's model: mostly right, with some of their members made wild, and sent
 * in ways that no SDK would send them.
 */
import fc from 'fast-check';
import { layerArn } from '../../src/types/index.js';
import { role, zip } from './harness.js';
import type { Member, ModelOperation, Shape } from './sdk-shapes.js';

export interface WildRequest {
  readonly method: string;
  readonly target: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array;
}

/** Text that somebody may send, short and long, and what programs trip over. */
export const wildText = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 200 }),
  fc.constantFrom(
    ...['__proto__', 'constructor', '', ' ', '\0', '$LATEST', '$latest', 'é', '💥', '\ud800'],
    ...['a'.repeat(5000), '../../etc/passwd', '%00', '*', '1', '-1', '01', 'a:b:c:d', 'null'],
    'arn:aws:lambda:us-east-1:123456789012:function:f',
    'arn:aws:lambda:eu-central-1:210987654321:function:f:1',
  ),
);

export const wildValue = fc.oneof(
  fc.jsonValue(),
  wildText,
  fc.constantFrom(null, true, 0, -1, 1e308, 2 ** 53, 2 ** 31, 0.5, [], {}, [[]], [null], {
    '': '',
  }),
);

/** What makes a request go through, by the name of the member. */
const rightValues: Readonly<Record<string, readonly unknown[]>> = {
  FunctionName: ['f', 'f', 'f:1', 'f:live', 'new'],
  Qualifier: ['1', 'live', '$LATEST'],
  Name: ['live', 'other'],
  FunctionVersion: ['1', '$LATEST'],
  Runtime: ['nodejs20.x', 'python3.11'],
  Handler: ['index.handler'],
  Role: [role],
  ZipFile: [zip.toString('base64')],
  Code: [{ ZipFile: zip.toString('base64') }, { ImageUri: 'app:1' }],
  Content: [{ ZipFile: zip.toString('base64') }],
  Cors: [{ AllowOrigins: ['*'], MaxAge: 5 }],
  DestinationConfig: [
    {},
    { OnFailure: { Destination: 'arn:aws:lambda:us-east-1:123456789012:function:g' } },
  ],
  LayerName: ['l'],
  VersionNumber: [1],
  Layers: [[layerArn('l', 1)], []],
  Resource: ['arn:aws:lambda:us-east-1:123456789012:function:f'],
  Arn: [layerArn('l', 1)],
  Tags: [{ a: 'b' }],
  TagKeys: ['a'],
  Timeout: [3],
  MemorySize: [128],
  Size: [512],
  PackageType: ['Zip', 'Image'],
  ApplyOn: ['PublishedVersions', 'None'],
  Mode: ['PassThrough', 'Active'],
  LogFormat: ['JSON', 'Text'],
  Architectures: [['x86_64'], ['arm64']],
  CompatibleRuntimes: [['nodejs20.x']],
  CompatibleArchitectures: [['x86_64']],
  CompatibleRuntime: ['nodejs20.x'],
  CompatibleArchitecture: ['x86_64'],
  MaxItems: [1, 50],
  Marker: ['f'],
  Variables: [{ GREETING: 'hello' }, {}],
  InvocationType: ['RequestResponse', 'Event', 'DryRun'],
  LogType: ['Tail', 'None'],
  ClientContext: [Buffer.from('{}').toString('base64')],
  Payload: ['{}', 'null', '[1]'],
  InvokeArgs: ['{}'],
  StatementId: ['s'],
  Action: ['lambda:InvokeFunction', 'lambda:GetLayerVersion'],
  Principal: ['*', '123456789012', 's3.amazonaws.com'],
  AuthType: ['NONE', 'AWS_IAM'],
  InvokeMode: ['BUFFERED', 'RESPONSE_STREAM'],
  AllowOrigins: [['*'], ['https://a.example']],
  AllowMethods: [['GET'], ['*']],
  MaximumRetryAttempts: [0, 2],
  MaximumEventAgeInSeconds: [60],
  Destination: ['arn:aws:lambda:us-east-1:123456789012:function:g'],
  TargetArn: ['arn:aws:lambda:us-east-1:123456789012:function:g'],
  ReservedConcurrentExecutions: [1],
  ProvisionedConcurrentExecutions: [1],
  RecursiveLoop: ['Allow', 'Terminate'],
  UpdateRuntimeOn: ['Auto', 'FunctionUpdate', 'Manual'],
};

/** A request of one operation. */
export function wildRequest(operation: ModelOperation): fc.Arbitrary<WildRequest> {
  const { input, method, path } = operation;
  return fc
    .record({
      members: wildMembers(input),
      headers: wildHeaders,
      spoil: fc.oneof(
        { weight: 9, arbitrary: fc.constant(null) },
        { weight: 1, arbitrary: spoilt },
      ),
      repeat: fc.boolean(),
    })
    .map(({ members, headers, spoil, repeat }) => {
      const places = { body: {} as Record<string, unknown>, query: '', payload: '' };
      const own: Record<string, string> = { ...headers };
      let target = path;
      for (const member of input) {
        const value = members[member.name];
        const label = `{${member.name}}`;
        // an empty one would name another operation
        if (member.place === 'label') target = target.replace(label, encoded(value ?? '') || 'f');
        else if (value === undefined) continue;
        else if (member.place === 'body') places.body[member.name] = value;
        else if (member.place === 'payload') places.payload = plainText(value);
        else if (member.place === 'header') own[member.wireName.toLowerCase()] = plainText(value);
        else {
          const pair = `&${member.wireName}=${encoded(value)}`;
          places.query += repeat ? pair + pair : pair;
        }
      }
      const query = places.query.replace('&', target.includes('?') ? '&' : '?');
      const json = places.payload || JSON.stringify(places.body);
      return { method, target: target + query, headers: own, body: spoil?.(json) ?? json };
    });
}

/** One or two members of all are wild on average; of those that can be left out, most are. */
function wildMembers(members: readonly Member[]): fc.Arbitrary<Record<string, unknown>> {
  const entries = members.map(({ name, shape, isRequired }) => {
    const value = fc.oneof(
      { weight: members.length, arbitrary: rightValue(name, shape) },
      { weight: 1, arbitrary: wildValue },
    );
    // `freq`: once in so many it is left out
    const freq = name in rightValues ? 2 : 1;
    return [name, isRequired ? value : fc.option(value, { nil: undefined, freq })] as const;
  });
  return fc.record(Object.fromEntries(entries)).map((made) => {
    return Object.fromEntries(Object.entries(made).filter(([, value]) => value !== undefined));
  });
}

function rightValue(name: string, shape: Shape): fc.Arbitrary<unknown> {
  const known = rightValues[name];
  if (known !== undefined) return fc.constantFrom(...known);
  switch (shape.kind) {
    case 'text':
      return fc.constantFrom('text', 'x');
    case 'bytes':
      return fc.constant(zip.toString('base64'));
    case 'number':
      return fc.integer({ min: 0, max: 100 });
    case 'time':
      return fc.constant(1_700_000_000);
    case 'flag':
      return fc.boolean();
    case 'anything':
      return wildValue;
    case 'list':
      return fc.array(fc.oneof(rightValue('', shape.of), wildValue), { maxLength: 3 });
    case 'map':
      return fc.dictionary(wildText, fc.oneof(rightValue('', shape.of), wildValue), { maxKeys: 3 });
    default:
      return wildMembers(shape.members);
  }
}

const wildHeaders: fc.Arbitrary<Record<string, string>> = fc.oneof(
  { weight: 4, arbitrary: fc.constant({}) },
  {
    weight: 1,
    arbitrary: fc.constantFrom<Record<string, string>>(
      { 'content-type': 'text/xml' },
      { 'content-type': 'application/json; charset=utf-16' },
      { 'content-encoding': 'gzip' },
      { 'content-encoding': 'br, br, br' },
      { 'content-type': 'application/x-amz-json-1.1', 'x-amz-target': 'AWSLambda.Invoke' },
      { 'x-amz-client-context': '%%%' },
      { host: 'a b\u00e9' },
      { authorization: 'AWS4-HMAC-SHA256 Credential=////, SignedHeaders=;, Signature=' },
      { 'x-amzn-trace-id': 'Root=;Parent=;;;' },
      { traceparent: '00-00000000000000000000000000000000-0000000000000000-00' },
    ),
  },
);

/** Makes something of a body that no JSON library writes. */
const spoilt = fc.constantFrom<(json: string) => string | Uint8Array>(
  (json) => json.slice(0, -1),
  (json) => `${json}${json}`,
  (json) => json.replace('{', '{"FunctionName":"f","FunctionName":["f"],"__proto__":{"a":1},'),
  (json) => json.replace(/\d+/g, '1e999'),
  (json) => json.replace(/\d+/g, '99999999999999999999999999'),
  (json) => Buffer.from(json, 'utf16le'),
  (json) => Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), Buffer.from(json)]),
  (json) => Buffer.concat([Buffer.from(json.slice(0, -1)), Buffer.from([0xff, 0xfe])]),
  () => '['.repeat(100_000),
  () => `${'{"a":'.repeat(20_000)}1${'}'.repeat(20_000)}`,
  () => '',
  () => 'null',
  () => '"text"',
);

function plainText(value: unknown): string {
  return typeof value === 'string' ? value : JSON.stringify(value);
}

function encoded(value: unknown): string {
  return encodeURIComponent(Buffer.from(plainText(value)).toString());
}
