/** Requests about layers -> actions. */
import type { Action } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { pageOf } from '../form/paging.js';
import { originOf } from '../form/target.js';
import { queryValue } from '../http/http.js';
import type { Asked, Subject } from '../operation.js';
import { layerFilter, newLayer } from './layer-input.js';
import {
  checkLayerName,
  parseLayerName,
  parseLayerVersion,
  parseVersionArn,
} from './layer-name.js';

export function publishLayer(asked: Asked): Action {
  const { subject, body } = asked;
  return { kind: 'publish-layer', ...newLayer(subject, body), origin: originOf(asked) };
}

export function listLayers({ head }: Asked): Action {
  const query = new URLSearchParams(head.query);
  const constraints = new Constraints();
  const page = pageOf(query, constraints);
  const filter = layerFilter(query, constraints);
  constraints.check();
  return { kind: 'list-layers', ...page, filter };
}

export function listLayerVersions(asked: Asked): Action {
  const query = new URLSearchParams(asked.head.query);
  const constraints = new Constraints();
  const page = pageOf(query, constraints);
  const filter = layerFilter(query, constraints);
  const name = layerName(asked, constraints);
  return { kind: 'list-layer-versions', name, ...page, filter };
}

export function getLayerVersion(asked: Asked): Action {
  const name = layerName(asked);
  const version = parseLayerVersion(asked.rest);
  return { kind: 'get-layer-version', name, version, origin: originOf(asked) };
}

export function getLayerVersionByArn(asked: Asked): Action {
  const arn = queryValue(asked.head.query, 'Arn');
  const named = parseVersionArn(new Constraints(), arn);
  return { kind: 'get-layer-version', ...named, origin: originOf(asked) };
}

export function deleteLayerVersion(asked: Asked): Action {
  const name = layerName(asked);
  return { kind: 'delete-layer-version', name, version: parseLayerVersion(asked.rest) };
}

/** Throws `validation` with whatever else was noted. */
function layerName({ subject }: Subject, constraints = new Constraints()): string {
  checkLayerName(constraints, subject);
  constraints.check();
  return parseLayerName(subject);
}
