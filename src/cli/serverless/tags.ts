/** YAML as CloudFormation writes it: `!GetAtt A.Arn` is short for `{ "Fn::GetAtt": ["A", "Arn"] }`. */
import type { CollectionTag, ScalarTag } from 'yaml';

const names = ['GetAtt', 'Ref', 'Sub', 'Join', 'ImportValue', 'Select', 'Split', 'If', 'Equals'];
const others = ['FindInMap', 'Base64', 'Not', 'And', 'Or', 'Condition', 'GetAZs', 'Cidr'];

export const cloudFormationTags: (ScalarTag | CollectionTag)[] = [...names, ...others].flatMap(
  tagsOf,
);

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
    resolve: (value) => {
      const plain = value.toJSON();
      return Object.assign(Object.create(null), { toJSON: () => ({ [key]: plain }) });
    },
  });
  return [scalar, collection('seq'), collection('map')];
}

/** `A.Arn`; the name of a resource has no dots. */
function attributeOf(value: string): string[] {
  const at = value.indexOf('.');
  return at < 0 ? [value] : [value.slice(0, at), value.slice(at + 1)];
}
