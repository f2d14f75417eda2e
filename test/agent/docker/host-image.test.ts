import { strict as assert } from 'node:assert';
import { execFileSync } from 'node:child_process';
import { chmodSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, it } from 'node:test';
import { hostImage } from '../../../src/agent/docker/host-image.js';
import { type TarEntry, tarHeader, tarOf } from '../../../src/agent/docker/tar.js';
import { temporaryDirectory } from '../fixture.js';

const deadline = { timeout: 30_000 };
const skip = process.platform === 'linux' ? false : 'not Linux';

async function archive(entries: readonly TarEntry[]): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of tarOf(entries)) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function fileEntry(source: string, path: string): TarEntry {
  const { size, mtimeMs, mode } = statSync(source);
  const modifiedS = Math.floor(mtimeMs / 1000);
  return { kind: 'file', path, mode: mode & 0o777, source, sizeBytes: size, modifiedS };
}

describe('tar archives', () => {
  it('are unpacked by tar to what went in', deadline, async (t) => {
    const root = temporaryDirectory(t);
    const [small, large] = [join(root, 'small'), join(root, 'large')];
    writeFileSync(small, 'small');
    chmodSync(small, 0o755);
    writeFileSync(large, Buffer.alloc(3 * 1024 * 1024 + 1, 'x'));
    const long = `${'d'.repeat(90)}/${'e'.repeat(40)}/${'f'.repeat(80)}`;
    const entries: TarEntry[] = [
      { kind: 'directory', path: 'out', mode: 0o755 },
      { kind: 'content', path: 'out/words', content: 'ä\n' },
      { kind: 'link', path: 'out/link', target: 'words' },
      fileEntry(small, 'out/small'),
      fileEntry(large, long),
    ];
    const tar = join(root, 'a.tar');
    writeFileSync(tar, await archive(entries));
    execFileSync('tar', ['-xf', tar], { cwd: root });
    assert.equal(readFileSync(join(root, 'out/link'), 'utf8'), 'ä\n');
    assert.equal(readFileSync(join(root, 'out/small'), 'utf8'), 'small');
    const { mode, mtimeMs } = statSync(join(root, 'out/small'));
    assert.equal(mode & 0o777, 0o755);
    assert.equal(Math.floor(mtimeMs / 1000), Math.floor(statSync(small).mtimeMs / 1000));
    assert.equal(readFileSync(join(root, long)).equals(readFileSync(large)), true);
    const listed = execFileSync('tar', ['-tvf', tar], { encoding: 'utf8' });
    assert.match(listed, /^lrwxrwxrwx (root\/root|0\/0)\s+0 1970-01-01 .* out\/link -> words$/m);
  });

  it('refuse a path that is too long and a file that has changed', deadline, async (t) => {
    const path = 'x'.repeat(101);
    assert.throws(() => tarHeader({ kind: 'directory', path, mode: 0o755 }), /too long/);
    const file = join(temporaryDirectory(t), 'f');
    writeFileSync(file, 'before');
    const entry = fileEntry(file, 'f');
    writeFileSync(file, 'afterwards');
    await assert.rejects(archive([entry]), /has changed meanwhile/);
  });
});

describe("images of this host's interpreters", { skip }, () => {
  it('hold the interpreter, its libraries and where things are mounted', deadline, async () => {
    const image = await hostImage('node');
    assert.equal(image.interpreter, process.execPath);
    const paths = image.entries.map(({ path }) => path);
    assert.equal(new Set(paths).size, paths.length, 'each once');
    for (const [index, path] of paths.entries()) {
      const parent = dirname(path);
      assert(parent === '.' || paths.indexOf(parent) < index, `${parent} is before ${path}`);
    }
    for (const mounted of ['var/task', 'var/runtime', 'opt', 'run/hearth', 'tmp', 'usr/bin/sh']) {
      assert(paths.includes(mounted), mounted);
    }
    assert(paths.some((path) => /\/libstdc\+\+\.so/.test(path)));
    // what becomes another image when any of it is another
    assert.match(image.hash, /^[0-9a-f]{16}$/);
    assert.equal((await hostImage('node')).hash, image.hash);
  });

  it(
    'hold Python with its standard library, and nothing that is not its own',
    deadline,
    async () => {
      const { entries, hash } = await hostImage('python');
      const names = entries.map(({ path }) => path);
      for (const wanted of [
        /\/json\/decoder\.py$/,
        /\/lib-dynload\/.*\.so$/,
        /\/libgcc_s\.so\.1$/,
      ]) {
        assert(
          names.some((name) => wanted.test(name)),
          String(wanted),
        );
      }
      assert(!names.some((name) => /site-packages|dist-packages|\/test\//.test(name)));
      assert.notEqual(hash, (await hostImage('node')).hash);
    },
  );
});
