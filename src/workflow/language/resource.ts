/** What the Resource of a Task names: a function, an activity, or an action of a service with the way it is waited for. */
import type { TaskMode, TaskResource } from '../tasks/types.js';

const modes: readonly (readonly [suffix: string, mode: TaskMode])[] = [
  ['.waitForTaskToken', 'wait-for-task-token'],
  ['.sync:2', 'sync:2'],
  ['.sync', 'sync'],
];

/** Undefined for what is none of them; of a valid definition each Resource is one. */
export function resourceOf(resource: string): TaskResource | undefined {
  const [arn, partition, service, region, account, kind, name] = resource.split(':', 7);
  if (arn !== 'arn' || partition === undefined) return undefined;
  if (service === 'lambda' && kind === 'function' && name) {
    return { kind: 'function', arn: resource };
  }
  if (service !== 'states') return undefined;
  if (kind === 'activity' && name) return { kind: 'activity', arn: resource };
  if (region !== '' || account !== '') return undefined;
  const named = resource.slice(`arn:${partition}:states:::`.length);
  const [suffix, mode] = modes.find(([end]) => named.endsWith(end)) ?? ['', 'request-response'];
  const plain = named.slice(0, named.length - suffix.length);
  const colon = plain.lastIndexOf(':');
  if (colon < 1 || colon === plain.length - 1) return undefined;
  return {
    kind: 'service',
    service: plain.slice(0, colon),
    action: plain.slice(colon + 1),
    mode,
    resource: named.slice(colon + 1),
  };
}
