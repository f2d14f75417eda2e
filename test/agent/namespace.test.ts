import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import { exitInside } from '../../src/agent/exit-status.js';
import { bubblewrapArguments, type SandboxLayout } from '../../src/agent/namespace/command-line.js';
import {
  findOutboundTools,
  outboundPrefix,
  slirpCommand,
} from '../../src/agent/namespace/outbound.js';
import { UidBlock } from '../../src/agent/uid-block.js';
import { seededRandom } from '../../src/lib/index.js';

const layout: SandboxLayout = {
  systemDirectories: [
    { path: '/bin', linkTo: 'usr/bin' },
    { path: '/lib64', linkTo: null },
  ],
  views: [
    { host: '/stage/0/abc', inside: '/var/task' },
    { host: '/layers/1', inside: '/opt' },
  ],
  hidden: ['/usr/local/hearth'],
  temporaryBytes: 67_108_864,
  ownNetwork: true,
  environment: { HOME: '/tmp' },
  seccomp: 3,
  forbidUserNamespaces: true,
  command: ['/usr/bin/node', 'x.js'],
};

describe('command line of bubblewrap', () => {
  const line = bubblewrapArguments(layout);
  const text = line.join(' ');
  const at = (part: string): number => {
    const found = text.indexOf(part);
    assert.ok(found >= 0, `no ${part} in ${text}`);
    return found;
  };

  it('asks for namespaces of every kind, and no capabilities', () => {
    for (const kind of ['user', 'ipc', 'pid', 'net', 'uts']) at(`--unshare-${kind}`);
    at('--unshare-cgroup-try');
    at('--disable-userns');
    at('--cap-drop ALL');
    at('--die-with-parent --new-session');
    at('--seccomp 3');
    assert.doesNotMatch(text, /--bind |--dev-bind|--share-net|--cap-add/);
  });

  it('binds what it is told, as it is on the host, and makes the root read-only at last', () => {
    at('--ro-bind /usr /usr');
    at('--symlink usr/bin /bin');
    at('--ro-bind /lib64 /lib64');
    at('--ro-bind /stage/0/abc /var/task --ro-bind /layers/1 /opt');
    at('--perms 0000 --tmpfs /usr/local/hearth --remount-ro /usr/local/hearth');
    at('--perms 1777 --size 67108864 --tmpfs /tmp');
    assert.ok(at('--ro-bind /usr /usr') < at('--tmpfs /usr/local/hearth'));
    assert.ok(at('--tmpfs /tmp') < at('--remount-ro / '));
    assert.ok(at('--dev /dev') < at('--remount-ro /dev'));
  });

  it('ends in the command', () => {
    assert.deepEqual(line.slice(-3), ['--', '/usr/bin/node', 'x.js']);
    assert.ok(at('--setenv HOME /tmp') < at('-- /usr/bin/node'));
  });

  it('leaves out what is not to be had', () => {
    const less = { ...layout, seccomp: null, forbidUserNamespaces: false, ownNetwork: false };
    assert.doesNotMatch(
      bubblewrapArguments(less).join(' '),
      /--seccomp|--disable-userns|--unshare-net/,
    );
  });
});

describe('way out', () => {
  const tools = { slirp4netns: '/s/slirp4netns', unshare: '/u/unshare', ip: '/i/ip' };

  it('has no route to what belongs to the host alone', () => {
    const line = outboundPrefix(tools, 4);
    assert.deepEqual(line.slice(0, 4), ['/u/unshare', '--user', '--map-root-user', '--net']);
    assert.match(line.at(-1) ?? '', /route add prohibit 169\.254\.0\.0\/16\\n$/);
  });

  it('names what has to be installed for it', async () => {
    const all = async (name: string): Promise<string | null> => `/usr/bin/${name}`;
    assert.equal((await findOutboundTools(all)).slirp4netns, '/usr/bin/slirp4netns');
    for (const [program, lacking] of [
      ['slirp4netns', 'slirp4netns'],
      ['unshare', 'util-linux'],
      ['ip', 'iproute2'],
    ]) {
      const find = async (name: string): Promise<string | null> =>
        name === program ? null : all(name);
      await assert.rejects(findOutboundTools(find), {
        code: 'invalid-parameter',
        message: new RegExp(`needs the package ${lacking},`),
      });
    }
  });

  it('does not lead to the loopback of the host', () => {
    for (const isRoot of [true, false]) {
      const line = slirpCommand(tools, 77, isRoot).join(' ');
      assert.match(line, /--disable-host-loopback --enable-sandbox --enable-seccomp/);
      assert.match(line, isRoot ? /--netns-type=path \/proc\/77\/ns\/net tap0$/ : / 77 tap0$/);
    }
  });
});

describe('exit status through bubblewrap', () => {
  it('is a signal where it is one', () => {
    assert.deepEqual(exitInside({ code: 137, signal: null }), { code: null, signal: 'SIGKILL' });
    assert.deepEqual(exitInside({ code: 139, signal: null }), { code: null, signal: 'SIGSEGV' });
  });

  it('stays what it is where it is none', () => {
    for (const exit of [
      { code: 0, signal: null },
      { code: 7, signal: null },
      { code: 128, signal: null },
      { code: 255, signal: null },
      { code: null, signal: 'SIGKILL' },
    ]) {
      assert.deepEqual(exitInside(exit), exit);
    }
  });
});

describe('users of sandboxes', () => {
  it('are all different until one is given back, and the first to come back is the first to go', () => {
    const uids = new UidBlock(seededRandom(7));
    const taken = Array.from({ length: 2048 }, () => uids.take() as number);
    assert.equal(new Set(taken).size, 2048);
    assert.ok(taken.every((uid) => uid >= 1_900_000_000 && uid < 2_100_000_000));
    assert.equal(uids.take(), null);
    const [first = 0, second = 0] = taken;
    uids.giveBack(second);
    uids.giveBack(first);
    assert.deepEqual([uids.take(), uids.take(), uids.take()], [second, first, null]);
  });

  it('are taken again as late as can be', () => {
    const uids = new UidBlock(seededRandom(7));
    const uid = uids.take() as number;
    uids.giveBack(uid);
    assert.notEqual(uids.take(), uid);
    assert.throws(() => uids.giveBack(uid), /once/);
    assert.throws(() => uids.giveBack(1000), /block/);
  });
});
