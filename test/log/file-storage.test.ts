import { strict as assert } from 'node:assert';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { silentLogger } from '../../src/lib/index.js';
import { FileLogStorage, type LogEntry, type LogWrite } from '../../src/log/index.js';
import { decodeLog, encodeRecord, logMagic } from '../../src/log/record.js';
import { HearthError, nodeId } from '../../src/types/index.js';

let root = '';
let directories = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'hearth-log-'));
});
after(() => rm(root, { recursive: true, force: true }));

const voter = nodeId('a'.repeat(32));

test('a fresh directory gives an empty log', async () => {
  const content = await reopen(join(root, 'fresh', 'deep'));
  assert.deepEqual(content, {
    hardState: { term: 0, votedFor: null, commitIndex: 0 },
    entries: [],
  });
});

test('a log that is opened again is the log that was written', async () => {
  const directory = await written(write(1, 1, ['one', 'two']), write(2, 3, ['three'], 2));
  const { hardState, entries } = await reopen(directory);
  assert.deepEqual(hardState, { term: 2, votedFor: voter, commitIndex: 2 });
  assert.deepEqual(entries.map(readable), ['1/1 one', '2/1 two', '3/2 three']);
});

test('entries replace those from their index on', async () => {
  const directory = await written(write(1, 1, ['one', 'two', 'three']), write(4, 2, ['other']));
  assert.deepEqual((await reopen(directory)).entries.map(readable), ['1/1 one', '2/4 other']);
});

test('a last record that was torn at any byte is cut, and the log goes on', async () => {
  const directory = await written(write(1, 1, ['kept']));
  const path = join(directory, 'log');
  const whole = await readFile(path);
  const last = encodeRecord(write(2, 2, ['torn']));
  for (let bytes = 1; bytes < last.length; bytes++) {
    await writeFile(path, Buffer.concat([whole, last.subarray(0, bytes)]));
    assert.deepEqual((await reopen(directory)).entries.map(readable), ['1/1 kept'], `${bytes}`);
    assert.deepEqual(await readFile(path), whole);
  }
  await append(directory, write(2, 2, ['after']));
  const { entries } = await reopen(directory);
  assert.deepEqual(entries.map(readable), ['1/1 kept', '2/2 after']);
});

test('a last record of which sectors were never written is cut', () => {
  const kept = Buffer.concat([logMagic, encodeRecord(write(1, 1, ['kept']))]);
  const last = encodeRecord(write(2, 2, ['x'.repeat(3000)]));
  const torn = Buffer.concat([kept, last]);
  torn.fill(0, 1024, 1536);
  assert.equal(decodeLog(torn, 'test').wholeBytes, kept.length);
  const extended = Buffer.concat([kept, Buffer.alloc(2000)]);
  assert.equal(decodeLog(extended, 'test').wholeBytes, kept.length);
});

test('a flipped bit anywhere is refused, also in the length of a record', () => {
  const file = Buffer.concat([
    logMagic,
    encodeRecord(write(1, 1, ['one', 'two'])),
    encodeRecord(write(2, 3, ['three'])),
  ]);
  for (let bit = 0; bit < file.length * 8; bit++) {
    const damaged = Buffer.from(file);
    damaged[bit >> 3] = (damaged[bit >> 3] ?? 0) ^ (1 << (bit & 7));
    assert.throws(
      () => decodeLog(damaged, 'test'),
      (error) => error instanceof HearthError && error.code === 'storage',
      `bit ${bit}`,
    );
  }
});

test('a damaged file is not opened and not changed', async () => {
  const directory = await written(write(1, 1, ['one']), write(1, 2, ['two']));
  const path = join(directory, 'log');
  const file = await readFile(path);
  file[logMagic.length + 20] = 0xff;
  await writeFile(path, file);
  await assert.rejects(reopen(directory), /damaged at byte 13 .* joins as a new member/);
  assert.deepEqual(await readFile(path), file);
});

test('after a failed write every write is refused', async () => {
  const storage = newStorage(join(root, 'closed'));
  await storage.open();
  await storage.close();
  const isStorageError = (error: unknown): boolean =>
    error instanceof HearthError && error.code === 'storage';
  await assert.rejects(storage.append(write(1, 1, ['one'])), isStorageError);
  await assert.rejects(storage.append(write(1, 1, ['one'])), isStorageError);
});

test('any sequence of writes reads back as the entries that it leaves', () => {
  const step = fc.record({
    back: fc.nat(5),
    count: fc.integer({ min: 0, max: 4 }),
    term: fc.nat(3),
  });
  fc.assert(
    fc.property(fc.array(step, { maxLength: 20 }), (steps) => {
      const model: string[] = [];
      const records: Buffer[] = [logMagic];
      let term = 1;
      for (const { back, count, term: terms } of steps) {
        term += terms;
        const from = Math.max(1, model.length + 1 - back);
        const texts = Array.from({ length: count }, (_, at) => `${from + at} in ${term}`);
        records.push(encodeRecord(write(term, from, texts)));
        if (count > 0) model.length = from - 1;
        texts.forEach((text, at) => {
          model.push(`${from + at}/${term} ${text}`);
        });
      }
      const { entries } = decodeLog(Buffer.concat(records), 'test');
      assert.deepEqual(entries.map(readable), model);
    }),
  );
});

function write(term: number, from: number, texts: readonly string[], commitIndex = 0): LogWrite {
  return {
    hardState: { term, votedFor: voter, commitIndex },
    entries: texts.map((text, at) => ({
      index: from + at,
      term,
      kind: 'command',
      data: Buffer.from(text),
    })),
  };
}

function readable({ index, term, data }: LogEntry): string {
  return `${index}/${term} ${Buffer.from(data).toString()}`;
}

function newStorage(directory: string): FileLogStorage {
  return new FileLogStorage({ logger: silentLogger }, { directory });
}

async function written(...writes: readonly LogWrite[]): Promise<string> {
  const directory = join(root, String(++directories));
  await append(directory, ...writes);
  return directory;
}

async function append(directory: string, ...writes: readonly LogWrite[]): Promise<void> {
  const storage = newStorage(directory);
  await storage.open();
  for (const each of writes) await storage.append(each);
  await storage.close();
}

async function reopen(directory: string): ReturnType<FileLogStorage['open']> {
  const storage = newStorage(directory);
  const content = await storage.open();
  await storage.close();
  return content;
}
