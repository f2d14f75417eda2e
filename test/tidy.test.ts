/** The style guide as a test: layers, banned calls, sizes, dead files, generated code. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';

const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');
const source = join(root, 'src');

/** Lowest first; a folder imports only what stands before it (design, section 5). */
const layers = [
  'types',
  'lib',
  'wire',
  'gossip',
  'roles',
  'log',
  'replication',
  'cluster',
  'catalog',
  'routing',
  'agent',
  'executor',
  'workflow',
  'events',
  'rollout',
  'ingress',
  'node',
  'cli',
];

interface SourceFile {
  readonly path: string;
  readonly folder: string;
  readonly text: string;
  readonly lines: number;
  readonly imports: readonly string[];
}

const files = walk(source).map(read);

test('every folder of src is a layer', () => {
  for (const file of files) assert.ok(layers.includes(file.folder), `${file.path} is in no layer`);
});

test('a folder imports only lower folders, and only through their index', () => {
  for (const file of files) {
    for (const target of file.imports.filter((name) => name.startsWith('.'))) {
      const [folder, ...rest] = relative(source, resolve(dirname(file.path), target)).split(sep);
      if (folder === file.folder) continue;
      const where = `${relative(root, file.path)} imports ${target}`;
      assert.ok(layers.indexOf(folder ?? '') < layers.indexOf(file.folder), `${where}: upward`);
      assert.deepEqual(rest, ['index.js'], `${where}: past its index`);
    }
  }
});

test('src/wire and the sandbox runtimes import nothing but each other and Node.js', () => {
  const small = files.filter(
    (file) => file.folder === 'wire' || file.path.includes(join('agent', 'runtimes') + sep),
  );
  for (const file of small) {
    for (const target of file.imports) {
      const allowed = target.startsWith('node:') || target.startsWith('.');
      assert.ok(allowed, `${relative(root, file.path)} imports ${target}`);
    }
  }
});

test('only src/lib touches timers, clocks and chance', () => {
  const banned =
    /\b(setTimeout|setInterval|setImmediate|Date\.now|Math\.random|performance\.(now|eventLoop\w+)|randomBytes|randomUUID)\(/;
  // a sandbox's runtime is a program of its own; it has no clock to be handed
  const own = files.filter(
    (file) => file.folder !== 'lib' && !file.path.includes(join('agent', 'runtimes')),
  );
  for (const file of own) {
    file.text.split('\n').forEach((line, index) => {
      const code = line.replace(/\/\/.*|^\s*\*.*/, '');
      assert.ok(!banned.test(code), `${relative(root, file.path)}:${index + 1}: ${line.trim()}`);
    });
  }
});

test('files stay small: none over 500 lines, the median below 150', () => {
  for (const file of files) {
    assert.ok(file.lines <= 500, `${relative(root, file.path)} has ${file.lines} lines`);
  }
  const sizes = files.map((file) => file.lines).sort((a, b) => a - b);
  const median = sizes[Math.floor(sizes.length / 2)] ?? 0;
  assert.ok(median < 150, `the median is ${median} lines`);
});

test('every source file begins by saying what it is', () => {
  for (const file of files) {
    assert.match(
      file.text,
      /^(#!.*\n)?(\/\*\*|\/\/)/,
      `${relative(root, file.path)} has no header`,
    );
  }
});

test('no source file is dead: each is imported, or is where a program starts', () => {
  const starts = [
    'cli/main.ts',
    'node/control-thread.ts',
    'agent/runtimes/node/bootstrap.ts',
    'agent/runtimes/custom/bootstrap.ts',
  ];
  const imported = new Set(
    files.flatMap((file) =>
      file.imports
        .filter((name) => name.startsWith('.'))
        .map((name) => resolve(dirname(file.path), name).replace(/\.js$/, '.ts')),
    ),
  );
  for (const file of files) {
    const path = relative(source, file.path).split(sep).join('/');
    const isStart = starts.includes(path) || path.endsWith('/index.ts');
    assert.ok(isStart || imported.has(file.path), `${relative(root, file.path)} is never imported`);
  }
});

test('nothing that a program left behind is kept: the root has only what belongs there', () => {
  const kept = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' })
    .trim()
    .split('\n');
  const found = [...new Set(kept.map((path) => path.split('/')[0] ?? ''))];
  const documents = ['ARCHITECTURE.md', 'CHANGELOG.md', 'CONTRIBUTING.md', 'LICENSE', 'README.md'];
  const folders = 'bench bin deploy examples proto scripts src test'.split(' ');
  const strange = found.filter(
    (name) =>
      !documents.includes(name) &&
      !folders.includes(name) &&
      !name.startsWith('.') &&
      !name.endsWith('.json'),
  );
  assert.deepEqual(strange, []);
});

test('the generated protocol code is fresh', () => {
  const fresh = mkdtempSync(join(tmpdir(), 'hearth-proto-'));
  try {
    execFileSync(join(root, 'scripts/proto'), [fresh], { stdio: ['ignore', 'ignore', 'pipe'] });
    for (const name of readdirSync(fresh)) {
      const committed = readFileSync(join(root, 'proto/generated', name), 'utf8');
      assert.equal(
        committed,
        readFileSync(join(fresh, name), 'utf8'),
        `run npm run proto: ${name}`,
      );
    }
  } finally {
    rmSync(fresh, { recursive: true });
  }
});

function walk(directory: string): string[] {
  return readdirSync(directory).flatMap((name) => {
    const path = join(directory, name);
    if (statSync(path).isDirectory()) return walk(path);
    return name.endsWith('.ts') ? [path] : [];
  });
}

function read(path: string): SourceFile {
  const text = readFileSync(path, 'utf8');
  const found = text.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'|new URL\('(\.[^']+\.js)'/g);
  return {
    path,
    folder: relative(source, path).split(sep)[0] ?? '',
    text,
    lines: text.split('\n').length - 1,
    imports: [...found].map((match) => match[1] ?? match[2] ?? ''),
  };
}
