/**
 * Variables of a serverless.yml: `${self:custom.name}`, `${opt:stage, 'dev'}`, `${env:HOME}`, `${file(x.yml):a.b}`,
 * inside one another and with fallbacks. What looks like one and is of no known source, such as `${AWS::Region}`,
 * stays for CloudFormation's functions.
 */
import { account, region } from '../../types/index.js';
import { asFailure, CommandFailure } from '../failure.js';
import { parseYaml } from '../yaml.js';
import { isMembers, type Members, membersOf, own, placeText } from './members.js';
import { cloudFormationTags } from './tags.js';

export interface VariableSources {
  readonly options: Readonly<Record<string, string>>;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** By its path as written. Throws where there is none. */
  readonly readText: (path: string) => Promise<string>;
}

type Place = readonly (string | number)[];

const known = /^(self|opt|env|file|sls|aws|param|strToBool)\s*(?:\(|:(?!:))/;
/** Of the Serverless Framework, and of its plugins. */
const unknown = /^(ssm|cf|s3|git|terraform|vault|doppler|output|sm|gh)(\([^)]*\))?:(?!:)/;
const depthMax = 60;
/** Of all that comes of them together: variables can be made to grow without end. */
const valuesMax = 200_000;
const textCharactersMax = 1024 * 1024;

/** `root` with every variable in its place. Throws a failure that names the variable and where it stands. */
export function resolveVariables(root: Members, sources: VariableSources): Promise<unknown> {
  return new Resolver(root, sources).deep(root, [], 0);
}

class Resolver {
  #values = 0;
  readonly #files = new Map<string, unknown>();

  constructor(
    private readonly root: Members,
    private readonly sources: VariableSources,
  ) {}

  async deep(value: unknown, place: Place, depth: number): Promise<unknown> {
    this.#values += 1;
    if (this.#values > valuesMax) {
      throw new CommandFailure(
        `the variables give more than ${valuesMax} values; is there a loop?`,
      );
    }
    if (typeof value === 'string') return this.#text(value, place, depth);
    if (Array.isArray(value)) {
      const list: unknown[] = [];
      for (const [at, one] of value.entries())
        list.push(await this.deep(one, [...place, at], depth));
      return list;
    }
    if (!isMembers(value)) return value;
    const entries: [string, unknown][] = [];
    for (const [name, one] of Object.entries(value)) {
      entries.push([name, await this.deep(one, [...place, name], depth)]);
    }
    return Object.fromEntries(entries);
  }

  async #text(text: string, place: Place, depth: number): Promise<unknown> {
    if (!text.includes('${')) return text;
    if (depth > depthMax) {
      throw new CommandFailure(`${placeText(place)}: the variable ${text} leads back to itself.`);
    }
    let done = '';
    for (let at = 0; at < text.length; ) {
      const begin = text.indexOf('${', at);
      const end = begin < 0 ? -1 : closing(text, begin + 2);
      if (end < 0) return done + text.slice(at);
      const inner = String(await this.#text(text.slice(begin + 2, end), place, depth + 1));
      const isVariable = known.test(inner.trim()) || unknown.test(inner.trim());
      const value = isVariable ? await this.#variable(inner, place, depth + 1) : `\${${inner}}`;
      if (begin === 0 && end === text.length - 1) return value;
      if (typeof value === 'object' && value !== null) {
        throw new CommandFailure(
          `${placeText(place)}: \${${inner}} is no text, and stands in one.`,
        );
      }
      done += text.slice(at, begin) + String(value ?? '');
      if (done.length > textCharactersMax) {
        throw new CommandFailure(`${placeText(place)}: what the variables give is too long.`);
      }
      at = end + 1;
    }
    return done;
  }

