/** What every storage of the log does, as tests that run over each of them. */
import { strict as assert } from 'node:assert';
import { test } from 'node:test';
import {
  emptyContent,
  emptyHardState,
  type LogContent,
  type LogStorage,
} from '../../../src/log/storage/index.js';
import {
  hasCode,
  metaOf,
  partOf,
  partsIn,
  partsOf,
  readable,
  readableContent,
  receive,
  voter,
  write,
} from './writes.js';

/** One place where a log is kept. */
export interface StoragePlace {
  /** A storage over what is there, not yet opened. The one before has been closed. */
  storage(): LogStorage;
  /** Null where it cannot be told to be. */
  readonly setFull: ((full: boolean) => void) | null;
  readonly setBroken: ((broken: boolean) => void) | null;
}

export function testStorage(name: string, newPlace: () => Promise<StoragePlace>): void {
  const check = (title: string, run: (place: StoragePlace) => Promise<void>): void => {
    test(`${name}: ${title}`, async () => run(await newPlace()));
  };

  check('a fresh place holds an empty log', async (place) => {
    assert.deepEqual(await reopened(place), emptyContent);
    assert.deepEqual(await reopened(place), emptyContent);
  });

  check('what was appended is there when it is opened again', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one', 'two']));
      await storage.append(write(2, 3, ['three'], 2));
      const hardState = { term: 3, votedFor: null, commitIndex: 3, mute: true };
      await storage.append({ hardState, entries: [], install: null });
    });
    const { hardState, snapshot, entries } = await reopened(place);
    assert.deepEqual(hardState, { term: 3, votedFor: null, commitIndex: 3, mute: true });
    assert.equal(snapshot, null);
    assert.deepEqual(entries.map(readable), ['1/1 one', '2/1 two', '3/2 three']);
  });

  check('every kind of entry and any bytes come back', async (place) => {
    const data = [
      Buffer.alloc(0),
      Buffer.alloc(5000),
      Buffer.from([0, 255, 10, 0]),
      Buffer.of(0xa5),
    ];
    const kinds = ['noop', 'voters', 'member', 'command'] as const;
    const entries = kinds.map((kind, at) => {
      return { index: at + 1, term: 2 ** 40 + at, kind, data: data[at] ?? Buffer.alloc(0) };
    });
    await using(place, (storage) =>
      storage.append({ hardState: emptyHardState, entries, install: null }),
    );
    assert.deepEqual(plain((await reopened(place)).entries), plain(entries));
  });

  check('entries replace those from their index on', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one', 'two', 'three']));
      await storage.append(write(4, 2, ['other']));
      await storage.append(write(5, 3, ['next']));
      await storage.append(write(6, 1, ['all']));
      await storage.append(write(7, 2, ['second']));
    });
    const { entries } = await reopened(place);
    assert.deepEqual(entries.map(readable), ['1/6 all', '2/7 second']);
  });

  check('a snapshot is the newest once it is saved, and is read part by part', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one', 'two', 'three'], 2));
      assert.ok(storage.bytesSinceSnapshot > 0);
      await storage.saveSnapshot(metaOf(1, 1), partsOf(['old']));
      await storage.saveSnapshot(metaOf(2, 1), partsOf(['a', '', 'bc']));
      assert.equal(storage.bytesSinceSnapshot, 0);
      assert.equal(await storage.readPart(1, 0), null);
      assert.deepEqual(await partsIn(storage, 2), ['a', '', 'bc']);
      await storage.compact(3);
    });
    await using(place, async (storage, content) => {
      assert.deepEqual(content.snapshot, metaOf(2, 1));
      assert.deepEqual(readableContent(content).entries, ['3/1 three']);
      const third = await storage.readPart(2, 2);
      assert.deepEqual(third?.last, true);
      assert.deepEqual(await partsIn(storage, 2), ['a', '', 'bc']);
    });
  });

  check('a snapshot of nothing has one empty part', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one'], 1));
      await storage.saveSnapshot(metaOf(1, 1), partsOf([]));
      assert.deepEqual(await partsIn(storage, 1), ['']);
    });
  });

  check('a snapshot whose making fails leaves the earlier one', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one', 'two'], 2));
      await storage.saveSnapshot(metaOf(1, 1), partsOf(['kept']));
      await assert.rejects(storage.saveSnapshot(metaOf(2, 1), failingParts()));
      assert.deepEqual(await partsIn(storage, 1), ['kept']);
      await storage.append(write(1, 3, ['three']));
    });
    const content = await reopened(place);
    assert.equal(content.snapshot?.index, 1);
    assert.deepEqual(readableContent(content).entries, ['2/1 two', '3/1 three']);
  });

  check('appends go on while a snapshot is saved', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one'], 1));
      await storage.saveSnapshot(metaOf(1, 1), appendingParts(storage));
    });
    const content = await reopened(place);
    assert.equal(content.snapshot?.index, 1);
    assert.deepEqual(readableContent(content).entries, ['2/1 two']);
  });

  check('an installed snapshot takes the place of all that was before', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one', 'two', 'three'], 1));
      await storage.saveSnapshot(metaOf(1, 1), partsOf(['own']));
      assert.equal(await receive(storage, metaOf(2, 4), ['their', 'state']), 'whole');
      assert.deepEqual(await partsIn(storage, 1), ['own']);
      await storage.append({ ...write(5, 3, ['after'], 2), install: metaOf(2, 4) });
      assert.deepEqual(await partsIn(storage, 2), ['their', 'state']);
      await storage.append(write(5, 4, ['later'], 2));
    });
    await using(place, async (storage, content) => {
      assert.deepEqual(content.snapshot, metaOf(2, 4));
      assert.deepEqual(content.entries.map(readable), ['3/5 after', '4/5 later']);
      assert.deepEqual(await partsIn(storage, 2), ['their', 'state']);
    });
  });

  check('a snapshot that was received and not installed is forgotten', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one']));
      await receive(storage, metaOf(9, 2), ['their state']);
    });
    const content = await reopened(place);
    assert.equal(content.snapshot, null);
    assert.deepEqual(content.entries.map(readable), ['1/1 one']);
  });

  check('parts are taken in order, and the sender hears which one is next', async (place) => {
    await using(place, async (storage) => {
      const [one, two] = [metaOf(5, 1), metaOf(6, 1)];
      assert.equal(await storage.receivePart(one, 3, partOf('d', false)), 0);
      assert.equal(await storage.receivePart(one, 0, partOf('a', false)), 1);
      assert.equal(await storage.receivePart(one, 2, partOf('c', false)), 1);
      assert.equal(await storage.receivePart(one, 1, partOf('b', false)), 2);
      assert.equal(await storage.receivePart(one, 1, partOf('b', false)), 2);
      assert.equal(await storage.receivePart(two, 2, partOf('z', false)), 0);
      assert.equal(await storage.receivePart(two, 0, partOf('x', false)), 1);
      assert.equal(await storage.receivePart(one, 2, partOf('c', true)), 0);
      assert.equal(await storage.receivePart(two, 0, partOf('X', false)), 1);
      assert.equal(await storage.receivePart(two, 1, partOf('Y', true)), 'whole');
      assert.equal(await storage.receivePart(two, 0, partOf('X', false)), 'whole');
      await storage.append({ ...write(1, 7, []), install: two });
      assert.deepEqual(await partsIn(storage, 6), ['X', 'Y']);
      await storage.append(write(1, 7, ['next']));
    });
    const content = await reopened(place);
    assert.deepEqual(content.snapshot, metaOf(6, 1));
    assert.deepEqual(content.entries.map(readable), ['7/1 next']);
  });

  check('bytes since the newest snapshot are known again when it is opened', async (place) => {
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one'], 1));
      await storage.saveSnapshot(metaOf(1, 1), partsOf(['state']));
      await storage.append(write(1, 2, ['x'.repeat(1000)], 1));
    });
    await using(place, async ({ bytesSinceSnapshot }) => {
      assert.ok(bytesSinceSnapshot >= 1000 && bytesSinceSnapshot < 1200, `${bytesSinceSnapshot}`);
    });
  });

  check(
    'on a full disk nothing changes, and the same calls work once there is room',
    async (place) => {
      const { setFull } = place;
      if (setFull === null) return;
      await using(place, async (storage) => {
        await storage.append(write(1, 1, ['one', 'two'], 2));
        await storage.saveSnapshot(metaOf(1, 1), partsOf(['own']));
        setFull(true);
        const refused = hasCode('storage-full');
        for (let times = 0; times < 3; times++) {
          await assert.rejects(storage.append(write(2, 2, ['other', 'third'])), refused);
        }
        await assert.rejects(storage.saveSnapshot(metaOf(2, 1), partsOf(['x'])), refused);
        await assert.rejects(storage.receivePart(metaOf(8, 1), 0, partOf('x', true)), refused);
        assert.deepEqual(await partsIn(storage, 1), ['own']);
        setFull(false);
        await storage.append(write(2, 3, ['third']));
        assert.equal(await receive(storage, metaOf(8, 1), ['x']), 'whole');
        setFull(true);
        const install = { ...write(2, 9, ['after']), install: metaOf(8, 1) };
        await assert.rejects(storage.append(install), refused);
        setFull(false);
        await storage.append(write(2, 4, ['fourth']));
        await storage.saveSnapshot(metaOf(2, 1), partsOf(['newer']));
      });
      const content = await reopened(place);
      assert.equal(content.snapshot?.index, 2);
      assert.deepEqual(readableContent(content).entries, ['3/2 third', '4/2 fourth']);
    },
  );

  check(
    'an install that was refused for want of room works when it is made again',
    async (place) => {
      const { setFull } = place;
      if (setFull === null) return;
      await using(place, async (storage) => {
        await receive(storage, metaOf(8, 1), ['theirs']);
        const install = { ...write(2, 9, ['after']), install: metaOf(8, 1) };
        setFull(true);
        await assert.rejects(storage.append(install), hasCode('storage-full'));
        setFull(false);
        await storage.append(install);
        assert.deepEqual(await partsIn(storage, 8), ['theirs']);
      });
      assert.deepEqual((await reopened(place)).entries.map(readable), ['9/2 after']);
    },
  );

  check('after a broken write every write is refused until it is opened again', async (place) => {
    const { setBroken } = place;
    if (setBroken === null) return;
    await using(place, async (storage) => {
      await storage.append(write(1, 1, ['one']));
      setBroken(true);
      await assert.rejects(storage.append(write(1, 2, ['two'])), hasCode('storage'));
      setBroken(false);
      await assert.rejects(storage.append(write(1, 2, ['two'])), hasCode('storage'));
    });
    const { entries } = await reopened(place);
    assert.deepEqual(entries.map(readable).slice(0, 1), ['1/1 one']);
    assert.ok(entries.length <= 2);
  });

  check('a long log of many writes comes back', async (place) => {
    const expected: string[] = [];
    await using(place, async (storage) => {
      for (let index = 1; index <= 300; index++) {
        const text = `${index}`.repeat(20);
        expected.push(`${index}/1 ${text}`);
        await storage.append(write(1, index, [text], index - 1));
        if (index % 100 !== 0) continue;
        await storage.saveSnapshot(metaOf(index, 1), partsOf([`until ${index}`]));
        await storage.compact(index - 10);
      }
    });
    const { hardState, snapshot, entries } = await reopened(place);
    assert.deepEqual(hardState, { term: 1, votedFor: voter, commitIndex: 299, mute: false });
    assert.equal(snapshot?.index, 300);
    const from = entries[0]?.index ?? 0;
    assert.ok(from <= 290);
    assert.deepEqual(entries.map(readable), expected.slice(from - 1));
  });
}

async function using(
  place: StoragePlace,
  run: (storage: LogStorage, content: LogContent) => Promise<void>,
): Promise<void> {
  const storage = place.storage();
  const content = await storage.open();
  try {
    await run(storage, content);
  } finally {
    await storage.close();
  }
}

async function reopened(place: StoragePlace): Promise<LogContent> {
  let content = emptyContent;
  await using(place, async (_storage, found) => {
    content = found;
  });
  return content;
}

function plain(entries: LogContent['entries']) {
  return entries.map(({ data, ...rest }) => ({ ...rest, data: Buffer.from(data).toString('hex') }));
}

async function* failingParts(): AsyncGenerator<Uint8Array> {
  yield Buffer.from('some');
  throw new Error('the state cannot be written');
}

async function* appendingParts(storage: LogStorage): AsyncGenerator<Uint8Array> {
  yield Buffer.from('state');
  await storage.append(write(1, 2, ['two'], 1));
}
