import { strict as assert } from 'node:assert';
import { createHash } from 'node:crypto';
import { describe, it } from 'node:test';
import { limits } from '../../src/types/index.js';
import { createBody, functions, type Harness, makeHarness, zip } from './harness.js';

const layers = '/2018-10-31/layers';
const arn = 'arn:aws:lambda:us-east-1:123456789012:layer';
const hash = createHash('sha256').update(zip).digest();

function publish(harness: Harness, name: string, more: Record<string, unknown> = {}) {
  const body = { Content: { ZipFile: zip.toString('base64') }, ...more };
  return harness.call('POST', `${layers}/${encodeURIComponent(name)}/versions`, { body });
}

describe('layers', () => {
  it('are published, read by name and by ARN, and fetched', async () => {
    const harness = makeHarness();
    const given = {
      Description: 'what it brings',
      CompatibleRuntimes: ['nodejs20.x', 'python3.6'],
      CompatibleArchitectures: ['arm64'],
      LicenseInfo: 'MIT',
    };
    const made = await publish(harness, 'tools', given);
    assert.equal(made.status, 201);
    const expected = {
      Content: {
        Location: `http://hearth.test:8080/_hearth/code/${hash.toString('hex')}`,
        CodeSha256: hash.toString('base64'),
        CodeSize: zip.length,
      },
      LayerArn: `${arn}:tools`,
      LayerVersionArn: `${arn}:tools:1`,
      Version: 1,
      CreatedDate: '2026-01-01T00:00:00.000+0000',
      ...given,
    };
    assert.deepEqual(made.json(), expected);
    const reads = [
      `${layers}/tools/versions/1`,
      `${layers}/${encodeURIComponent(`${arn}:tools`)}/versions/1`,
      `${layers}?find=LayerVersion&Arn=${encodeURIComponent(`${arn}:tools:1`)}`,
    ];
    for (const read of reads) {
      assert.deepEqual((await harness.call('GET', read)).json(), expected, read);
    }
    const fetched = await harness.call('GET', `/_hearth/code/${hash.toString('hex')}`);
    assert.deepEqual(fetched.body, zip);
  });

  it('are numbered, listed from the newest on, deleted, and never numbered again', async () => {
    const harness = makeHarness();
    const bare = (await publish(harness, 'l')).json();
    const { Description, CompatibleRuntimes, LicenseInfo } = bare;
    assert.deepEqual([Description, CompatibleRuntimes, LicenseInfo], ['', undefined, undefined]);
    for (let version = 2; version <= 5; version++) await publish(harness, 'l');
    const removed = await harness.call('DELETE', `${layers}/l/versions/5`);
    assert.deepEqual([removed.status, removed.text], [204, '']);
    assert.equal((await harness.call('DELETE', `${layers}/none/versions/5`)).status, 204);
    assert.equal((await publish(harness, 'l')).json().Version, 6);
    const seen: number[] = [];
    let marker: string | undefined = '';
    while (marker !== undefined) {
      const query: string = `MaxItems=2${marker === '' ? '' : `&Marker=${marker}`}`;
      const page: { LayerVersions: { Version: number }[]; NextMarker?: string } = (
        await harness.call('GET', `${layers}/l/versions?${query}`)
      ).json();
      seen.push(...page.LayerVersions.map((entry: { Version: number }) => entry.Version));
      marker = page.NextMarker;
    }
    assert.deepEqual(seen, [6, 4, 3, 2, 1]);
    const none = await harness.call('GET', `${layers}/none/versions`);
    assert.deepEqual(none.json(), { LayerVersions: [] });
  });

  it('are listed with their newest version of the runtime and architecture that is asked for', async () => {
    const harness = makeHarness();
    await publish(harness, 'a', { CompatibleRuntimes: ['nodejs20.x'] });
    await publish(harness, 'a', { CompatibleRuntimes: ['python3.11'] });
    await publish(harness, 'b', { CompatibleArchitectures: ['arm64'] });
    await publish(harness, 'c');
    await harness.call('DELETE', `${layers}/c/versions/1`);
    const list = async (query: string) => {
      const { Layers } = (await harness.call('GET', `${layers}?${query}`)).json();
      return Layers.map(
        (layer: { LayerArn: string; LatestMatchingVersion: { LayerVersionArn: string } }) => {
          const { LayerVersionArn } = layer.LatestMatchingVersion;
          assert.ok(LayerVersionArn.startsWith(`${layer.LayerArn}:`));
          return LayerVersionArn.slice(arn.length + 1);
        },
      );
    };
    assert.deepEqual(await list(''), ['a:2', 'b:1']);
    assert.deepEqual(await list('CompatibleRuntime=nodejs20.x'), ['a:1']);
    assert.deepEqual(await list('CompatibleArchitecture=arm64'), ['b:1']);
    assert.deepEqual(await list('CompatibleRuntime=nodejs20.x&CompatibleArchitecture=arm64'), []);
    const first = (await harness.call('GET', `${layers}?MaxItems=1`)).json();
    assert.equal(first.Layers[0].LayerName, 'a');
    assert.deepEqual(await list(`Marker=${first.NextMarker}`), ['b:1']);
  });

  const odd: readonly (readonly [string, string, string, number, RegExp])[] = [
    [
      'no such version',
      'GET',
      '/l/versions/9',
      404,
      /^The resource you requested does not exist\.$/,
    ],
    ['no such layer', 'GET', '/x/versions/1', 404, /^The resource you requested does not exist\.$/],
    ['version 0', 'GET', '/l/versions/0', 400, /^Layer Version Cannot be less than 1$/],
    ['a version that is none', 'DELETE', '/l/versions/one', 400, /^Layer Version Cannot be/],
    [
      'a name that is none',
      'GET',
      '/l.l/versions',
      400,
      /'l\.l' at 'layerName' failed .* pattern: \(arn:/,
    ],
    [
      'no ARN',
      'GET',
      '?find=LayerVersion',
      400,
      /^1 validation error detected: Value null at 'arn'/,
    ],
    ['an ARN without a version', 'GET', `?find=LayerVersion&Arn=${arn}:l`, 400, /at 'arn' failed/],
    [
      'another account',
      'GET',
      `?find=LayerVersion&Arn=${arn.replace('123456789012', '210987654321')}:l:1`,
      404,
      /^The resource you requested does not exist\.$/,
    ],
    [
      'an unknown runtime',
      'GET',
      '?CompatibleRuntime=cobol',
      400,
      /'cobol' at 'compatibleRuntime'/,
    ],
    ['an unknown processor', 'GET', '?CompatibleArchitecture=z', 400, /set: \[x86_64, arm64\]$/],
    [
      'a policy',
      'GET',
      '/l/versions/1/policy',
      404,
      /^No policy is associated with the given resource\.$/,
    ],
  ];
  for (const [what, method, path, status, message] of odd) {
    it(`are answered in the words of AWS where ${what} is asked for`, async () => {
      const harness = makeHarness();
      await publish(harness, 'l');
      const answer = await harness.call(method, `${layers}${path}`);
      const body = answer.json();
      assert.deepEqual([answer.status, message.test(body.message ?? body.Message)], [status, true]);
    });
  }

  it('are refused where their content or members are wrong', async () => {
    const harness = makeHarness();
    const message = async (more: Record<string, unknown>): Promise<string> => {
      const { json } = await publish(harness, 'l', more);
      return json().message ?? json().Message;
    };
    assert.match(await message({ Content: undefined }), /^1 validation .* null at 'content'/);
    assert.match(await message({ Content: {} }), /source for layer content/);
    assert.match(await message({ Content: { S3Bucket: 'b', S3Key: 'k' } }), /S3Bucket asks for/);
    assert.match(await message({ Content: { ZipFile: 'bm8=' } }), /Could not unzip/);
    assert.match(
      await message({ CompatibleRuntimes: ['x'], CompatibleArchitectures: ['y'] }),
      /^2 validation errors detected: Value '\[x\]' at 'compatibleRuntimes' .*; Value '\[y\]' at 'compatibleArchitectures' failed to satisfy constraint: Member must satisfy constraint: \[Member must satisfy enum value set: \[x86_64, arm64\], Member must not be null\]$/,
    );
    assert.deepEqual((await harness.call('GET', layers)).json(), { Layers: [] });
  });
});

describe('the layers of a function', () => {
  it('are told in every answer, kept by versions, and taken away by an empty list', async () => {
    const harness = makeHarness();
    for (const name of ['a', 'b']) await publish(harness, name);
    const both = [`${arn}:b:1`, `${arn}:a:1`];
    const told = both.map((Arn) => ({ Arn, CodeSize: zip.length }));
    const created = await harness.call('POST', functions, {
      body: createBody('f', { Layers: both, Publish: true }),
    });
    assert.deepEqual(created.json().Layers, told);
    const settings = `${functions}/f/configuration`;
    const changed = await harness.call('PUT', settings, { body: { Layers: [`${arn}:a:1`] } });
    assert.deepEqual(changed.json().Layers, [told[1]]);
    const other = await harness.call('PUT', settings, { body: { Timeout: 9 } });
    assert.deepEqual(other.json().Layers, [told[1]]);
    const emptied = await harness.call('PUT', settings, { body: { Layers: [] } });
    assert.equal(emptied.json().Layers, undefined);
    assert.deepEqual((await harness.call('GET', `${settings}?Qualifier=1`)).json().Layers, told);
    const { Versions } = (await harness.call('GET', `${functions}/f/versions`)).json();
    assert.deepEqual(Versions[1].Layers, told);
  });

  const refused: readonly (readonly [string, readonly string[], number, RegExp])[] = [
    ['a version that is not there', [`${arn}:a:2`], 400, /^Layer version .*:a:2 does not exist\.$/],
    [
      'no version',
      [`${arn}:a`],
      400,
      /^1 validation error detected: Value '\[.*:a\]' at 'layers' failed to satisfy constraint: Member must satisfy constraint: \[Member must have length less than or equal to 2048, .*, Member must not be null\]$/,
    ],
    [
      'two versions of one layer',
      [`${arn}:a:1`, `${arn}:a:2`],
      400,
      /^Two different versions of the same layer are not allowed to be referenced in the same function\. .*:a:1 and .*:a:2 are versions of the same layer\.$/,
    ],
    [
      'more than five',
      'abcdef'.split('').map((name) => `${arn}:${name}:1`),
      400,
      /^Cannot reference more than 5 layers\.$/,
    ],
    [
      'another region',
      ['arn:aws:lambda:eu-west-1:123456789012:layer:a:1'],
      400,
      /^Layers are not in the same region as the function\. .* region us-east-1\.$/,
    ],
    [
      'another account',
      ['arn:aws:lambda:us-east-1:210987654321:layer:a:1'],
      403,
      /is not authorized to perform: lambda:GetLayerVersion on resource/,
    ],
  ];
  for (const [what, Layers, status, message] of refused) {
    it(`are refused for ${what}`, async () => {
      const harness = makeHarness();
      await publish(harness, 'a');
      await harness.call('POST', functions, { body: createBody('there') });
      const answers = [
        await harness.call('POST', functions, { body: createBody('f', { Layers }) }),
        await harness.call('PUT', `${functions}/there/configuration`, { body: { Layers } }),
      ];
      for (const answer of answers) {
        const body = answer.json();
        assert.match(body.message ?? body.Message, message);
        assert.equal(answer.status, status);
      }
      assert.equal(harness.catalog.get('f'), undefined);
      assert.deepEqual(harness.catalog.get('there')?.layers, []);
    });
  }

  it('are refused where all of it is more than can be unpacked', async () => {
    const harness = makeHarness();
    harness.catalog.unpackedBytes = limits.unzippedBytesMax / 2 + 1;
    await publish(harness, 'a');
    const body = createBody('f', { Layers: [`${arn}:a:1`] });
    const answer = await harness.call('POST', functions, { body });
    assert.equal(
      answer.json().message,
      'Function code combined with layers exceeds the maximum allowed size of 262144000 bytes. The actual size is 262144002 bytes.',
    );
  });

  it('are unknown, not missing, where no majority tells whether there are any', async () => {
    const harness = makeHarness();
    await harness.call('POST', functions, { body: createBody('f') });
    harness.catalog.hasMajority = false;
    const body = { Layers: [`${arn}:a:1`] };
    const asked = await harness.call('PUT', `${functions}/f/configuration`, { body });
    assert.equal(asked.status, 503);
    assert.equal((await harness.call('GET', `${layers}/a/versions/1`)).status, 503);
  });
});
