/**
 * Functions that take a while to initialise, as files and as one bundle, and the least programs that load them
 * and answer one question after the other over a Unix socket: the last argument of each is its path.
 */
import { execFile } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

export interface Sample {
  readonly name: string;
  readonly title: string;
  /** File name, without its ending, to source. One of them is `index`. */
  readonly modules: ReadonlyMap<string, string>;
}

/** The arguments of node that make it answer, but for the socket's path. */
export interface Programs {
  /** Where the modules are as files. */
  readonly taskRoot: string;
  readonly files: readonly string[];
  readonly bundle: readonly string[];
  readonly codeCache: readonly string[];
  readonly snapshot: readonly string[];
  readonly codeCacheFile: string;
  readonly snapshotFile: string;
}

const graphModules = 400;
const functionsPerModule = 14;
const run = promisify(execFile);

const echo = 'exports.handler = async (event) => event;\n';
const busy = `const until = Date.now() + 500;
while (Date.now() < until);
${echo}`;
const top = `const last = require('./m${graphModules - 1}');
if (!(last.total > 0)) throw new Error('the modules are not loaded');
${echo}`;

export const samples: readonly Sample[] = [
  { name: 'hello', title: 'hello', modules: new Map([['index', echo]]) },
  { name: 'busy', title: '500 ms of initialisation', modules: new Map([['index', busy]]) },
  { name: 'graph', title: `${graphModules} modules of 2 MB`, modules: graph() },
];

const answering = `const answer = (net, handler) => {
  const socket = net.connect(process.argv.at(-1));
  socket.on('data', async (data) => socket.write(JSON.stringify(await handler(JSON.parse(data)))));
};
`;
const loadBundle = `const [vm, { readFileSync, writeFileSync }] = [require('node:vm'), require('node:fs')];
const [, , filename, cacheFile] = process.argv;
const cachedData = CACHED ? readFileSync(cacheFile) : undefined;
const script = new vm.Script(readFileSync(filename, 'utf8'), { filename, cachedData });
if (script.cachedDataRejected) throw new Error('the code cache does not fit');
const { handler } = script.runInThisContext()(require);
`;
const answerAll = "answer(require('node:net'), handler);\n";

/** Writes it all below a new directory; the code cache holds what has been compiled once all modules are loaded. */
export async function buildPrograms(directory: string, { modules }: Sample): Promise<Programs> {
  const path = (name: string): string => join(directory, name);
  const taskRoot = path('code');
  await mkdir(taskRoot, { recursive: true, mode: 0o755 });
  const bundle = bundled(modules);
  const texts: readonly (readonly [string, string])[] = [
    ...[...modules].map(([name, source]) => [join('code', `${name}.js`), source] as const),
    ['bundle.js', bundle],
    [
      'files.js',
      `${answering}const { handler } = require(process.argv[2]);
${answerAll}`,
    ],
    ['from-bundle.js', answering + loadBundle.replace('CACHED', 'false') + answerAll],
    ['from-cache.js', answering + loadBundle.replace('CACHED', 'true') + answerAll],
    [
      'make-cache.js',
      `${loadBundle.replace('CACHED', 'false')}writeFileSync(cacheFile, script.createCachedData());\n`,
    ],
    [
      'make-snapshot.js',
      `${answering}const net = require('node:net');
const { handler } = ${bundle.trimEnd()}(require);
require('node:v8').startupSnapshot.setDeserializeMainFunction(() => answer(net, handler));
`,
    ],
  ];
  for (const [name, text] of texts) await writeFile(path(name), text);
  const [source, codeCacheFile, snapshotFile] = ['bundle.js', 'bundle.cache', 'blob'].map(path) as [
    string,
    string,
    string,
  ];
  await run(process.execPath, [path('make-cache.js'), source, codeCacheFile]);
  const restored = ['--snapshot-blob', snapshotFile];
  await run(process.execPath, [...restored, '--build-snapshot', path('make-snapshot.js')]);
  return {
    taskRoot,
    files: [path('files.js'), join(taskRoot, 'index.js')],
    bundle: [path('from-bundle.js'), source],
    codeCache: [path('from-cache.js'), source, codeCacheFile],
    snapshot: restored,
    codeCacheFile,
    snapshotFile,
  };
}

/** An expression: a function that loads all modules and returns what `index` exports. */
function bundled(modules: ReadonlyMap<string, string>): string {
  const entries = [...modules].map(
    ([name, source]) => `'./${name}': (module, exports, require) => {\n${source}},\n`,
  );
  return `((outer) => {
const [sources, loaded] = [{
${entries.join('')}}, new Map()];
const load = (name) => {
  if (sources[name] === undefined) return outer(name);
  if (!loaded.has(name)) {
    const module = { exports: {} };
    loaded.set(name, module);
    sources[name](module, module.exports, load);
  }
  return loaded.get(name).exports;
};
return load('./index');
})
`;
}

/** Modules as libraries have them: each needs some of those before it, and does a little when it is loaded. */
function graph(): ReadonlyMap<string, string> {
  const modules = new Map([['index', top]]);
  for (let at = 0; at < graphModules; at++) modules.set(`m${at}`, graphModule(at));
  return modules;
}

function graphModule(at: number): string {
  const needs = [at - 1, Math.floor(at / 2), Math.floor(at / 7)].filter((need) => need < at);
  const requires = [...new Set(needs)]
    .filter((need) => need >= 0)
    .map((need) => `const m${need} = require('./m${need}');\nparts.push(m${need}.total % 7);\n`);
  const functions = Array.from(
    { length: functionsPerModule },
    (_, f) => `function step${f}(input, options = {}) {
  const { scale = ${f + 1}, label = 'module ${at} step ${f}' } = options;
  const found = input.filter((value) => value % ${f + 2} !== 0).map((value) => value * scale);
  if (found.length === 0) return { label, sum: 0 };
  return { label, sum: found.reduce((sum, value) => sum + value, 0) };
}
exports.step${f} = step${f};
`,
  );
  return `'use strict';
const parts = [${at + 1}];
${requires.join('')}${functions.join('')}
exports.table = new Map(Object.keys(exports).map((name) => [name, { name, at: ${at} }]));
exports.total = step0(parts).sum + step1(parts).sum + ${at + 1};
`;
}
