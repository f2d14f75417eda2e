/** A serverless.yml as what is to be deployed: functions, activities and state machines, and what is left out of it. */
import { functionArn, layerArn } from '../../types/index.js';
import { CommandFailure } from '../failure.js';
import type { FunctionSettingsInput } from '../function-settings.js';
import type { MachinePlan } from '../workflow/deploy.js';
import { activityArn, machineArn } from '../workflow/names.js';
import { parseYaml } from '../yaml.js';
import { Intrinsics, type Resource } from './intrinsics.js';
import {
  checkEvents,
  checkKeys,
  type Findings,
  functionKeys,
  machineKeys,
  packageKeys,
  providerKeys,
  stepFunctionsKeys,
  topKeys,
  urlKeys,
} from './keys.js';
import { isMembers, listOf, type Members, membersOf, placeText } from './members.js';

export interface PlannedFunction {
  readonly name: string;
  readonly settings: FunctionSettingsInput;
  /** Globs in their order. */
  readonly patterns: readonly string[];
  /** A zip that is there already, in place of the files. */
  readonly artifact: string | null;
  readonly reservedConcurrency: number | null;
  readonly url: { readonly AuthType: 'NONE' | 'AWS_IAM'; readonly InvokeMode?: string } | null;
}

export interface PlannedMachine extends Omit<MachinePlan, 'where'> {
  /** Functions stand in its definition as `NAME:` and `exactVersion`. */
  readonly isExact: boolean;
}

export interface Service {
  readonly name: string;
  readonly functions: readonly PlannedFunction[];
  readonly activities: readonly string[];
  readonly machines: readonly PlannedMachine[];
  readonly notes: readonly string[];
}

type Place = readonly (string | number)[];

/** In the place of a version that is not published yet. */
export const exactVersion = 'EXACT-VERSION';

/** More mistakes than that are not told at once. */
const errorsToldMax = 20;

/** `root` is without variables. Throws a failure with all that is wrong. */
export function serviceOf(root: unknown, where: string): Service {
  const reader = new ServiceReader();
  const service = reader.read(root);
  const { errors } = reader.found;
  if (errors.length === 0 && service !== null) return service;
  const told = errors.slice(0, errorsToldMax).map((error) => `\n  ${error}`);
  throw new CommandFailure(`${where} cannot be deployed:${told.join('')}`);
}

class ServiceReader {
  readonly found: Findings = { notes: [], errors: [] };
  #intrinsics = this.#intrinsicsOf(new Map(), '');
  /** What names functions by the versions that are published with them. */
  #exact = this.#intrinsics;

