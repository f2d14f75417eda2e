/** Layers: https://docs.aws.amazon.com/lambda/latest/api/API_PublishLayerVersion.html and those beside it. */
import { limits } from '../../types/index.js';
import type { Operation } from '../operation.js';
import { addLayerPermission, getLayerPolicy, removeLayerPermission } from './layer-policy-input.js';
import {
  deleteLayerVersion,
  getLayerVersion,
  getLayerVersionByArn,
  listLayers,
  listLayerVersions,
  publishLayer,
} from './parse-layers.js';

const layers = '/2018-10-31/layers';
const versions = `${layers}/{}/versions`;

export const layerOperations: readonly Operation[] = [
  {
    name: 'PublishLayerVersion',
    method: 'POST',
    path: versions,
    on: 'layer',
    bodyBytesMax: limits.uploadBodyBytesMax,
    parse: publishLayer,
  },
  {
    name: 'GetLayerVersion',
    method: 'GET',
    path: `${versions}/{}`,
    on: 'layer',
    parse: getLayerVersion,
  },
  {
    name: 'GetLayerVersionByArn',
    method: 'GET',
    path: layers,
    query: ['find', 'LayerVersion'],
    permission: 'lambda:GetLayerVersion',
    touches: (action) => ('name' in action ? [`layer:${action.name}`] : []),
    parse: getLayerVersionByArn,
  },
  {
    name: 'DeleteLayerVersion',
    method: 'DELETE',
    path: `${versions}/{}`,
    on: 'layer',
    parse: deleteLayerVersion,
  },
  {
    name: 'AddLayerVersionPermission',
    method: 'POST',
    path: `${versions}/{}/policy`,
    on: 'layer',
    parse: addLayerPermission,
  },
  {
    name: 'GetLayerVersionPolicy',
    method: 'GET',
    path: `${versions}/{}/policy`,
    on: 'layer',
    parse: getLayerPolicy,
  },
  {
    name: 'RemoveLayerVersionPermission',
    method: 'DELETE',
    path: `${versions}/{}/policy/{}`,
    on: 'layer',
    parse: removeLayerPermission,
  },
  { name: 'ListLayers', method: 'GET', path: layers, parse: listLayers },
  {
    name: 'ListLayerVersions',
    method: 'GET',
    path: versions,
    on: 'layer',
    parse: listLayerVersions,
  },
];
