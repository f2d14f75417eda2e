/**
 * The file with the cluster's secrets, as lines that a person may have written too: comments and blank
 * lines stay where they are. It is replaced whole, so that a node reads either the old or the new one.
 */
import { chmod, chown, open, readFile, realpath, rm, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { randomHex32, replaceFile, syncDirectory } from '../lib/index.js';
import { limits, parseSecrets, secretId, secretOnLine } from '../types/index.js';
import { asFailure, CommandFailure, systemCode } from './failure.js';

interface Line {
  readonly text: string;
  /** Of the secret on it; null for a comment or a blank line. */
  readonly id: string | null;
}

/** The owner alone reads and writes; only a group that could read before goes on reading. */
const ownerMode = 0o600;
const groupReadMode = 0o040;

/** Makes the file with one new secret; resolves with its id, or with null where there is a file already. */
export async function createSecretFile(path: string): Promise<string | null> {
  const line = newLine();
  return (await createPrivateFile(path, `${line.text}\n`)) ? line.id : null;
}

/** Makes a file that its owner alone reads; resolves with false, and changes nothing, where there is one already. */
export async function createPrivateFile(path: string, text: string): Promise<boolean> {
  try {
    const file = await open(path, 'wx', ownerMode);
    try {
      await file.writeFile(text);
      await file.sync();
    } catch (thrown) {
      await rm(path, { force: true });
      throw thrown;
    } finally {
      await file.close();
    }
    await syncDirectory(dirname(path));
    return true;
  } catch (thrown) {
    if (systemCode(thrown) === 'EEXIST') return false;
    throw asFailure(thrown, `${path} cannot be written`);
  }
}

/** The ids of the secrets in their order: the first is in use. */
export async function listSecrets(path: string): Promise<readonly string[]> {
  const lines = await readLines(path);
  return parseSecrets(textOf(lines), path).map(secretId);
}

/** Adds a new secret at the end, not in use; resolves with its id. */
export async function addSecret(path: string): Promise<string> {
  const lines = await readLines(path);
  if (lines.filter(({ id }) => id !== null).length >= limits.secretsMax) {
    throw new CommandFailure(
      `${path} holds ${limits.secretsMax} secrets, and no more are taken; remove one first.`,
    );
  }
  const line = newLine();
  await writeLines(path, [...lines, line]);
  return line.id;
}

/** Puts the secret with this id into use: before all others. */
export async function useSecret(path: string, id: string): Promise<void> {
  const lines = await readLines(path);
  const line = lineOf(path, lines, id);
  const rest = lines.filter((other) => other !== line);
  const first = lines.findIndex((other) => other.id !== null);
  await writeLines(path, rest.toSpliced(first, 0, line));
}

/** Removes the secret with this id. Rejects where it is the one in use. */
export async function removeSecret(path: string, id: string): Promise<void> {
  const lines = await readLines(path);
  const line = lineOf(path, lines, id);
  if (line === lines.find((other) => other.id !== null)) {
    throw new CommandFailure(
      `${id} is the secret in use in ${path}; put another into use first, with 'hearth secret use'.`,
    );
  }
  await writeLines(
    path,
    lines.filter((other) => other !== line),
  );
}

function newLine(): Line & { readonly id: string } {
  const text = `${randomHex32()}${randomHex32()}`;
  return { text, id: secretId(Buffer.from(text, 'latin1')) };
}

function lineOf(path: string, lines: readonly Line[], id: string): Line {
  const found = lines.find((line) => line.id === id);
  if (found !== undefined) return found;
  throw new CommandFailure(
    `${path} holds no secret ${id}; 'hearth secret list' tells those it holds.`,
  );
}

async function readLines(path: string): Promise<readonly Line[]> {
  const content = await readFile(path, 'latin1').catch((thrown: unknown) => {
    throw asFailure(thrown, `${path} cannot be read`);
  });
  const texts = content.split('\n');
  if (texts.at(-1) === '') texts.pop();
  return texts.map((text) => {
    const secret = secretOnLine(text);
    return { text, id: secret === null ? null : secretId(secret) };
  });
}

function textOf(lines: readonly Line[]): string {
  return lines.map(({ text }) => `${text}\n`).join('');
}

/** Throws `invalid-parameter` where no node would take the file; then nothing is written. */
async function writeLines(path: string, lines: readonly Line[]): Promise<void> {
  const text = textOf(lines);
  parseSecrets(text, path);
  try {
    const file = await realpath(path);
    const before = await stat(file);
    await replaceFile(file, Buffer.from(text, 'latin1'));
    const { uid, gid } = await stat(file);
    // root changes the file of the user that the node runs as
    if (uid !== before.uid || gid !== before.gid) await chown(file, before.uid, before.gid);
    await chmod(file, ownerMode | (before.mode & groupReadMode));
  } catch (thrown) {
    throw asFailure(thrown, `${path} cannot be written`);
  }
}