  read(root: unknown): Service | null {
    const top = checkKeys(root, topKeys, [], this.found);
    const provider = checkKeys(top.provider, providerKeys, ['provider'], this.found);
    if (provider.name !== undefined && provider.name !== 'aws') {
      this.found.errors.push(`provider.name is ${String(provider.name)}; only aws is supported`);
    }
    const name = this.#text(isMembers(top.service) ? top.service.name : top.service, ['service']);
    if (name === undefined) this.found.errors.push('service has no name');
    const stackName = `${name ?? ''}-${String(provider.stage ?? 'dev')}`;
    this.#plugins(top.plugins);
    const functions = Object.entries(this.#members(top.functions, ['functions']));
    const workflows = checkKeys(
      top.stepFunctions,
      stepFunctionsKeys,
      ['stepFunctions'],
      this.found,
    );
    const machines = Object.entries(
      this.#members(workflows.stateMachines, ['stepFunctions', 'stateMachines']),
    );
    const activities = listOf(workflows.activities).map(String);
    const all = { functions, machines, activities, stackName };
    this.#intrinsics = this.#intrinsicsOf(resourcesOf(all, ''), stackName);
    this.#exact = this.#intrinsicsOf(resourcesOf(all, exactVersion), stackName);
    const whole = checkKeys(top.package, packageKeys, ['package'], this.found);
    return {
      name: name ?? '',
      functions: functions.map(([key, value]) =>
        this.#function(key, value, provider, whole, stackName),
      ),
      activities,
      machines: machines.map(([key, value]) => this.#machine(key, value)),
      notes: this.found.notes,
    };
  }

  #function(
    key: string,
    value: unknown,
    provider: Members,
    whole: Members,
    stackName: string,
  ): PlannedFunction {
    const place: Place = ['functions', key];
    const given = checkKeys(value, functionKeys, place, this.found);
    checkEvents(given.events, [...place, 'events'], this.found);
    const at = (name: string): Place => [...place, name];
    const own = checkKeys(given.package, packageKeys, at('package'), this.found);
    const name = functionNameOf(key, given, stackName);
    const handler = this.#text(given.handler, at('handler'));
    const artifact = this.#text(own.artifact ?? whole.artifact, at('package'));
    if (handler === undefined) this.found.errors.push(`${placeText(place)} has no handler`);
    const environment = {
      ...membersOf(this.#plain(provider.environment, ['provider', 'environment'])),
      ...membersOf(this.#plain(given.environment, at('environment'))),
    };
    return {
      name,
      artifact: artifact ?? null,
      patterns: [...patternsOf(whole), ...patternsOf(own)],
      reservedConcurrency:
        this.#number(given.reservedConcurrency, at('reservedConcurrency')) ?? null,
      url: this.#url(given.url, at('url')),
      settings: {
        name,
        handler,
        description: this.#text(given.description, at('description')),
        runtime: this.#text(given.runtime ?? provider.runtime, at('runtime')),
        memory: this.#number(given.memorySize ?? provider.memorySize, at('memorySize')),
        timeout: this.#number(given.timeout ?? provider.timeout, at('timeout')),
        env: this.#variables(environment, at('environment')),
        layers: this.#layers(given.layers ?? provider.layers, at('layers')),
        snapStart: given.snapStart === undefined ? undefined : given.snapStart === true,
      },
    };
  }

  #machine(key: string, value: unknown): PlannedMachine {
    const place: Place = ['stepFunctions', 'stateMachines', key];
    const given = checkKeys(value, machineKeys, place, this.found);
    checkEvents(given.events, [...place, 'events'], this.found);
    const type = given.type ?? 'STANDARD';
    if (type !== 'STANDARD' && type !== 'EXPRESS') {
      this.found.errors.push(`${placeText([...place, 'type'])} must be STANDARD or EXPRESS`);
    }
    const text = given.definition;
    const tree =
      typeof text === 'string' ? parseYaml(text, placeText([...place, 'definition'])) : text;
    const isExact = given.useExactVersion === true;
    const intrinsics = isExact ? this.#exact : this.#intrinsics;
    const definition = intrinsics.resolve(tree, [...place, 'definition']);
    if (!isMembers(definition)) {
      this.found.errors.push(`${placeText([...place, 'definition'])} must be a definition`);
    }
    const tags = Object.entries(membersOf(given.tags));
    return {
      name: machineNameOf(key, given),
      type: type === 'EXPRESS' ? 'EXPRESS' : 'STANDARD',
      definition: JSON.stringify(definition ?? null, null, 2),
      roleArn: null,
      isExact,
      tags: tags.map(([name, tag]) => ({ key: name, value: String(tag) })),
    };
  }

  #url(value: unknown, place: Place): PlannedFunction['url'] {
    if (value === undefined || value === null || value === false) return null;
    if (value === true) return { AuthType: 'NONE' };
    const { authorizer, invokeMode } = checkKeys(value, urlKeys, place, this.found);
    if (authorizer !== undefined && authorizer !== 'aws_iam') {
      this.found.errors.push(`${placeText(place)}.authorizer must be aws_iam`);
    }
    return {
      AuthType: authorizer === undefined ? 'NONE' : 'AWS_IAM',
      ...(typeof invokeMode === 'string' ? { InvokeMode: invokeMode } : {}),
    };
  }

  #plugins(value: unknown): void {
    const list = listOf(isMembers(value) ? value.modules : value);
    for (const [at, plugin] of list.entries()) {
      if (plugin === 'serverless-step-functions') continue;
      this.found.notes.push(
        `plugins[${at}] (${String(plugin)}) takes no part: plugins are not run.`,
      );
    }
  }

