/**
 * The ARNs of map runs have parts that are made up anew in each run. The recorder read them from the histories and
 * had them replaced; what the sets hold of this is a placeholder.
 */
import type { Told } from '../replay.js';
import { isMembers, type TransformerSpec, type Value } from '../scenario.js';

const placeholder = '<MapRunArnPart1_0idx>';
const uuid = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

export function withMapRuns(
  specs: readonly TransformerSpec[],
  history: readonly Told[],
): readonly TransformerSpec[] {
  const arns = [...new Set(history.flatMap(({ answer }) => mapRunArns(answer)))];
  const found = arns.flatMap((arn, index) => {
    const [label = '', id = ''] = arn.slice(arn.lastIndexOf('/') + 1).split(':');
    const parts = [
      { regex: label, replacement: `<MapRunArnPart0_${index}idx>` },
      { regex: id, replacement: `<MapRunArnPart1_${index}idx>` },
    ];
    return parts
      .filter(({ regex }) => uuid.test(regex))
      .map((part): TransformerSpec => ({ type: 'regex', ...part }));
  });
  return specs.flatMap((spec) => (spec.replacement === placeholder ? found.splice(0) : spec));
}

function mapRunArns(value: Value): string[] {
  if (Array.isArray(value)) return value.flatMap(mapRunArns);
  if (!isMembers(value)) return [];
  return Object.entries(value).flatMap(([name, entry]) =>
    name === 'mapRunArn' && typeof entry === 'string' ? [entry] : mapRunArns(entry),
  );
}
