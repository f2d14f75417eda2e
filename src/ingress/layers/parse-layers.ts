/** Requests about layers -> actions. */
import type { Action } from '../action.js';
import { Constraints } from '../form/constraints.js';
import { pageOf } from '../form/paging.js';
import { queryValue, type RequestHead } from '../http/http.js';
import type { Route } from '../route.js';
import { layerFilter, newLayer } from './layer-input.js';
import {
  checkLayerName,
  parseLayerName,
  parseLayerVersion,
  parseVersionArn,
} from './layer-name.js';

export function publishLayer(route: Route, body: Uint8Array, origin: string): Action {
  return { kind: 'publish-layer', ...newLayer(route.subject, body), origin };
}

export function listLayers(head: RequestHead): Action {
  const query = new URLSearchParams(head.query);
  const constraints = new Constraints();
  const page = pageOf(query, constraints);
  const filter = layerFilter(query, constraints);
  constraints.check();
  return { kind: 'list-layers', ...page, filter };
}

export function listLayerVersions(route: Route, head: RequestHead): Action {
  const query = new URLSearchParams(head.query);
  const constraints = new Constraints();
  const page = pageOf(query, constraints);
  const filter = layerFilter(query, constraints);
  const name = layerName(route, constraints);
  return { kind: 'list-layer-versions', name, ...page, filter };
}

export function getLayerVersion(route: Route, origin: string): Action {
  const name = layerName(route);
  return { kind: 'get-layer-version', name, version: parseLayerVersion(route.rest), origin };
}

export function getLayerVersionByArn(head: RequestHead, origin: string): Action {
  const arn = queryValue(head.query, 'Arn');
  return { kind: 'get-layer-version', ...parseVersionArn(new Constraints(), arn), origin };
}

export function deleteLayerVersion(route: Route): Action {
  const name = layerName(route);
  return { kind: 'delete-layer-version', name, version: parseLayerVersion(route.rest) };
}

/** Throws `validation` with whatever else was noted. */
function layerName({ subject }: Route, constraints = new Constraints()): string {
  checkLayerName(constraints, subject);
  constraints.check();
  return parseLayerName(subject);
}