  #members(value: unknown, place: Place): Members {
    // some write a list of files, each of which holds some of them
    const one = Array.isArray(value) ? Object.assign({}, ...value.filter(isMembers)) : value;
    if (one === undefined || one === null || isMembers(one)) return membersOf(one);
    this.found.errors.push(`${placeText(place)} must hold names with values`);
    return {};
  }

  #intrinsicsOf(resources: ReadonlyMap<string, Resource>, stackName: string): Intrinsics {
    return new Intrinsics(resources, stackName, (message) => this.found.errors.push(message));
  }

  #plain(value: unknown, place: Place): unknown {
    return this.#intrinsics.resolve(value, place);
  }

  #text(given: unknown, place: Place): string | undefined {
    if (given === undefined || given === null) return undefined;
    const value = this.#plain(given, place);
    if (typeof value === 'string') return value;
    this.found.errors.push(`${placeText(place)} must be a text`);
    return undefined;
  }

  #number(value: unknown, place: Place): number | undefined {
    if (value === undefined || value === null) return undefined;
    // variables of the environment are texts
    const number = typeof value === 'string' && /^\d{1,9}$/.test(value) ? Number(value) : value;
    if (typeof number === 'number' && Number.isInteger(number)) return number;
    this.found.errors.push(`${placeText(place)} must be a whole number`);
    return undefined;
  }

  #variables(values: Members, place: Place): Record<string, string> {
    const entries: [string, string][] = [];
    for (const [name, value] of Object.entries(values)) {
      if (value === null || value === undefined) continue;
      if (typeof value === 'object')
        this.found.errors.push(`${placeText([...place, name])} must be a text`);
      else entries.push([name, String(value)]);
    }
    return Object.fromEntries(entries);
  }

  #layers(value: unknown, place: Place): string[] | undefined {
    if (value === undefined || value === null) return undefined;
    return listOf(value).flatMap((layer, at) => {
      const text = this.#text(layer, [...place, at]) ?? '';
      const [, name, version] = /^([\w-]+):(\d{1,15})$/.exec(text) ?? [];
      if (name !== undefined) return layerArn(name, Number(version));
      if (text !== '' && !text.startsWith('arn:')) {
        this.found.errors.push(`${placeText([...place, at])} must be an ARN or NAME:VERSION`);
      }
      return text;
    });
  }
}

function functionNameOf(key: string, value: unknown, stackName: string): string {
  const { name } = membersOf(value);
  return typeof name === 'string' ? name : `${stackName}-${key}`;
}

function machineNameOf(key: string, value: unknown): string {
  const { name } = membersOf(value);
  return typeof name === 'string' ? name : key;
}

/** The newer way first means nothing: all stand in one list, and the older two come first. */
function patternsOf({ exclude, include, patterns }: Members): string[] {
  const texts = (value: unknown): string[] => listOf(value).map(String);
  return [...texts(exclude).map((one) => `!${one}`), ...texts(include), ...texts(patterns)];
}

interface Named {
  readonly functions: readonly [string, unknown][];
  readonly machines: readonly [string, unknown][];
  readonly activities: readonly string[];
  readonly stackName: string;
}

/** By the key of the file, and by the logical id that the Serverless Framework and its plugin make of it. */
function resourcesOf(
  { functions, machines, activities, stackName }: Named,
  version: string,
): ReadonlyMap<string, Resource> {
  const found = new Map<string, Resource>();
  for (const name of activities) {
    const arn = activityArn(name);
    const resource = { ref: arn, attributes: { Arn: arn, Name: name } };
    found.set(name, resource).set(`${normalized(name)}StepFunctionsActivity`, resource);
  }
  for (const [key, value] of machines) {
    const name = machineNameOf(key, value);
    const arn = machineArn(name);
    const resource = { ref: arn, attributes: { Arn: arn, Name: name } };
    const { id } = membersOf(value);
    for (const one of [key, name]) {
      found.set(one, resource).set(`${normalized(one)}StepFunctionsStateMachine`, resource);
    }
    found.set(normalized(name), resource);
    if (typeof id === 'string') found.set(id, resource).set(normalized(id), resource);
  }
  for (const [key, value] of functions) {
    const name = functionNameOf(key, value, stackName);
    const qualifier = version === '' ? '' : `:${version}`;
    const arn = `${functionArn(name)}${qualifier}`;
    const resource = { ref: `${name}${qualifier}`, attributes: { Arn: arn } };
    found.set(key, resource).set(`${normalized(key)}LambdaFunction`, resource);
  }
  return found;
}

/** `send-mail` becomes `SendDashmail`, as there. */
function normalized(key: string): string {
  const words = key.replaceAll('-', 'Dash').replaceAll('_', 'Underscore');
  return words.charAt(0).toUpperCase() + words.slice(1);
}
