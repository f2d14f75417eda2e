/** The table of operations beside the model that AWS's SDK is made from. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import * as sdk from '@aws-sdk/client-lambda';
import { operations } from '../../src/ingress/ingress.js';
import { makeHarness } from './harness.js';

interface Modelled {
  readonly name: string;
  readonly method: string;
  /** `{}` for each member that stands in it. */
  readonly path: string;
  readonly query: string;
}

/** The static schema of an operation, as the SDK's own code writes it. */
const operationKind = 9;
/** AWS's policies name the action by this name, and not by that of the model. */
const names: Readonly<Record<string, string>> = { Invoke: 'InvokeFunction' };

const modelled: readonly Modelled[] = Object.values(sdk as Record<string, unknown>).flatMap(
  (schema): Modelled[] => {
    if (!Array.isArray(schema) || schema[0] !== operationKind) return [];
    const [method, target] = (schema[3] as { http: [string, string, number] }).http;
    const [path = '', query = ''] = target.split('?');
    const name = String(schema[2]);
    return [{ name: names[name] ?? name, method, path: path.replace(/\{\w+\}/g, '{}'), query }];
  },
);

const keyOf = ({ name, method, path, query = '' }: Modelled | (typeof operations)[number]) =>
  `${name}: ${method} ${path}${query === '' ? '' : `?${typeof query === 'string' ? query : query.join('=')}`}`;

describe('the table of operations', () => {
  it('knows every operation of the Lambda API, at its method and path', () => {
    assert.ok(modelled.length > 80);
    const known = new Set(operations.map(keyOf));
    assert.deepEqual(
      modelled.map(keyOf).filter((key) => !known.has(key)),
      [],
    );
  });

  it('names each operation once, and has one at a method and path', () => {
    for (const key of [
      operations.map(({ name, target }) => target ?? name),
      operations.map(
        ({ method, path, query, target }) => `${method} ${path} ${query ?? target ?? ''}`,
      ),
    ]) {
      assert.equal(new Set(key).size, key.length);
    }
  });

  it('has no path of the Lambda API that AWS has not', () => {
    const paths = new Set(modelled.map(({ path }) => path));
    const others = operations.filter(({ path }) => /^\/20\d\d-/.test(path) && !paths.has(path));
    assert.deepEqual(others.map(keyOf), []);
  });

  it('answers what is not offered by 501, and in the words of an exception', async () => {
    const harness = makeHarness();
    const answers = [];
    for (const { method, path } of modelled) {
      const answer = await harness.call(method, path.replaceAll('{}', 'x'));
      if (answer.status === 501) answers.push([path, answer.headers['x-amzn-errortype']]);
    }
    assert.ok(answers.length > 20);
    for (const [path, type] of answers) assert.equal(type, 'NotImplementedException', String(path));
  });
});
