/**
 * What each type of state may and must have, by the language that it is written in.
 *
 * Source: https://states-language.net/spec.html and the pages of the Developer Guide about each type.
 */
import type { JsonObject } from '../json.js';
import {
  anything,
  type Check,
  integer,
  oneOf,
  orExpression,
  orNull,
  path,
  range,
  referencePath,
  text,
  timestamp,
  truth,
} from './checks.js';
import { choices } from './choice-rules.js';
import { catchers, retriers } from './error-handler-rules.js';
import { checkMap, itemBatcher, itemReader, resultWriter } from './map-rules.js';
import { isPathOrIntrinsic } from './paths.js';
import type { Place } from './place.js';
import { resultPath } from './result-path-check.js';
import type { Field, Shape } from './shape.js';
import { checkTask, credentials, resource } from './task-rules.js';
import { assignment, literalText, looksLikePath, objectTemplate, template } from './templates.js';

export interface StateRules {
  readonly shape: Shape;
  /** What concerns several fields together. */
  readonly check?: (state: JsonObject, place: Place) => void;
}

type Fields = Readonly<Record<string, Field>>;

const secondsMax = 99_999_999;
const seconds = orExpression(integer(1, secondsMax));

const common: Fields = {
  Type: { check: text },
  Comment: { check: text },
  QueryLanguage: { check: oneOf('JSONPath', 'JSONata') },
};

const paths: Fields = {
  InputPath: { check: orNull(path), only: 'JSONPath' },
  OutputPath: { check: orNull(path), only: 'JSONPath' },
};

const next: Fields = { Next: { check: text }, End: { check: truth } };
const nextOrEnd = ['Next', 'End'];

const output: Fields = { Output: { check: template, only: 'JSONata' } };
const assign: Fields = { Assign: { check: assignment } };
const parameters: Fields = { Parameters: { check: template, only: 'JSONPath' } };
const result: Fields = { ResultPath: { check: orNull(resultPath), only: 'JSONPath' } };

/** Of states that make something of their input. */
const shaping: Fields = {
  ...common,
  ...paths,
  ...next,
  ...output,
  ...assign,
  ...parameters,
  ...result,
};

const work: Fields = {
  ...shaping,
  ResultSelector: { check: objectTemplate, only: 'JSONPath' },
  Retry: { check: retriers },
  Catch: { check: catchers },
};

const task: StateRules = {
  shape: {
    fields: {
      ...work,
      Arguments: { check: template, only: 'JSONata' },
      Resource: { check: resource },
      Credentials: { check: credentials },
      TimeoutSeconds: { check: seconds },
      TimeoutSecondsPath: { check: referencePath, only: 'JSONPath' },
      HeartbeatSeconds: { check: seconds },
      HeartbeatSecondsPath: { check: referencePath, only: 'JSONPath' },
    },
    required: ['Resource'],
    one: [nextOrEnd],
    atMostOne: [
      ['TimeoutSeconds', 'TimeoutSecondsPath'],
      ['HeartbeatSeconds', 'HeartbeatSecondsPath'],
    ],
  },
  check: checkTask,
};

const pass: StateRules = {
  shape: {
    fields: {
      ...shaping,
      Result: { check: staticResult, only: 'JSONPath' },
    },
    one: [nextOrEnd],
  },
};

const choice: StateRules = {
  shape: {
    fields: {
      ...common,
      ...paths,
      ...output,
      ...assign,
      Choices: { check: choices },
      Default: { check: text },
    },
    required: ['Choices'],
  },
};

const wait: StateRules = {
  shape: {
    fields: {
      ...common,
      ...paths,
      ...next,
      ...output,
      ...assign,
      Seconds: { check: orExpression(integer(0, secondsMax)) },
      Timestamp: { check: orExpression(timestamp) },
      SecondsPath: { check: referencePath, only: 'JSONPath' },
      TimestampPath: { check: referencePath, only: 'JSONPath' },
    },
    one: [nextOrEnd, ['SecondsPath', 'Seconds', 'TimestampPath', 'Timestamp']],
  },
};

const succeed: StateRules = { shape: { fields: { ...common, ...paths, ...output } } };

const fail: StateRules = {
  shape: {
    fields: {
      ...common,
      Error: { check: orExpression(literalText('Error')) },
      ErrorPath: { check: pathOrIntrinsic, only: 'JSONPath' },
      Cause: { check: orExpression(literalText('Cause')) },
      CausePath: { check: pathOrIntrinsic, only: 'JSONPath' },
    },
    atMostOne: [
      ['Error', 'ErrorPath'],
      ['Cause', 'CausePath'],
    ],
  },
};

const parallel: StateRules = {
  shape: {
    fields: {
      ...work,
      Arguments: { check: template, only: 'JSONata' },
      // the machine goes through what is nested
      Branches: { check: anything },
    },
    required: ['Branches'],
    one: [nextOrEnd],
  },
};

const map: StateRules = {
  shape: {
    fields: {
      ...work,
      ItemProcessor: { check: anything },
      Iterator: { check: anything },
      ItemsPath: { check: referencePath, only: 'JSONPath' },
      Items: { check: template, only: 'JSONata' },
      ItemSelector: { check: template },
      MaxConcurrency: { check: orExpression(integer(0)) },
      MaxConcurrencyPath: { check: referencePath, only: 'JSONPath' },
      Label: { check: text },
      ItemReader: { check: itemReader },
      ItemBatcher: { check: itemBatcher },
      ResultWriter: { check: resultWriter },
      ToleratedFailureCount: { check: orExpression(integer(0)) },
      ToleratedFailureCountPath: { check: referencePath, only: 'JSONPath' },
      ToleratedFailurePercentage: { check: orExpression(range(0, 100)) },
      ToleratedFailurePercentagePath: { check: referencePath, only: 'JSONPath' },
    },
    one: [nextOrEnd, ['ItemProcessor', 'Iterator']],
    atMostOne: [
      ['ItemSelector', 'Parameters'],
      ['MaxConcurrency', 'MaxConcurrencyPath'],
      ['ToleratedFailureCount', 'ToleratedFailureCountPath'],
      ['ToleratedFailurePercentage', 'ToleratedFailurePercentagePath'],
    ],
  },
  check: checkMap,
};

/** In the order in which AWS names them. */
export const stateRules: ReadonlyMap<string, StateRules> = new Map([
  ['Task', task],
  ['Wait', wait],
  ['Pass', pass],
  ['Succeed', succeed],
  ['Fail', fail],
  ['Choice', choice],
  ['Parallel', parallel],
  ['Map', map],
]);

/** The two paths for which an intrinsic function may stand. */
function pathOrIntrinsic(value: Parameters<Check>[0], place: Place): void {
  const isIntrinsic = typeof value === 'string' && value.startsWith('States.');
  if (!isIntrinsic || !isPathOrIntrinsic(value)) path(value, place);
}

function staticResult(value: Parameters<Check>[0], place: Place): void {
  if (typeof value === 'string' && looksLikePath(value)) {
    place.warn(
      'The result of a Pass state is static: it is not evaluated as a path or an intrinsic function',
      'PASS_RESULT_IS_STATIC',
    );
  }
}
