/** From a path on the command line to a zip: a directory, a zip made by somebody else, or one file. */
import { readFile, stat } from 'node:fs/promises';
import { basename, extname, join, resolve } from 'node:path';
import yauzl from 'yauzl';
import { limits } from '../types/index.js';
import { type CodeFile, listCodeFiles } from './code-files.js';
import { asFailure, CommandFailure, systemCode } from './failure.js';
import { type FunctionSettingsInput, parseHearthJson } from './function-settings.js';
import { makeZip } from './zip.js';

export interface Bundle {
  readonly zip: Buffer;
  readonly fileNames: ReadonlySet<string>;
  /** From the path: the directory's or file's name. */
  readonly name: string;
  /** From `hearth.json` in a directory; empty where there is none. */
  readonly settings: FunctionSettingsInput;
}

const codeExtensions = new Set(['.js', '.mjs', '.cjs', '.py']);

/** Throws a failure that names what is missing or cannot be deployed. */
export async function readBundle(path: string): Promise<Bundle> {
  const stats = await stat(path).catch((thrown: unknown) => {
    if (systemCode(thrown) === 'ENOENT') {
      throw new CommandFailure(
        `${path} does not exist; name a directory, a .zip, a .js, .mjs or .py file.`,
      );
    }
    throw asFailure(thrown, `${path} cannot be read`);
  });
  const extension = extname(path);
  const name = basename(resolve(path));
  if (stats.isDirectory()) return readDirectory(path, name);
  if (extension === '.zip') return readZip(path, basename(name, extension));
  if (codeExtensions.has(extension)) {
    const file: CodeFile = { name, path, bytes: stats.size, executable: false };
    return {
      zip: await makeZip([file]),
      fileNames: new Set([name]),
      name: basename(name, extension),
      settings: {},
    };
  }
  throw new CommandFailure(
    `${path} is neither a directory nor a .zip, .js, .mjs or .py file; name one of these.`,
  );
}

async function readDirectory(path: string, name: string): Promise<Bundle> {
  const files = await listCodeFiles(path);
  if (files.length === 0)
    throw new CommandFailure(`${path} holds no file; there is nothing to deploy.`);
  const settingsPath = join(path, 'hearth.json');
  const settings = files.some((file) => file.name === 'hearth.json')
    ? parseHearthJson(await readFile(settingsPath, 'utf8'), settingsPath)
    : {};
  const fileNames = new Set(files.map((file) => file.name));
  return { zip: await makeZip(files), fileNames, name, settings };
}

async function readZip(path: string, name: string): Promise<Bundle> {
  const { size } = await stat(path);
  if (size > limits.zipBytesMax) {
    throw new CommandFailure(
      `${path} has ${size} bytes and a zip may have at most ${limits.zipBytesMax}; make it smaller.`,
    );
  }
  const zip = await readFile(path);
  try {
    return { zip, fileNames: await zipEntryNames(zip), name, settings: {} };
  } catch (thrown) {
    throw asFailure(thrown, `${path} is not a zip that can be read`);
  }
}

/** Of the files of a directory those that are wanted; its `hearth.json` means nothing here. */
export async function bundleOf(
  directory: string,
  isWanted: (name: string) => boolean,
): Promise<Bundle> {
  const files = await listCodeFiles(directory, isWanted);
  if (files.length === 0) {
    throw new CommandFailure(
      `no file of ${directory} is left to deploy; see its package patterns.`,
    );
  }
  const fileNames = new Set(files.map((file) => file.name));
  return { zip: await makeZip(files), fileNames, name: basename(resolve(directory)), settings: {} };
}

function zipEntryNames(zip: Buffer): Promise<Set<string>> {
  return new Promise((resolve, reject) => {
    yauzl.fromBuffer(zip, { lazyEntries: true }, (error, opened) => {
      if (error !== null) {
        reject(error);
        return;
      }
      const names = new Set<string>();
      opened.on('error', reject);
      opened.on('end', () => resolve(names));
      opened.on('entry', (entry: { fileName: string }) => {
        names.add(entry.fileName);
        opened.readEntry();
      });
      opened.readEntry();
    });
  });
}
