/** Signatures over real sockets: what the SDK's signer has signed, however odd, is what the node verifies. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import http from 'node:http';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { IngressServer } from '../../../src/ingress/index.js';
import { systemClock } from '../../../src/lib/index.js';
import { sdkSigner } from '../../lib/sigv4/sdk-signer.js';
import { functions, guardedHarness, options } from '../harness.js';
import { operator } from './signing.js';

const { deps } = guardedHarness();
const server = new IngressServer(
  { ...deps, clock: systemClock },
  { ...options, authenticate: true },
);
const signer = sdkSigner(operator.id, operator.secret);
let port = 0;

before(async () => {
  port = (await server.start()).port;
});
after(() => server.stop(0));

interface Sent {
  readonly method: string;
  readonly path: string;
  readonly query?: Record<string, string | string[]>;
  readonly headers?: Record<string, string>;
  readonly body?: string;
  /** Of the same name, for a header that is signed as one. */
  readonly apart?: readonly (readonly [string, string])[];
}

/** The AWS name of the error, empty where it is none. */
async function send({ method, path, query = {}, headers = {}, body = '', apart = [] }: Sent) {
  const host = `127.0.0.1:${port}`;
  const signed = await signer.sign({
    method,
    protocol: 'http:',
    hostname: '127.0.0.1',
    port,
    path,
    query,
    headers: { ...headers, host },
    body,
  });
  const pairs = Object.entries(query).flatMap(([name, values]) =>
    [values].flat().map((value) => `${encode(name)}=${encode(value)}`),
  );
  const apartNames = new Set(apart.map(([name]) => name));
  const rest = Object.entries(signed.headers).filter(([name]) => !apartNames.has(name));
  const request = http.request({
    host: '127.0.0.1',
    port,
    method,
    path: pairs.length === 0 ? path : `${path}?${pairs.join('&')}`,
    headers: [...rest, ...apart].flat(),
  });
  request.end(body);
  const [answer] = (await once(request, 'response')) as [http.IncomingMessage];
  answer.resume();
  await once(answer, 'end');
  return String(answer.headers['x-amzn-errortype'] ?? '');
}

const encode = (text: string): string =>
  encodeURIComponent(text).replace(/[!'()*]/g, (c) => `%${c.charCodeAt(0).toString(16)}`);

test('odd names, queries, headers and bodies are verified as the SDK signs them', async () => {
  const word = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 6 });
  const value = fc.string({ unit: fc.constantFrom(...'aZ9 "/:;,=-~'), maxLength: 9 });
  await fc.assert(
    fc.asyncProperty(
      word.filter((text) => !/^\.+$/.test(text)),
      fc.dictionary(word, fc.oneof(word, fc.array(word, { minLength: 2, maxLength: 3 })), {
        maxKeys: 3,
        noNullPrototype: true,
      }),
      value,
      word,
      async (name, query, custom, body) => {
        const path = `${functions}/${encode(name)}/invocations`;
        const headers = { 'x-custom': custom, 'content-type': 'text/plain' };
        const error = await send({ method: 'POST', path, query, headers, body });
        assert.doesNotMatch(error, /Signature|Token|Unrecognized|^UnknownOperation/);
      },
    ),
    { numRuns: 150 },
  );
});

test('repeated headers are signed as one, in their order and with their spaces trimmed', async () => {
  const asked = { method: 'GET', path: functions, headers: { 'x-many': 'a  b,c' } };
  const apart = [
    ['x-many', 'a   b  '],
    ['x-many', 'c'],
  ] as const;
  assert.equal(await send({ ...asked, apart }), '');
  assert.equal(await send({ ...asked, apart: apart.toReversed() }), 'InvalidSignatureException');
});
