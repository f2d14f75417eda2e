/** Signatures beside AWS's published test suite, and beside the signer of its own SDK. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import {
  payloadHash,
  type SignatureScope,
  signatureOf,
  signedHeaders,
  signingKey,
} from '../../../src/lib/index.js';
import { sdkSigner } from './sdk-signer.js';

const scope: SignatureScope = {
  time: '20150830T123600Z',
  region: 'us-east-1',
  service: 'service',
};
const secret = 'wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY';
const host: readonly [string, string] = ['host', 'example.amazonaws.com'];
const date: readonly [string, string] = ['x-amz-date', scope.time];

/** `target` with one character per byte, as it stands on the wire. */
function signed(
  method: string,
  target: string,
  headers: readonly (readonly [string, string])[] = [],
  body = '',
): string {
  const all = [host, date, ...headers];
  const [path = '', query = ''] = target.split('?');
  return signatureOf(
    {
      method,
      path,
      query,
      signedHeaders: [...new Set(all.map(([name]) => name))].sort(),
      headerValues: (name) => all.filter(([other]) => other === name).map(([, value]) => value),
      payloadHash: payloadHash(body),
    },
    scope,
    signingKey(secret, '20150830', scope),
  );
}

const vanilla = '5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31';
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');
const letters = '-._~0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

test('the vectors of the test suite that AWS publishes come out the same', () => {
  const form: readonly [string, string] = ['content-type', 'application/x-www-form-urlencoded'];
  const vectors: readonly (readonly [name: string, got: string, expected: string])[] = [
    ['get-vanilla', signed('GET', '/'), vanilla],
    [
      'post-vanilla',
      signed('POST', '/'),
      '5da7c1a2acd57cee7505fc6676e4e544621c30862966e37dddb68e92efbe5d6b',
    ],
    [
      'get-vanilla-query-order-key-case',
      signed('GET', '/?Param2=value2&Param1=value1'),
      'b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500',
    ],
    [
      'get-vanilla-query-unreserved',
      signed('GET', `/?${letters}=${letters}`),
      '9c3e54bfcdf0b19771a7f523ee5669cdf59bc7cc0884027167c21bb143a40197',
    ],
    [
      'get-vanilla-utf8-query',
      signed('GET', utf8('/?ሴ=bar')),
      '2cdec8eed098649ff3a119c94853b13c643bcf08f8b0a1d91e12c9027818dd04',
    ],
    [
      'get-unreserved',
      signed('GET', `/${letters}`),
      '07ef7494c76fa4850883e2b006601f940f8a34d404d0cfa977f52a65bbf5f24f',
    ],
    [
      'get-utf8',
      signed('GET', utf8('/ሴ')),
      '8318018e0b0f223aa2bbf98705b62bb787dc9c0e678f255a891fd03141be5d85',
    ],
    [
      'get-space',
      signed('GET', '/example space/'),
      '652487583200325589f1fba4c7e578f72c47cb61beeca81406b39ddec1366741',
    ],
    ['get-relative', signed('GET', '/example/..'), vanilla],
    ['get-relative-relative', signed('GET', '/example1/example2/../..'), vanilla],
    ['get-slash', signed('GET', '//'), vanilla],
    ['get-slash-dot-slash', signed('GET', '/./'), vanilla],
    [
      'get-slashes',
      signed('GET', '//example//'),
      '9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84',
    ],
    [
      'get-slash-pointless-dot',
      signed('GET', '/./example'),
      'ef75d96142cf21edca26f06005da7988e4f8dc83a165a80865db7089db637ec5',
    ],
    [
      'get-header-key-duplicate',
      signed('GET', '/', [
        ['my-header1', 'value2'],
        ['my-header1', 'value2'],
        ['my-header1', 'value1'],
      ]),
      'c9d5ea9f3f72853aea855b47ea873832890dbdd183b4468f858259531a5138ea',
    ],
    [
      'get-header-value-order',
      signed('GET', '/', [
        ['my-header1', 'value4'],
        ['my-header1', 'value1'],
        ['my-header1', 'value3'],
        ['my-header1', 'value2'],
      ]),
      '08c7e5a9acfcfeb3ab6b2185e75ce8b1deb5e634ec47601a50643f830c755c01',
    ],
    [
      'get-header-value-trim',
      signed('GET', '/', [
        ['my-header1', ' value1'],
        ['my-header2', ' "a   b   c"'],
      ]),
      'acc3ed3afb60bb290fc8d2dd0098b9911fcaa05412b367055dee359757a9c736',
    ],
    [
      'post-x-www-form-urlencoded',
      signed('POST', '/', [form], 'Param1=value1'),
      'ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a',
    ],
  ];
  for (const [name, got, expected] of vectors) assert.equal(got, expected, name);
});

test('a space in a query is signed the same, however it is written', () => {
  assert.equal(signed('GET', '/?a+b=c%20d&%7e=%2b'), signed('GET', '/?a%20b=c+d&~=%2B'));
  assert.notEqual(signed('GET', '/?a+b'), signed('GET', '/?a%2Bb'));
});

test('any path, query, header and body is signed as by the SDK', async () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 8 });
  const text = fc.string({ unit: fc.constantFrom(...'aZ9 \t"/:;,=-'), maxLength: 12 });
  const header = fc.oneof({ weight: 4, arbitrary: text }, fc.constant('many bytes '.repeat(1000)));
  await fc.assert(
    fc.asyncProperty(
      fc.array(word, { maxLength: 4 }),
      fc.dictionary(word, word, { maxKeys: 4, noNullPrototype: true }),
      header,
      fc.string(),
      async (segments, query, value, body) => {
        const path = `/${segments.map(encodeURIComponent).join('/')}`;
        const mine = { 'x-custom': value.replaceAll('\t', ' '), 'content-type': 'text/plain' };
        const { headers } = await sdkSigner('AKIDEXAMPLE', secret).sign(
          {
            method: 'POST',
            protocol: 'http:',
            hostname: 'localhost',
            port: 8080,
            path,
            query,
            headers: { ...mine, host: 'localhost:8080' },
            body,
          },
          { signingDate: new Date('2026-01-31T12:00:00Z') },
        );
        const url = new URL('http://localhost:8080');
        url.pathname = path;
        const pairs = Object.entries(query).map(
          ([name, text]) => `${encodeURIComponent(name)}=${encodeURIComponent(text)}`,
        );
        url.search = pairs.join('&');
        const ours = signedHeaders(
          { method: 'POST', url, headers: mine, body },
          { id: 'AKIDEXAMPLE', secret },
          { time: '20260131T120000Z', region: 'us-east-1', service: 'lambda' },
        );
        assert.equal(ours.authorization, headers.authorization);
      },
    ),
  );
});
