/** Functions, their versions, aliases and tags: https://docs.aws.amazon.com/lambda/latest/api/API_Operations.html. */
import { limits, region } from '../../types/index.js';
import type { Action, ListFunctions } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { functionsAmong } from '../form/destination.js';
import { checkFunctionName, parseFunctionName } from '../form/function-name.js';
import { pageOf } from '../form/paging.js';
import { shaped } from '../form/shape.js';
import { originOf, targetOf } from '../form/target.js';
import type { Asked, Operation } from '../operation.js';
import { isStrict } from './code-findings.js';
import { codeUpdate, newFunction, settingsUpdate } from './function-input.js';
import { codeShape, createShape, settingsShape } from './function-shapes.js';
import {
  createAlias,
  listAliases,
  listOfFunction,
  ofAlias,
  publishVersion,
  updateAlias,
} from './parse-versions.js';
import { newTags, taggedFunction, tagKeys } from './tag-input.js';

const functions = '/2015-03-31/functions';

export const functionOperations: readonly Operation[] = [
  {
    name: 'CreateFunction',
    method: 'POST',
    path: functions,
    bodyBytesMax: limits.uploadBodyBytesMax,
    touches: touchedBySettings,
    parse: ({ head, body, options }) => {
      const shape = shaped(createShape, body);
      const input = newFunction(shape, options.runtimes.supported);
      return { kind: 'create-function', ...input, strict: isStrict(head) };
    },
  },
  { name: 'ListFunctions', method: 'GET', path: functions, parse: listFunctions },
  {
    name: 'GetFunction',
    method: 'GET',
    path: `${functions}/{}`,
    parse: (asked) => ({ kind: 'get-function', target: targetOf(asked), origin: originOf(asked) }),
  },
  {
    name: 'DeleteFunction',
    method: 'DELETE',
    path: `${functions}/{}`,
    parse: (asked) => ({ kind: 'delete-function', target: targetOf(asked) }),
  },
  {
    name: 'GetFunctionConfiguration',
    method: 'GET',
    path: `${functions}/{}/configuration`,
    parse: (asked) => ({ kind: 'get-configuration', target: targetOf(asked) }),
  },
  {
    name: 'UpdateFunctionConfiguration',
    method: 'PUT',
    path: `${functions}/{}/configuration`,
    touches: touchedBySettings,
    parse: updateSettings,
  },
  {
    name: 'UpdateFunctionCode',
    method: 'PUT',
    path: `${functions}/{}/code`,
    bodyBytesMax: limits.uploadBodyBytesMax,
    parse: updateCode,
  },
  {
    name: 'PublishVersion',
    method: 'POST',
    path: `${functions}/{}/versions`,
    parse: publishVersion,
  },
  {
    name: 'ListVersionsByFunction',
    method: 'GET',
    path: `${functions}/{}/versions`,
    parse: (asked) => listOfFunction('list-versions', asked),
  },
  { name: 'CreateAlias', method: 'POST', path: `${functions}/{}/aliases`, parse: createAlias },
  { name: 'ListAliases', method: 'GET', path: `${functions}/{}/aliases`, parse: listAliases },
  {
    name: 'GetAlias',
    method: 'GET',
    path: `${functions}/{}/aliases/{}`,
    parse: (asked) => ofAlias('get-alias', asked),
  },
  { name: 'UpdateAlias', method: 'PUT', path: `${functions}/{}/aliases/{}`, parse: updateAlias },
  {
    name: 'DeleteAlias',
    method: 'DELETE',
    path: `${functions}/{}/aliases/{}`,
    parse: (asked) => ofAlias('delete-alias', asked),
  },
  {
    name: 'ListTags',
    method: 'GET',
    path: '/2017-03-31/tags/{}',
    parse: ({ subject }) => ({ kind: 'list-tags', name: taggedFunction(subject) }),
  },
  {
    name: 'TagResource',
    method: 'POST',
    path: '/2017-03-31/tags/{}',
    parse: ({ subject, body }) => ({ kind: 'tag', ...newTags(subject, body) }),
  },
  {
    name: 'UntagResource',
    method: 'DELETE',
    path: '/2017-03-31/tags/{}',
    parse: ({ subject, head }) => ({
      kind: 'untag',
      ...tagKeys(subject, new URLSearchParams(head.query)),
    }),
  },
];

/** The function, and the one that is told of its dead letters. */
function touchedBySettings(action: Action): readonly string[] {
  switch (action.kind) {
    case 'create-function':
      return [action.input.name, ...functionsAmong([action.input.deadLetterTarget])];
    case 'update-settings':
      return [action.target.name, ...functionsAmong([action.changes.deadLetterTarget])];
    default:
      return ['*'];
  }
}

function listFunctions({ head }: Asked): ListFunctions {
  const query = new URLSearchParams(head.query);
  const constraints = new Constraints();
  const version = query.get('FunctionVersion') ?? undefined;
  constraints.oneOf(version, 'functionVersion', ['ALL']);
  const masterRegion = query.get('MasterRegion') ?? undefined;
  constraints.oneOf(masterRegion, 'masterRegion', ['ALL', region]);
  const page = pageOf(query, constraints);
  constraints.check();
  return { kind: 'list-functions', ...page, allVersions: version === 'ALL' };
}

function updateSettings({ subject, body, options }: Asked): Action {
  const shape = shaped(settingsShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, subject, undefined);
  const changes = settingsUpdate(shape, constraints, options.runtimes.supported);
  const revisionId = shape.RevisionId ?? undefined;
  return { kind: 'update-settings', target: parseFunctionName(subject), changes, revisionId };
}

function updateCode({ subject, head, body }: Asked): Action {
  const shape = shaped(codeShape, body);
  const constraints = new Constraints();
  checkFunctionName(constraints, subject, undefined);
  return {
    kind: 'update-code',
    ...codeUpdate(shape, constraints),
    target: parseFunctionName(subject),
    revisionId: shape.RevisionId ?? undefined,
    dryRun: shape.DryRun ?? false,
    publish: shape.Publish ?? false,
    strict: isStrict(head),
  };
}