  /** The first of its sources that has something. */
  async #variable(inner: string, place: Place, depth: number): Promise<unknown> {
    for (const source of splitSources(inner)) {
      const value = await this.#source(source.trim(), place, depth);
      if (value !== undefined && value !== null) return this.deep(value, place, depth);
    }
    if (/(^|,)\s*null\s*$/.test(inner)) return null;
    throw new CommandFailure(
      `${placeText(place)}: \${${inner}} is not set, and has no fallback such as \${${inner}, 'this'}.`,
    );
  }

  async #source(source: string, place: Place, depth: number): Promise<unknown> {
    const quoted = /^'([^']*)'$|^"([^"]*)"$/.exec(source);
    if (quoted !== null) return quoted[1] ?? quoted[2];
    if (/^(true|false|null|-?\d+(\.\d+)?)$/.test(source)) return JSON.parse(source);
    const [, called, argument = '', address = ''] =
      /^(\w+)(?:\(([^)]*)\))?:?(.*)$/s.exec(source) ?? [];
    switch (known.test(source) ? called : undefined) {
      case 'self':
        return this.#walk(this.root, address, place, depth);
      case 'opt':
        return own(this.sources.options, address);
      case 'env':
        return own(this.sources.env, address);
      case 'file':
        return this.#walk(await this.#file(argument.trim(), place), address, place, depth);
      case 'sls':
        if (address === 'stage') return this.#walk(this.root, 'provider.stage', place, depth);
        break;
      case 'aws':
        if (address === 'region') return region;
        if (address === 'accountId') return account;
        break;
      case 'param':
        return this.#parameter(address, depth);
      case 'strToBool':
        return /^(true|1)$/i.test(argument.trim().replace(/^['"]|['"]$/g, ''));
      default:
    }
    throw new CommandFailure(
      `${placeText(place)}: the variable \${${source}} is not supported; self, opt, env, file, param, sls:stage, ` +
        'aws:region, aws:accountId and strToBool are.',
    );
  }

  /** A member may itself be a variable, on whose value the way goes on. */
  async #walk(from: unknown, address: string, place: Place, depth: number): Promise<unknown> {
    let value = from;
    for (const name of address.split('.').filter((part) => part !== '')) {
      if (typeof value === 'string') value = await this.#text(value, place, depth + 1);
      if (Array.isArray(value)) value = value[Number(name)];
      else value = own(membersOf(value), name);
    }
    return value;
  }

  async #parameter(name: string, depth: number): Promise<unknown> {
    const place = ['params', name];
    const stage = await this.#source('sls:stage', place, depth);
    const own = await this.#walk(this.root, `params.${stage}.${name}`, place, depth);
    return own ?? this.#walk(this.root, `params.default.${name}`, place, depth);
  }

  /** Undefined where there is none: a fallback may follow. */
  async #file(path: string, place: Place): Promise<unknown> {
    if (/\.[cm]?[jt]s$/.test(path)) {
      throw new CommandFailure(
        `${placeText(place)}: \${file(${path})} is code, and is not run; write what it gives into a .yml or .json file.`,
      );
    }
    if (!this.#files.has(path)) {
      const text = await this.sources.readText(path).catch((thrown: unknown) => {
        if (thrown instanceof Error && 'code' in thrown && thrown.code === 'ENOENT')
          return undefined;
        throw asFailure(thrown, `${placeText(place)}: ${path} cannot be read`);
      });
      // JSON is YAML
      const isTree = /\.(ya?ml|json)$/i.test(path);
      this.#files.set(
        path,
        text === undefined || !isTree ? text?.trim() : parseYaml(text, path, cloudFormationTags),
      );
    }
    return this.#files.get(path);
  }
}

/** Where the brace closes that was opened before `from`; -1 where nowhere. */
function closing(text: string, from: number): number {
  let open = 1;
  for (let at = from; at < text.length; at++) {
    if (text[at] === '{') open += 1;
    if (text[at] === '}') open -= 1;
    if (open === 0) return at;
  }
  return -1;
}

/** At commas that stand in no quotes and no parentheses. */
function splitSources(text: string): string[] {
  return text.match(/(?:'[^']*'|"[^"]*"|\([^)]*\)|[^,'"(])+/g) ?? [];
}
