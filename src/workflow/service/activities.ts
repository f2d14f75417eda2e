/** Operations on activities and on tasks that the outside ends. */
import { HearthError, limits } from '../../types/index.js';
import { activityArn } from '../arns.js';
import { changed } from './changes.js';
import type { Operations, WorkflowDeps } from './deps.js';
import { textProblem } from './execution-input.js';
import { cut, nextTokenOf, pageAsked } from './pages.js';
import { invalidToken, noActivity, unconfirmed } from './refusals.js';
import { checkEncryption, encryption, seconds, tagsOf } from './settings.js';
import { checkTags } from './tags.js';
import { checkName, target } from './targets.js';

type ActivityOperation =
  | 'CreateActivity'
  | 'DescribeActivity'
  | 'ListActivities'
  | 'DeleteActivity'
  | 'GetActivityTask'
  | 'SendTaskSuccess'
  | 'SendTaskFailure'
  | 'SendTaskHeartbeat';

export function activityOperations(deps: WorkflowDeps): Operations<ActivityOperation> {
  const { registry, executions } = deps;
  return {
    CreateActivity: async ({ name, tags: asked, encryptionConfiguration }) => {
      checkName(name);
      checkEncryption(encryptionConfiguration);
      const tags = checkTags(tagsOf(asked), activityArn(name));
      const { atMs } = await changed(registry, { kind: 'create-activity', name, tags });
      return { activityArn: activityArn(name), creationDate: seconds(atMs) };
    },
    DescribeActivity: async ({ activityArn: arn }) => {
      const { name } = target(arn, 'activity');
      const isConfirmed = await registry.catchUp();
      const activity = registry.core.activity(name);
      if (activity === undefined) throw isConfirmed ? noActivity(arn) : unconfirmed(arn);
      return {
        activityArn: arn,
        name,
        creationDate: seconds(activity.createdAtMs),
        encryptionConfiguration: encryption,
      };
    },
    ListActivities: async (input) => {
      const asked = pageAsked(input, 'activities');
      await registry.catchUp();
      const page = cut(registry.core.activities(), asked, ({ name }) => name);
      return {
        activities: page.items.map(({ name, createdAtMs }) => ({
          activityArn: activityArn(name),
          name,
          creationDate: seconds(createdAtMs),
        })),
        nextToken: nextTokenOf(page.next, 'activities'),
      };
    },
    DeleteActivity: async ({ activityArn: arn }) => {
      const { name } = target(arn, 'activity');
      await changed(registry, { kind: 'delete-activity', name });
      return {};
    },
    GetActivityTask: async ({ activityArn: arn, workerName = null }, { signal }) => {
      const { name } = target(arn, 'activity');
      if (workerName !== null) checkName(workerName);
      await registry.catchUp();
      if (registry.core.activity(name) === undefined) throw noActivity(arn);
      const waitMs = limits.activityPollMs;
      const task = await executions.takeActivityTask(arn, workerName, waitMs, signal);
      return task === null ? {} : { taskToken: task.taskToken, input: task.input };
    },
    SendTaskSuccess: async ({ taskToken, output }) => {
      const problem = textProblem(output);
      if (problem !== null) {
        throw new HearthError('invalid-output', `Invalid Output: '${problem}'`);
      }
      await executions.signal(checkedToken(taskToken), { kind: 'succeeded', output });
      return {};
    },
    SendTaskFailure: async ({ taskToken, error = '', cause = '' }) => {
      await executions.signal(checkedToken(taskToken), { kind: 'failed', error, cause });
      return {};
    },
    SendTaskHeartbeat: async ({ taskToken }) => {
      await executions.signal(checkedToken(taskToken), { kind: 'heartbeat' });
      return {};
    },
  };
}

/** Tokens are UUIDs: any other text was never one. */
const tokenShape = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** Throws `invalid-token`. */
function checkedToken(token: string): string {
  if (!tokenShape.test(token)) throw invalidToken();
  return token;
}
