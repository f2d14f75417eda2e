/** From the ARNs that a caller names to the layers of a function, and whether all of it together is too large. */
import { account, HearthError, layerArn, limits, region } from '../types/index.js';
import type { LayerUse, LayerVersion } from './layer-state.js';

/** The parts of a layer version's ARN; undefined where it is none. */
export function parseLayerArn(
  arn: string,
): { name: string; version: number; isOurs: boolean } | undefined {
  const groups =
    /^arn:aws[a-zA-Z-]*:lambda:(?<region>[a-z0-9-]+):(?<account>\d{12}):layer:(?<name>[a-zA-Z0-9-_]+):(?<version>\d{1,15})$/.exec(
      arn,
    )?.groups;
  if (groups?.name === undefined) return undefined;
  if (groups.account === account && groups.region !== region) {
    throw new HearthError(
      'invalid-parameter',
      `Layers are not in the same region as the function. Layers are expected to be in region ${region}.`,
    );
  }
  const isOurs = groups.account === account && groups.region === region;
  return { name: groups.name, version: Number(groups.version), isOurs };
}

/** Throws `invalid-parameter` for a version that is not there, `unauthorized` for one of another account. */
export function layerUses(
  arns: readonly string[],
  find: (name: string, version: number) => LayerVersion | undefined,
): readonly LayerUse[] {
  return arns.map((arn) => {
    const parts = parseLayerArn(arn);
    if (parts?.isOurs === false) {
      throw new HearthError(
        'unauthorized',
        `User: arn:aws:iam::${account}:root is not authorized to perform: lambda:GetLayerVersion on resource: ${arn} ` +
          'because no resource-based policy allows the lambda:GetLayerVersion action',
      );
    }
    const layer = parts && find(parts.name, parts.version);
    if (layer === undefined) {
      throw new HearthError('invalid-parameter', `Layer version ${arn} does not exist.`);
    }
    const { name, version, codeHash, codeBytes, unzippedBytes } = layer;
    return { arn: layerArn(name, version), codeHash, codeBytes, unzippedBytes };
  });
}

/** Throws `invalid-parameter` where code and layers together are more than AWS allows. */
export function checkUnzippedBytes(codeBytes: number, layers: readonly LayerUse[]): void {
  const bytes = layers.reduce((sum, { unzippedBytes }) => sum + unzippedBytes, codeBytes);
  if (bytes <= limits.unzippedBytesMax) return;
  throw new HearthError(
    'invalid-parameter',
    `Function code combined with layers exceeds the maximum allowed size of ${limits.unzippedBytesMax} bytes. ` +
      `The actual size is ${bytes} bytes.`,
  );
}
