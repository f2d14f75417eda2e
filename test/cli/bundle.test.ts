import { strict as assert } from 'node:assert';
import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, mkdir, mkdtemp, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { type TestContext, test } from 'node:test';
import { fileURLToPath } from 'node:url';
import yauzl from 'yauzl';
import { readBundle } from '../../src/cli/bundle.js';

async function directory(context: TestContext, files: Record<string, string | Buffer>) {
  const root = await mkdtemp(join(tmpdir(), 'hearth-test-'));
  context.after(() => rm(root, { recursive: true, force: true }));
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(root, name)), { recursive: true });
    await writeFile(join(root, name), content);
  }
  return root;
}

interface Entry {
  content: string;
  mode: number;
}

async function unzip(zip: Buffer): Promise<Map<string, Entry>> {
  const opened = await yauzl.fromBufferPromise(zip, { lazyEntries: true });
  const entries = new Map<string, Entry>();
  for await (const entry of opened.eachEntry()) {
    const chunks: Buffer[] = [];
    for await (const chunk of await opened.openReadStreamPromise(entry)) chunks.push(chunk);
    const mode = entry.externalFileAttributes >>> 16;
    entries.set(entry.fileName, { content: Buffer.concat(chunks).toString(), mode });
  }
  return entries;
}

test('hundreds of files come out of the zip as they went in, in order of their names', async (context) => {
  const files: Record<string, string> = {};
  for (let number = 0; number < 400; number++) {
    files[`lib/${number % 20}/file-${number}.js`] = `module.exports = ${number};\n`.repeat(number);
  }
  files['ünïcode name.txt'] = 'é';
  files.empty = '';
  const bundle = await readBundle(await directory(context, files));
  const entries = await unzip(bundle.zip);
  const contents = Object.fromEntries([...entries].map(([name, { content }]) => [name, content]));
  assert.deepEqual(contents, files);
  assert.deepEqual([...entries.keys()], Object.keys(files).sort());
});

test('the same files give the same zip whatever their times are and wherever they lie', async (context) => {
  const files = { 'index.js': 'exports.handler = 1;', 'lib/a.js': 'a' };
  const [one, two] = [await directory(context, files), await directory(context, files)];
  await utimes(join(two, 'index.js'), 1, 1);
  const first = await readBundle(one);
  assert.deepEqual(first.zip, (await readBundle(two)).zip);
  const module = fileURLToPath(new URL('../../src/cli/bundle.js', import.meta.url));
  const script = `const {readBundle} = await import(${JSON.stringify(module)});
    const {createHash} = await import('node:crypto');
    const {zip} = await readBundle(${JSON.stringify(two)});
    console.log(createHash('sha256').update(zip).digest('hex'));`;
  const elsewhere = spawnSync(process.execPath, ['--input-type=module', '-e', script], {
    env: { ...process.env, TZ: 'Pacific/Auckland' },
  });
  const hash = createHash('sha256').update(first.zip).digest('hex');
  assert.equal(elsewhere.stdout.toString().trim(), hash);
});

test('executable files stay executable and .git is left out', async (context) => {
  const root = await directory(context, { 'bin/run': '#!', 'index.js': '', '.git/HEAD': 'x' });
  await chmod(join(root, 'bin/run'), 0o700);
  const entries = await unzip((await readBundle(root)).zip);
  assert.deepEqual([...entries.keys()], ['bin/run', 'index.js']);
  assert.equal(entries.get('bin/run')?.mode, 0o100755);
  assert.equal(entries.get('index.js')?.mode, 0o100644);
});

test('links inside the directory become what they point to', async (context) => {
  const root = await directory(context, { 'real/a.js': 'a', 'index.js': '' });
  await symlink('real/a.js', join(root, 'link.js'));
  await symlink(join(root, 'real'), join(root, 'again'));
  const entries = await unzip((await readBundle(root)).zip);
  assert.deepEqual([...entries.keys()], ['again/a.js', 'index.js', 'link.js', 'real/a.js']);
  assert.equal(entries.get('link.js')?.content, 'a');
});

test('links that leave the directory, lead nowhere or go round are refused by name', async (context) => {
  const refuses = async (target: string, message: RegExp) => {
    const root = await directory(context, { 'index.js': '', 'deep/x': '' });
    await symlink(target, join(root, 'deep/link'));
    await assert.rejects(readBundle(root), { message });
  };
  await refuses('/etc/hostname', /^deep\/link is a link to \/etc\/hostname, outside the directory/);
  await refuses('../..', /^deep\/link is a link to .*, outside the directory/);
  await refuses('missing', /^deep\/link is a link that leads nowhere/);
  await refuses('..', /^deep\/link is a link to a directory that contains it/);
});

test('one file becomes a bundle named like it, and a zip is taken as it is', async (context) => {
  const root = await directory(context, {
    'hello.mjs': 'export const handler = 1;',
    'a/index.js': '',
  });
  const single = await readBundle(join(root, 'hello.mjs'));
  assert.equal(single.name, 'hello');
  assert.deepEqual([...single.fileNames], ['hello.mjs']);
  const { zip } = await readBundle(join(root, 'a'));
  await writeFile(join(root, 'made.zip'), zip);
  const taken = await readBundle(join(root, 'made.zip'));
  assert.deepEqual(taken.zip, zip);
  assert.equal(taken.name, 'made');
  assert.deepEqual([...taken.fileNames], ['index.js']);
});

test('what cannot be deployed is refused in one sentence', async (context) => {
  const root = await directory(context, {
    'x.txt': '',
    'bad.zip': 'no zip',
    'e/hearth.json': '{"memroy": 1}',
  });
  await mkdir(join(root, 'empty'));
  await assert.rejects(readBundle(join(root, 'x.txt')), /neither a directory nor a \.zip/);
  await assert.rejects(readBundle(join(root, 'bad.zip')), /bad\.zip is not a zip that can be read/);
  await assert.rejects(readBundle(join(root, 'empty')), /holds no file/);
  await assert.rejects(readBundle(join(root, 'none')), /none does not exist/);
  await assert.rejects(
    readBundle(join(root, 'e')),
    /hearth\.json is wrong: Unrecognized key: "memroy"/,
  );
});
