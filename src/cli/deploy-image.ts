/** `hearth deploy --image`: a container image as a function. */
import type { LambdaClient } from './api-client.js';
import { changesOf, type Deployed, differing, settled } from './deploy.js';
import { CommandFailure, usageFailure } from './failure.js';
import type { FunctionSettingsInput } from './function-settings.js';
import { type Io, withProgress } from './io.js';

/**
 * Creates the function or changes what differs. A tag can come to mean another image: only a digest that is
 * there already needs no update.
 */
export async function deployImage(
  io: Io,
  client: LambdaClient,
  name: string,
  image: string,
  settings: FunctionSettingsInput,
): Promise<Deployed> {
  if (settings.runtime !== undefined || settings.handler !== undefined || settings.layers) {
    throw usageFailure('an image has its own runtime, handler and files; leave these options out.');
  }
  if (!/^[a-zA-Z0-9_-]{1,64}$/.test(name)) {
    throw new CommandFailure(
      `'${name}' cannot name a function: letters, digits, - and _, at most 64; \`hearth deploy --image ${image} NAME\`.`,
    );
  }
  return withProgress(io, `deploying ${name} to ${client.endpoint}`, async () => {
    const present = await client.getConfiguration(name);
    let action: Deployed['action'] = 'created';
    if (present === undefined) {
      const PackageType = 'Image';
      await client.create(name, { ImageUri: image }, { PackageType, ...changesOf(settings, {}) });
    } else {
      const variables = present.Environment?.Variables ?? {};
      const changes = differing(changesOf(settings, variables), present);
      const isSame = image.includes('@sha256:') && (await client.imageUri(name)) === image;
      const changed = Object.keys(changes).length > 0;
      action = isSame && !changed ? 'unchanged' : 'updated';
      if (!isSame) await client.updateCode(name, { ImageUri: image });
      if (!isSame && changed) await settled(io, client, name);
      if (changed) await client.updateConfiguration(name, changes);
    }
    await settled(io, client, name);
    const url = `${client.endpoint}/fn/${name}/`;
    return { name, action, runtime: 'image', handler: image, codeBytes: 0, url };
  });
}
