/** The groups of copies: each has the limits of its function for itself. */
import type { SandboxSpec } from '../driver.js';
import { groupLimitsOf } from '../group-limits.js';
import type { Place } from '../place.js';
import type { MakeCopyGroup } from './open-zygote.js';

/** Null where there are no groups. */
export function copyGroupsOf(spec: SandboxSpec, place: Place | null): MakeCopyGroup | null {
  const home = place?.home ?? null;
  return home === null ? null : (name) => home.create(name, groupLimitsOf(spec));
}
