/** The command line of a node that a provider starts: its own place, and all else as the node that starts it. */
import { resolve } from 'node:path';
import type { PlaceConfig } from '../../types/index.js';

const ofThePlace = new Set(['--data', '--http', '--cluster', '--advertise', '--join']);
const files = new Set(['--secret-file', '--config']);
/** Any of them admits a node; more than a few would only make the command line long. */
const membersMax = 16;

/** What a node was started with (`node --data ...`), without what is told of its place. */
export function nodeArgumentsOf(argv: readonly string[]): string[] {
  return pairs(argv).flatMap(({ option, words }) => (ofThePlace.has(option) ? [] : words));
}

/** The files that such arguments name, absolute. */
export function filesOf(nodeArguments: readonly string[]): string[] {
  return pairs(nodeArguments).flatMap(({ option, value }) =>
    files.has(option) && value !== undefined ? [resolve(value)] : [],
  );
}

/** The arguments of `hearth` for a node in a place. */
export function argumentsIn(
  place: PlaceConfig,
  places: readonly PlaceConfig[],
  deps: {
    readonly nodeArguments: readonly string[];
    readonly members: () => readonly string[];
  },
): string[] {
  const others = places.map(({ cluster }) => cluster);
  const members = deps.members().slice(0, membersMax);
  const join = [...new Set([...others, ...members])].filter((address) => address !== place.cluster);
  return [
    ...deps.nodeArguments,
    ...['--data', resolve(place.data)],
    ...['--http', place.http],
    ...['--cluster', place.cluster],
    ...['--join', join.join(',')],
  ];
}

interface Pair {
  readonly option: string;
  readonly value?: string | undefined;
  readonly words: readonly string[];
}

/** `--option value` and `--option=value` alike; other words stand alone. */
function pairs(argv: readonly string[]): Pair[] {
  const found: Pair[] = [];
  for (let index = 0; index < argv.length; index++) {
    const word = argv[index] ?? '';
    const next = argv[index + 1];
    const equals = word.indexOf('=');
    if (!word.startsWith('--')) found.push({ option: '', words: [word] });
    else if (equals > 0) {
      found.push({ option: word.slice(0, equals), value: word.slice(equals + 1), words: [word] });
    } else if (next !== undefined && !next.startsWith('--')) {
      found.push({ option: word, value: next, words: [word, next] });
      index += 1;
    } else found.push({ option: word, words: [word] });
  }
  return found;
}
