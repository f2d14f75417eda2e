/** Operations on versions of state machines. */
import { stateMachineArn } from '../arns.js';
import { changed } from './changes.js';
import type { Operations, WorkflowDeps } from './deps.js';
import { cut, nextTokenOf, pageAsked } from './pages.js';
import { noStateMachine } from './refusals.js';
import { seconds } from './settings.js';
import { unqualified, versionTarget } from './targets.js';

/** A UUID, or `INITIAL`; what is longer is none that there is. */
const revisionCharsMax = 64;

type VersionOperation =
  | 'PublishStateMachineVersion'
  | 'ListStateMachineVersions'
  | 'DeleteStateMachineVersion';

export function versionOperations({ registry }: WorkflowDeps): Operations<VersionOperation> {
  return {
    PublishStateMachineVersion: async ({
      stateMachineArn: arn,
      revisionId: given,
      description = '',
    }) => {
      const name = unqualified(arn);
      const revisionId = given?.slice(0, revisionCharsMax) ?? null;
      const { atMs, version } = await changed(registry, {
        kind: 'publish-version',
        name,
        revisionId,
        description,
      });
      return {
        creationDate: seconds(atMs),
        stateMachineVersionArn: stateMachineArn(name, version),
      };
    },
    ListStateMachineVersions: async (input) => {
      const name = unqualified(input.stateMachineArn);
      const list = `versions ${name}`;
      const asked = pageAsked(input, list);
      await registry.catchUp();
      const machine = registry.core.stateMachine(name);
      if (machine === undefined) throw noStateMachine(input.stateMachineArn);
      const page = cut(
        machine.versions.toReversed(),
        asked,
        ({ version }) => String(version),
        (version, last) => Number(version) < Number(last),
      );
      return {
        stateMachineVersions: page.items.map(({ version, createdAtMs }) => ({
          stateMachineVersionArn: stateMachineArn(name, version),
          creationDate: seconds(createdAtMs),
        })),
        nextToken: nextTokenOf(page.next, list),
      };
    },
    DeleteStateMachineVersion: async ({ stateMachineVersionArn: arn }) => {
      const { name, version } = versionTarget(arn);
      await changed(registry, { kind: 'delete-version', stateMachine: name, version });
      return {};
    },
  };
}
