import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Attachment, FunctionRecord } from '../../../src/catalog/index.js';
import { defaultSettings } from '../../../src/events/async/retry-policy.js';
import { settingsOf } from '../../../src/events/index.js';

/** A catalogue in which the alias `live` is version 2, which has a dead-letter target. */
function catalogOf(attached: Readonly<Record<string, unknown>>, reserved: number | null = null) {
  return {
    get: (_: string, version = '$LATEST') =>
      ({ deadLetterTarget: version === '2' ? 'd' : '' }) as FunctionRecord,
    alias: (_: string, name: string) =>
      name === 'live'
        ? {
            functionName: 'f',
            name,
            version: '2',
            description: '',
            additional: null,
            revisionId: '',
          }
        : undefined,
    attachment: (_: string, kind: string, qualifier: string) =>
      attached[`${kind} ${qualifier}`] === undefined
        ? undefined
        : ({ value: attached[`${kind} ${qualifier}`] } as Attachment),
    reservedConcurrency: () => reserved,
  };
}

const latest = { functionName: 'f', qualifier: '$LATEST' };
const live = { functionName: 'f', qualifier: 'live' };

test('without any configuration events are treated as Lambda does', () => {
  assert.deepEqual(settingsOf(catalogOf({}), latest), defaultSettings);
});

test('the configuration is that of the qualifier by which the event was handed in', () => {
  const config = { retriesMax: 0, ageMaxS: 60, onSuccess: 's', onFailure: 'o' };
  const catalog = catalogOf({ 'event-invoke live': config });
  assert.equal(settingsOf(catalog, latest).retriesMax, 2);
  const { retriesMax, ageMaxMs, onSuccess, onFailure, deadLetter } = settingsOf(catalog, live);
  assert.deepEqual([retriesMax, ageMaxMs], [0, 60_000]);
  assert.deepEqual([onSuccess, onFailure, deadLetter], ['s', 'o', 'd']);
});

test('what is left open in a configuration is as by default', () => {
  const config = { retriesMax: null, ageMaxS: null, onSuccess: null, onFailure: 'o' };
  const settings = settingsOf(catalogOf({ 'event-invoke $LATEST': config }), latest);
  assert.deepEqual(settings, { ...defaultSettings, onFailure: 'o' });
});

test('a function can be switched off, and may be allowed to call itself', () => {
  assert.equal(settingsOf(catalogOf({}, 0), latest).isSwitchedOff, true);
  assert.equal(settingsOf(catalogOf({}, 1), latest).isSwitchedOff, false);
  assert.equal(settingsOf(catalogOf({ 'recursion $LATEST': 'Allow' }), live).mayRecur, true);
  assert.equal(settingsOf(catalogOf({ 'recursion $LATEST': 'Terminate' }), live).mayRecur, false);
});
