/** Checked requests of the tag operations. Patterns and texts as recorded on live AWS. */
import { HearthError } from '../../types/index.js';
import { Constraints, memberPattern } from '../form/constraints.js';
import { parseFunctionName } from '../form/function-name.js';
import { shaped } from '../form/shape.js';
import { checkTags } from './function-input.js';
import { tagsShape } from './function-shapes.js';

const resourcePattern = memberPattern(
  'arn:(aws[a-zA-Z-]*):lambda:(eusc-)?[a-z]{2}((-gov)|(-iso([a-z]?)))?-[a-z]+-\\d{1}:\\d{12}:' +
    '(function:[a-zA-Z0-9-_]+(:(\\$LATEST|[a-zA-Z0-9-_]+))?|layer:([a-zA-Z0-9-_]+)' +
    '|code-signing-config:csc-[a-z0-9]{17}' +
    '|event-source-mapping:[0-9a-fA-F]{8}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{4}-[0-9a-fA-F]{12}' +
    '|capacity-provider:[a-zA-Z0-9-_]+)',
);

/** The name of the function that an ARN means. Throws HearthError. */
export function taggedFunction(resource: string, constraints = new Constraints()): string {
  constraints.pattern(resource, 'resource', resourcePattern);
  constraints.check();
  if (!resource.includes(':function:')) {
    const what = resource.includes(':capacity-provider:') ? 'Capacity provider' : 'Resource';
    throw new HearthError('function-not-found', `${what} not found: ${resource}`);
  }
  const { name, qualifier } = parseFunctionName(resource);
  if (qualifier === undefined) return name;
  throw new HearthError(
    'invalid-parameter',
    'Tags on function aliases and versions are not supported. Please specify a function ARN.',
  );
}

/** Throws as `taggedFunction` does. */
export function newTags(
  resource: string,
  body: Uint8Array,
): { name: string; tags: Readonly<Record<string, string>> } {
  const constraints = new Constraints();
  const { Tags } = shaped(tagsShape, body);
  constraints.required(Tags ?? undefined, 'tags');
  const name = taggedFunction(resource, constraints);
  const tags = Tags ?? {};
  if (Object.keys(tags).length === 0) {
    throw new HearthError(
      'invalid-parameter',
      'An error occurred and the request cannot be processed.',
    );
  }
  checkTags(new Constraints(), tags);
  return { name, tags };
}

/** Throws as `taggedFunction` does. */
export function tagKeys(
  resource: string,
  query: URLSearchParams,
): { name: string; keys: readonly string[] } {
  const constraints = new Constraints();
  const keys = query.getAll('tagKeys');
  constraints.required(keys.length === 0 ? undefined : keys, 'tagKeys');
  return { name: taggedFunction(resource, constraints), keys };
}
