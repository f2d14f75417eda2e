/** CloudFormation's functions as far as they tell names and ARNs: Ref, Fn::GetAtt, Fn::Sub and Fn::Join. */
import { account, region } from '../../types/index.js';
import { isMembers, listOf, placeText } from './members.js';

/** What a logical id stands for. */
export interface Resource {
  readonly ref: string;
  readonly attributes: Readonly<Record<string, string>>;
}

type Place = readonly (string | number)[];

const pseudo: Readonly<Record<string, string>> = {
  'AWS::AccountId': account,
  'AWS::Region': region,
  'AWS::Partition': 'aws',
  'AWS::URLSuffix': 'amazonaws.com',
};

/** `value` with each function replaced by what it gives. One that is not known is told to `wrong`, with its place. */
export class Intrinsics {
  constructor(
    private readonly resources: ReadonlyMap<string, Resource>,
    private readonly stackName: string,
    private readonly wrong: (message: string) => void,
  ) {}

  resolve(value: unknown, place: Place): unknown {
    if (typeof value === 'string') return this.#pseudoText(value, place);
    if (Array.isArray(value)) return value.map((one, at) => this.resolve(one, [...place, at]));
    if (!isMembers(value)) return value;
    const entries = Object.entries(value);
    const [name, argument] = entries[0] ?? [];
    if (entries.length === 1 && name !== undefined && (name === 'Ref' || name.startsWith('Fn::'))) {
      return this.#call(name, argument, place);
    }
    return Object.fromEntries(
      entries.map(([key, one]) => [key, this.resolve(one, [...place, key])]),
    );
  }

  #call(name: string, argument: unknown, place: Place): string {
    switch (name) {
      case 'Ref':
        return this.#ref(String(argument), place);
      case 'Fn::GetAtt': {
        const [id, ...attribute] =
          typeof argument === 'string' ? argument.split('.') : listOf(argument).map(String);
        return this.#attribute(id ?? '', attribute.join('.'), place);
      }
      case 'Fn::Join': {
        const [separator, parts] = listOf(argument);
        const texts = listOf(parts).map((part) => String(this.resolve(part, place)));
        return texts.join(String(separator));
      }
      case 'Fn::Sub':
        return this.#sub(argument, place);
      default:
        return this.#unknown(
          place,
          `${name} is not supported; Ref, Fn::GetAtt, Fn::Sub and Fn::Join are`,
        );
    }
  }

  #sub(argument: unknown, place: Place): string {
    const [text, given] = typeof argument === 'string' ? [argument, {}] : listOf(argument);
    const own = isMembers(given) ? given : {};
    return String(text).replace(/\$\{(!?)([^}]*)\}/g, (whole, literal: string, name: string) => {
      if (literal !== '') return whole.replace('!', '');
      const asked = name.trim();
      if (Object.hasOwn(own, asked)) return String(this.resolve(own[asked], place));
      const [id = '', ...attribute] = asked.split('.');
      return attribute.length === 0
        ? this.#ref(id, place)
        : this.#attribute(id, attribute.join('.'), place);
    });
  }

  #ref(id: string, place: Place): string {
    if (id === 'AWS::StackName') return this.stackName;
    return pseudo[id] ?? this.#resource(id, place)?.ref ?? '';
  }

  #attribute(id: string, attribute: string, place: Place): string {
    const resource = this.#resource(id, place);
    if (resource === undefined) return '';
    const found = resource.attributes[attribute];
    return found ?? this.#unknown(place, `${id} has no attribute ${attribute}; it has Arn`);
  }

  #resource(id: string, place: Place): Resource | undefined {
    const found = this.resources.get(id);
    if (found === undefined) {
      this.#unknown(place, `there is no function, state machine or activity ${id} in this file`);
    }
    return found;
  }

  #unknown(place: Place, why: string): string {
    this.wrong(`${placeText(place)}: ${why}`);
    return '';
  }

  /** `#{AWS::Region}`, as the plugin serverless-pseudo-parameters writes it. */
  #pseudoText(text: string, place: Place): string {
    return text.replace(/#\{(AWS::\w+)\}/g, (_, name: string) => this.#ref(name, place));
  }
}
