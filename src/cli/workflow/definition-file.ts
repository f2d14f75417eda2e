/** A definition in a file: JSON, which goes as it stands, or YAML, which becomes JSON. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { asFailure, CommandFailure } from '../failure.js';

export interface DefinitionFile {
  /** Of the file, without what it ends in. */
  readonly name: string;
  /** JSON. */
  readonly definition: string;
}

/** What Step Functions takes (CreateStateMachine, `definition`). */
const definitionBytesMax = 1024 * 1024;
const endings = /(\.asl)?\.(json|ya?ml)$/i;

export async function readDefinition(path: string): Promise<DefinitionFile> {
  const file = await readText(path);
  const isYaml = /\.ya?ml$/i.test(path);
  const definition = isYaml ? await fromYaml(path, file) : checkedJson(path, file);
  return { name: basename(path).replace(endings, ''), definition };
}

async function readText(path: string): Promise<string> {
  try {
    const { size } = await stat(path);
    if (size > definitionBytesMax) {
      throw new CommandFailure(
        `${path} has ${size} bytes and a definition may have at most ${definitionBytesMax}.`,
      );
    }
    return await readFile(path, 'utf8');
  } catch (thrown) {
    throw asFailure(thrown, `${path} cannot be read`);
  }
}

function checkedJson(path: string, text: string): string {
  try {
    JSON.parse(text);
    return text;
  } catch (thrown) {
    throw asFailure(thrown, `${path} is not JSON`);
  }
}

async function fromYaml(path: string, text: string): Promise<string> {
  const { parseYaml } = await import('../yaml.js');
  return JSON.stringify(parseYaml(text, path), null, 2);
}
