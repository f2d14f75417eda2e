/** Tags of one thing: keys are unique, the last one counts, and the order is that in which they came. */
import { limits } from '../../types/index.js';
import { type Refused, refused } from './results.js';
import type { Tag } from './types.js';

export function withTags(
  present: readonly Tag[],
  more: readonly Tag[],
  arn: string,
): readonly Tag[] | Refused {
  const tags = new Map([...present, ...more].map((tag) => [tag.key, tag] as const));
  if (tags.size > limits.workflowTagsMax) {
    return refused('too-many-tags', `Too many tags: '${arn}' can have ${limits.workflowTagsMax}.`);
  }
  return [...tags.values()];
}

export function withoutTags(present: readonly Tag[], keys: readonly string[]): readonly Tag[] {
  return present.filter(({ key }) => !keys.includes(key));
}
