/** The operations on layers: an action in, the catalogue asked, AWS's answer out. */
import type { Inspector } from '../../agent/index.js';
import { type CatalogService, type LayerVersion, layerVersionArn } from '../../catalog/index.js';
import { HearthError, layerArn } from '../../types/index.js';
import type { ListLayers, ListLayerVersions } from '../action.js';
import type { CodeLinks } from '../auth/code-links.js';
import { cutPage } from '../form/paging.js';
import { withFindings } from '../functions/code-findings.js';
import { emptyReply, jsonReply, type Reply } from '../http/http.js';
import type { Of } from '../operation.js';
import type { LayerFilter } from './layer-input.js';
import { noSuchLayer } from './layer-name.js';

/** A layer runs by itself nowhere: its modules are only looked at for what the operator forbids. */
const ofNoHandler = { runtime: '', handler: '', hasLayers: false };

export class Layers {
  constructor(
    private readonly catalog: CatalogService,
    private readonly inspector: Pick<Inspector, 'begin'>,
    private readonly links: Pick<CodeLinks, 'url'>,
  ) {}

  async publish({ layer, zip, origin }: Of<'publish-layer'>): Promise<Reply> {
    const inspection = this.inspector.begin(ofNoHandler, false);
    const published = await this.catalog.publishLayer(layer, zip, inspection.look);
    return withFindings(jsonReply(201, this.#answer(published, origin)), inspection);
  }

  async get({ name, version, origin }: Of<'get-layer-version'>): Promise<Reply> {
    const found = this.#find(name, version);
    if (found !== undefined) return jsonReply(200, this.#answer(found, origin));
    const isConfirmed = await this.catalog.catchUp();
    const late = this.#find(name, version);
    if (late !== undefined) return jsonReply(200, this.#answer(late, origin));
    throw isConfirmed ? noSuchLayer() : unconfirmed(name);
  }

  /** Each layer with its newest version of those that are asked for. */
  async list({ after, itemsMax, filter }: ListLayers): Promise<Reply> {
    const newest: LayerVersion[] = [];
    for (const { versions } of this.catalog.layersFollowing(after)) {
      const last = [...versions.values()].filter((layer) => passes(layer, filter)).at(-1);
      if (last !== undefined) newest.push(last);
      // one more than the page holds tells whether another follows
      if (newest.length > itemsMax) break;
    }
    const { page, next } = cutPage(newest, itemsMax, ({ name }) => name);
    const Layers = page.map((layer) => ({
      LayerName: layer.name,
      LayerArn: layerArn(layer.name),
      LatestMatchingVersion: listedVersion(layer),
    }));
    return jsonReply(200, { Layers, ...next });
  }

  /** From the newest on; none where there is no such layer. */
  async listVersions(action: ListLayerVersions): Promise<Reply> {
    const { name, after, itemsMax, filter } = action;
    const items = [...(this.catalog.layer(name)?.versions.values() ?? [])]
      .filter((layer) => passes(layer, filter) && (after === '' || layer.version < Number(after)))
      .reverse();
    const { page, next } = cutPage(items, itemsMax, ({ version }) => String(version));
    return jsonReply(200, { LayerVersions: page.map(listedVersion), ...next });
  }

  /** Deleting what is not there is fine. */
  async delete({ name, version }: Of<'delete-layer-version'>): Promise<Reply> {
    await this.catalog.deleteLayerVersion(name, version);
    return emptyReply(204);
  }

  #answer(layer: LayerVersion, origin: string): Record<string, unknown> {
    return layerAnswer(layer, this.links.url(origin, layer.codeHash));
  }

  #find(name: string, version: number): LayerVersion | undefined {
    return this.catalog.layer(name)?.versions.get(version);
  }
}

function passes(layer: LayerVersion, { runtime, architecture }: LayerFilter): boolean {
  return (
    (runtime === undefined || layer.compatibleRuntimes?.includes(runtime) === true) &&
    (architecture === undefined || layer.compatibleArchitectures?.includes(architecture) === true)
  );
}

/** `location`: where its code can be fetched. */
function layerAnswer(layer: LayerVersion, location: string): Record<string, unknown> {
  const { name, codeHash, codeBytes } = layer;
  return {
    Content: {
      Location: location,
      CodeSha256: Buffer.from(codeHash, 'hex').toString('base64'),
      CodeSize: codeBytes,
    },
    LayerArn: layerArn(name),
    ...listedVersion(layer),
  };
}

/** What was not given is left out. */
function listedVersion(layer: LayerVersion): Record<string, unknown> {
  const { compatibleRuntimes, compatibleArchitectures, licenseInfo } = layer;
  return {
    LayerVersionArn: layerVersionArn(layer),
    Version: layer.version,
    Description: layer.description,
    CreatedDate: layer.created,
    ...(compatibleRuntimes === null ? {} : { CompatibleRuntimes: compatibleRuntimes }),
    ...(compatibleArchitectures === null
      ? {}
      : { CompatibleArchitectures: compatibleArchitectures }),
    ...(licenseInfo === '' ? {} : { LicenseInfo: licenseInfo }),
  };
}

function unconfirmed(name: string): HearthError {
  return new HearthError(
    'no-quorum',
    `This node does not know that version of the layer ${name}, and no majority tells it in time whether there is one; try again, here or at another node.`,
    { retryAfterS: 1 },
  );
}
