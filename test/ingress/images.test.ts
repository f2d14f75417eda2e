import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { createBody, functions, makeHarness, role, zip } from './harness.js';

const uri = 'registry.example:5000/team/app:1';
const digest = 'd'.repeat(64);

function imageBody(name: string, more: Record<string, unknown> = {}): Record<string, unknown> {
  const Code = { ImageUri: uri };
  return { FunctionName: name, Role: role, PackageType: 'Image', Code, ...more };
}

const member = (answer: { json(): { message?: string; Message?: string } }): string =>
  answer.json().message ?? answer.json().Message ?? '';

describe('functions of container images', () => {
  it('are answered as AWS answers: no runtime, no handler, the image as the code', async () => {
    const harness = makeHarness();
    const ImageConfig = { EntryPoint: ['/run'], Command: ['a', 'b'], WorkingDirectory: '/work' };
    const made = await harness.call('POST', functions, { body: imageBody('i', { ImageConfig }) });
    assert.equal(made.status, 201, made.text);
    const { RevisionId: _, ...rest } = made.json();
    assert.deepEqual(rest, {
      Architectures: ['x86_64'],
      CodeSha256: createHash('sha256').update(uri).digest('hex'),
      CodeSize: 0,
      Description: '',
      EphemeralStorage: { Size: 512 },
      FunctionArn: 'arn:aws:lambda:us-east-1:123456789012:function:i',
      FunctionName: 'i',
      ImageConfigResponse: { ImageConfig },
      LastModified: '2026-01-01T00:00:00.000+0000',
      LoggingConfig: { LogFormat: 'Text', LogGroup: '/aws/lambda/i' },
      MemorySize: 128,
      PackageType: 'Image',
      Role: role,
      SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      Timeout: 3,
      TracingConfig: { Mode: 'PassThrough' },
      Version: '$LATEST',
    });
    const { Code } = (await harness.call('GET', `${functions}/i`)).json();
    assert.deepEqual(Code, { RepositoryType: 'ECR', ImageUri: uri });
  });

  it('get another image and another start, and versions keep what they had', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: imageBody('i', { Publish: true }) });
    const ImageUri = `app@sha256:${digest}`;
    const code = await harness.call('PUT', `${functions}/i/code`, { body: { ImageUri } });
    assert.deepEqual([code.status, code.json().CodeSha256], [200, digest]);
    const ImageConfig = { Command: ['x'] };
    const settings = `${functions}/i/configuration`;
    const changed = await harness.call('PUT', settings, { body: { ImageConfig, Timeout: 9 } });
    assert.deepEqual(changed.json().ImageConfigResponse, { ImageConfig });
    const { Code } = (await harness.call('GET', `${functions}/i`)).json();
    assert.deepEqual(Code, { RepositoryType: 'ECR', ImageUri, ResolvedImageUri: ImageUri });
    const old = (await harness.call('GET', `${functions}/i?Qualifier=1`)).json();
    assert.equal(old.Code.ImageUri, uri);
    assert.equal(old.Configuration.ImageConfigResponse, undefined);
    const body = { CodeSha256: digest };
    const published = await harness.call('POST', `${functions}/i/versions`, { body });
    assert.deepEqual([published.status, published.json().Version], [201, '2']);
    const plain = await harness.call('PUT', settings, { body: { ImageConfig: {} } });
    assert.equal(plain.json().ImageConfigResponse, undefined);
  });

  const both =
    "Please don't provide Handler or Runtime or Layer when the intended function PackageType is Image.";
  const refused: readonly (readonly [string, Record<string, unknown>, string | RegExp])[] = [
    ['a runtime', { Runtime: 'nodejs20.x' }, both],
    ['a handler', { Handler: 'index.handler' }, both],
    ['a layer', { Layers: ['arn:aws:lambda:us-east-1:123456789012:layer:l:1'] }, both],
    ['no image', { Code: {} }, /^Please provide ImageUri when creating/],
    ['a zip', { Code: { ZipFile: zip.toString('base64') } }, /^Please provide only one source/],
    [
      'an odd name',
      { Code: { ImageUri: '--privileged' } },
      /^Source image --privileged is not valid/,
    ],
    ['an odd word', { ImageConfig: { Command: ['a\0b'] } }, /NUL character/],
    [
      'a directory that is too long',
      { ImageConfig: { WorkingDirectory: 'x'.repeat(1001) } },
      /at 'imageConfig.workingDirectory' failed .* less than or equal to 1000$/,
    ],
  ];
  for (const [what, more, message] of refused) {
    it(`are refused with ${what}`, async () => {
      const harness = makeHarness();
      const answer = await harness.call('POST', functions, { body: imageBody('i', more) });
      assert.equal(answer.status, 400);
      if (typeof message === 'string') assert.equal(member(answer), message);
      else assert.match(member(answer), message);
      assert.equal(harness.catalog.list().length, 0);
    });
  }

  it('stay images, and functions of zips stay these', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: imageBody('i') });
    await harness.call('POST', functions, { body: createBody('z') });
    const change = async (path: string, body: unknown): Promise<string> =>
      member(await harness.call('PUT', `${functions}/${path}`, { body }));
    const ZipFile = zip.toString('base64');
    assert.equal(
      await change('i/code', { ZipFile }),
      'Please provide ImageUri when updating a function with packageType Image.',
    );
    assert.equal(
      await change('z/code', { ImageUri: uri }),
      "Please don't provide ImageUri when updating a function with packageType Zip.",
    );
    assert.match(await change('z/code', { ImageUri: uri, ZipFile }), /only one source/);
    assert.equal(await change('i/configuration', { Handler: 'a.b' }), both);
    assert.match(await change('z/configuration', { ImageConfig: {} }), /don't provide ImageConfig/);
    const create = async (more: Record<string, unknown>): Promise<string> =>
      member(await harness.call('POST', functions, { body: createBody('f', more) }));
    assert.match(await create({ Code: { ImageUri: uri } }), /^Please don't provide ImageUri when/);
    assert.match(await create({ ImageConfig: { Command: ['a'] } }), /don't provide ImageConfig/);
  });
});

describe('the network of a function', () => {
  it('is set by an environment variable that is none or outbound', async () => {
    const harness = makeHarness();
    const Environment = { Variables: { HEARTH_NETWORK: 'outbound' } };
    const made = await harness.call('POST', functions, { body: createBody('f', { Environment }) });
    assert.deepEqual(made.json().Environment, Environment);
    const body = { Environment: { Variables: { HEARTH_NETWORK: 'all' } } };
    const answers = [
      await harness.call('PUT', `${functions}/f/configuration`, { body }),
      await harness.call('POST', functions, { body: createBody('g', body) }),
    ];
    for (const answer of answers) {
      assert.equal(answer.headers['x-amzn-errortype'], 'InvalidParameterValueException');
      assert.match(member(answer), /HEARTH_NETWORK must be none or outbound/);
    }
    assert.equal(harness.catalog.get('g'), undefined);
  });
});
