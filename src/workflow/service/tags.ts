/** Operations on tags: of state machines and of activities. */
import { HearthError } from '../../types/index.js';
import { type Tag, withTags } from '../registry/index.js';
import { changed } from './changes.js';
import type { Operations, WorkflowDeps } from './deps.js';
import { noResource } from './refusals.js';
import { tagsOf } from './settings.js';
import { target } from './targets.js';

type TagOperation = 'TagResource' | 'UntagResource' | 'ListTagsForResource';

export function tagOperations({ registry }: WorkflowDeps): Operations<TagOperation> {
  return {
    TagResource: async ({ resourceArn, tags }) => {
      const tagged = taggedBy(resourceArn);
      await changed(registry, { kind: 'tag', ...tagged, tags: tagsOf(tags) });
      return {};
    },
    UntagResource: async ({ resourceArn, tagKeys }) => {
      const tagged = taggedBy(resourceArn);
      await changed(registry, { kind: 'untag', ...tagged, keys: tagKeys });
      return {};
    },
    ListTagsForResource: async ({ resourceArn }) => {
      const { of, name } = taggedBy(resourceArn);
      await registry.catchUp();
      const { core } = registry;
      const present = of === 'activity' ? core.activity(name) : core.stateMachine(name);
      if (present === undefined) throw noResource(`Resource not found: '${resourceArn}'`);
      return { tags: present.tags };
    },
  };
}

/** Each key once. Throws `too-many-tags`. */
export function checkTags(tags: readonly Tag[], arn: string): readonly Tag[] {
  const checked = withTags([], tags, arn);
  if ('kind' in checked) throw new HearthError(checked.code, checked.message);
  return checked;
}

function taggedBy(arn: string): {
  readonly of: 'stateMachine' | 'activity';
  readonly name: string;
} {
  const parsed = target(arn, 'stateMachine', 'activity');
  if (parsed.kind === 'stateMachine' && parsed.qualifier !== null) {
    throw noResource(`Resource not found: '${arn}'`);
  }
  return { of: parsed.kind, name: parsed.name };
}
