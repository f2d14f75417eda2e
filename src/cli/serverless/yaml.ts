/** YAML as CloudFormation writes it: `!GetAtt A.Arn` is short for `{ "Fn::GetAtt": ["A", "Arn"] }`. */
import { type CollectionTag, parseDocument, type ScalarTag, visit } from 'yaml';
import { CommandFailure } from '../failure.js';

/** Of one file. */
const fileBytesMax = 2 * 1024 * 1024;

const names = ['GetAtt', 'Ref', 'Sub', 'Join', 'ImportValue', 'Select', 'Split', 'If', 'Equals'];
const others = ['FindInMap', 'Base64', 'Not', 'And', 'Or', 'Condition', 'GetAZs', 'Cidr'];

/** Throws a failure that names `where` and the line. */
export function parseYaml(text: string, where: string): unknown {
  if (text.length > fileBytesMax) {
    throw new CommandFailure(`${where} is larger than ${fileBytesMax} bytes.`);
  }
  const document = parseDocument(text, {
    customTags: [...names, ...others].flatMap(tagsOf),
    merge: true,
  });
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    const line = problem.message.split('\n')[0]?.replace(/:$/, '') ?? '';
    throw new CommandFailure(`${where} is not YAML that can be read: ${line}.`);
  }
  let deep = false;
  visit(document, (_, __, path) => {
    deep ||= path.length > depthMax;
    return deep ? visit.BREAK : undefined;
  });
  if (deep) throw new CommandFailure(`${where} is nested deeper than ${depthMax} levels.`);
  try {
    // what tags were made of becomes plain
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: 100 }) ?? null));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'unknown';
    throw new CommandFailure(`${where} cannot be taken: ${why}`);
  }
}

/** Of nodes of the tree, two a level. */
const depthMax = 200;

/** For a scalar, a sequence and a mapping. */
function tagsOf(name: string): (ScalarTag | CollectionTag)[] {
  const key = name === 'Ref' || name === 'Condition' ? name : `Fn::${name}`;
  const tag = `!${name}`;
  const scalar: ScalarTag = {
    tag,
    resolve: (value) => ({ [key]: name === 'GetAtt' ? attributeOf(value) : value }),
  };
  const collection = (kind: 'seq' | 'map'): CollectionTag => ({
    tag,
    collection: kind,
    resolve: (value) => value,
  });
  return [scalar, wrapped(collection('seq'), key), wrapped(collection('map'), key)];
}

/** `A.Arn`; the name of a resource has no dots. */
function attributeOf(value: string): string[] {
  const at = value.indexOf('.');
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}

function wrapped(tag: CollectionTag, key: string): CollectionTag {
  return {
    ...tag,
    resolve: (value) => {
      const plain = value.toJSON();
      return Object.assign(Object.create(null), { toJSON: () => ({ [key]: plain }) });
    },
  };
}
