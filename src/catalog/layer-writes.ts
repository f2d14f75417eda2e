/** Layers as their publishers and users write them: through the log, each answered by what came of it. */
import { randomUuid } from '../lib/index.js';
import { HearthError } from '../types/index.js';
import type { JsonValue } from './attachment.js';
import type { CodeFiles } from './code-files.js';
import type {
  LayerPolicy,
  LayerState,
  LayerUse,
  LayerVersion,
  PolicyExpectation,
} from './layer-state.js';
import { layerUses } from './layer-uses.js';
import type { Proposer } from './proposer.js';
import type { LookAtCode, NewLayer } from './types.js';

export class LayerWrites {
  /** `find`: a layer as this node knows it. */
  constructor(
    private readonly proposer: Proposer,
    private readonly code: CodeFiles,
    private readonly find: (name: string) => LayerState | undefined,
  ) {}

  async publish(
    layer: NewLayer,
    zip: Uint8Array,
    look: LookAtCode | undefined,
    startMs: number,
  ): Promise<LayerVersion> {
    const codeHash = await this.code.keep(zip, [], look, startMs);
    const unzippedBytes = await this.code.unpackedBytes(codeHash);
    const { lastModified: created } = this.proposer.stamp();
    const result = await this.proposer.propose({
      id: randomUuid(),
      kind: 'publish-layer',
      layer: { ...layer, codeHash, codeBytes: zip.length, unzippedBytes, created },
    });
    if (result.kind !== 'layer') throw new Error(`a layer was answered by ${result.kind}`);
    return result.layer;
  }

  async deleteVersion(layerName: string, version: number): Promise<void> {
    const id = randomUuid();
    await this.proposer.propose({ id, kind: 'delete-layer-version', layerName, version });
  }

  async setPolicy(
    layerName: string,
    version: number,
    policy: JsonValue | null,
    expected: PolicyExpectation,
  ): Promise<LayerPolicy | null> {
    const result = await this.proposer.propose({
      id: randomUuid(),
      kind: 'set-layer-policy',
      layerName,
      version,
      policy,
      expected,
      revisionId: randomUuid(),
    });
    if (result.kind !== 'layer-policy') throw new Error(`a policy was answered by ${result.kind}`);
    return result.policy;
  }

  /** What ARNs name, for a function to use. `isConfirmed`: this node knows every layer that was acknowledged. */
  uses(arns: readonly string[], isConfirmed: boolean): readonly LayerUse[] {
    return layerUses(arns, (name, version) => {
      const layer = this.find(name)?.versions.get(version);
      if (layer === undefined && !isConfirmed) throw unconfirmed(name, version);
      return layer;
    });
  }
}

function unconfirmed(name: string, version: number): HearthError {
  return new HearthError(
    'no-quorum',
    `This node does not know version ${version} of the layer ${name}, and no majority tells it in time whether there is one; try again, here or at another node.`,
    { retryAfterS: 1 },
  );
}
