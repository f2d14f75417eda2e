/** YAML that somebody wrote by hand: read with limits, and refused in one sentence that says where it is wrong. */
import { type Document, parseDocument, type Tags, visit } from 'yaml';
import { CommandFailure } from './failure.js';

/** Of one file. */
const fileCharactersMax = 2 * 1024 * 1024;
/** Of nodes of the tree, two a level. */
const depthMax = 400;
/** How often one anchor may be meant, what stands in it counted: a few lines can be made to mean billions. */
const aliasesMax = 100;

/** Throws a failure that names `where` and the line. */
export function parseYaml(text: string, where: string, customTags: Tags = []): unknown {
  if (text.length > fileCharactersMax) {
    throw new CommandFailure(`${where} is longer than ${fileCharactersMax} characters.`);
  }
  const document = parseDocument(text, { customTags, merge: true });
  // a tag that nobody knows is a warning there
  const [problem] = [...document.errors, ...document.warnings];
  if (problem !== undefined) {
    // the parser calls itself, and tells when it cannot any more
    const told = problem.message.replace('Maximum call stack size exceeded', 'nested too deeply');
    const line = told.split('\n')[0]?.replace(/:$/, '') ?? '';
    throw new CommandFailure(`${where} is not YAML that can be read: ${line}.`);
  }
  if (isTooDeep(document)) {
    throw new CommandFailure(`${where} is nested deeper than anybody reads.`);
  }
  try {
    // what tags were made of becomes plain
    return JSON.parse(JSON.stringify(document.toJS({ maxAliasCount: aliasesMax }) ?? null));
  } catch (thrown) {
    const why = thrown instanceof Error ? thrown.message : 'unknown';
    throw new CommandFailure(`${where} cannot be taken: ${why}`);
  }
}

function isTooDeep(document: Document): boolean {
  let deep = false;
  visit(document, (_, __, path) => {
    deep ||= path.length > depthMax;
    return deep ? visit.BREAK : undefined;
  });
  return deep;
}
