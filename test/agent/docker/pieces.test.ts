/** The small parts of the Docker driver that need no daemon. */
import { strict as assert } from 'node:assert';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import {
  type ContainerPlan,
  containerOptions,
} from '../../../src/agent/docker/container-options.js';
import { followProgress } from '../../../src/agent/docker/daemon-progress.js';
import { MultiplexedOutput } from '../../../src/agent/docker/multiplexed-output.js';
import { seccompProfile } from '../../../src/agent/docker/seccomp-profile.js';
import { librariesIn } from '../../../src/agent/docker/shared-libraries.js';
import { specOf } from '../fixture.js';

describe('what a container prints', () => {
  it('is put together again however it is cut', () => {
    const piece = fc.tuple(fc.constantFrom(1, 2), fc.uint8Array({ maxLength: 40 }));
    const cuts = fc.array(fc.integer({ min: 1, max: 30 }), { minLength: 1 });
    fc.assert(
      fc.property(fc.array(piece), cuts, (pieces, sizes) => {
        const stream = Buffer.concat(
          pieces.flatMap(([kind, text]) => {
            const head = Buffer.from([kind, 0, 0, 0, 0, 0, 0, text.length]);
            return [head, Buffer.from(text)];
          }),
        );
        const got: Uint8Array[] = [];
        const output = new MultiplexedOutput((chunk) => got.push(Uint8Array.from(chunk)));
        for (let at = 0, turn = 0; at < stream.length; turn++) {
          const size = sizes[turn % sizes.length] ?? 1;
          output.push(stream.subarray(at, at + size));
          at += size;
        }
        assert.deepEqual(Buffer.concat(got), Buffer.concat(pieces.map(([, text]) => text)));
      }),
    );
  });
});

describe("the daemon's progress", () => {
  const linesOf = async function* (...chunks: string[]) {
    for (const chunk of chunks) yield Buffer.from(chunk);
  };
  const follow = async (...chunks: string[]): Promise<string[]> => {
    const seen: string[] = [];
    const stream = linesOf(...chunks) as unknown as NodeJS.ReadableStream;
    await followProgress(stream, ({ status }) => seen.push(status ?? ''));
    return seen;
  };

  it('is lines, cut anywhere, the last without an end', async () => {
    assert.deepEqual(await follow('{"sta', 'tus":"ä', '"}\r\n\n{"status":"b"}'), ['ä', 'b']);
  });

  it('fails where a line says so', async () => {
    await assert.rejects(
      follow('{"status":"a"}\n{"error":"no space"}\n{"status":"b"}'),
      /no space/,
    );
  });
});

describe('shared libraries', () => {
  it('are read from what ldd prints of several programs', () => {
    const text = `/bin/a:
\tlinux-vdso.so.1 (0x00007f010fbfd000)
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f010fb07000)
\tlibnone.so.1 => not found
\t/lib64/ld-linux-x86-64.so.2 (0x00007f010fbff000)
/bin/b:
\tnot a dynamic executable
/bin/c:
\tlibm.so.6 => /lib/x86_64-linux-gnu/libm.so.6 (0x00007f110fb07000)
`;
    assert.deepEqual(librariesIn(text), [
      '/lib/x86_64-linux-gnu/libm.so.6',
      '/lib64/ld-linux-x86-64.so.2',
    ]);
  });
});

describe("a container's options", () => {
  const host = {
    cgroupParent: '/g',
    hasInit: true,
    remapsUsers: false,
    labelsFiles: false,
    seccompProfile: '{}',
  };
  const plan: ContainerPlan = {
    name: 'n',
    image: 'i',
    spec: specOf('/code', { memoryMb: 1769, ephemeralMb: 10_240 }),
    command: ['/run', 'it'],
    workingDirectory: '/var/task',
    environment: { A: 'b=c' },
    uid: 1_900_000_001,
    mounts: [{ from: '/code:1', to: '/var/task' }],
    volumes: ['/data'],
    labels: { 'hearth.runtime': 'r' },
  };

  it('close every door', () => {
    const { HostConfig, ...options } = containerOptions(plan, host);
    assert.deepEqual(
      [options.User, options.Env, options.Entrypoint, options.Cmd, options.NetworkDisabled],
      ['1900000001:1900000001', ['A=b=c'], ['/run', 'it'], [], true],
    );
    const { CapDrop, IpcMode, NetworkMode, Privileged, ReadonlyRootfs, SecurityOpt } =
      HostConfig ?? {};
    assert.deepEqual(
      { CapDrop, IpcMode, NetworkMode, Privileged, ReadonlyRootfs, SecurityOpt },
      {
        CapDrop: ['ALL'],
        IpcMode: 'none',
        NetworkMode: 'none',
        Privileged: undefined,
        ReadonlyRootfs: true,
        SecurityOpt: ['no-new-privileges', 'seccomp={}'],
      },
    );
    assert.deepEqual(HostConfig?.Mounts, [
      { Type: 'bind', Source: '/code:1', Target: '/var/task', ReadOnly: true },
    ]);
    assert.deepEqual(HostConfig?.LogConfig, { Type: 'none', Config: {} });
  });

  it('limit memory without swap, with /tmp in it, and CPU and processes by it', () => {
    const { HostConfig = {} } = containerOptions(plan, host);
    const MiB = 1024 * 1024;
    assert.deepEqual([HostConfig.Memory, HostConfig.MemorySwap], [1769 * MiB, 1769 * MiB]);
    assert.deepEqual(HostConfig.Tmpfs, {
      '/data': 'ro,size=4k',
      '/tmp': `rw,exec,nosuid,nodev,mode=1777,size=${884 * MiB}`,
    });
    assert.deepEqual([HostConfig.CpuPeriod, HostConfig.CpuQuota], [100_000, 100_000]);
    assert.equal(HostConfig.PidsLimit, 1024);
    assert.equal(HostConfig.CgroupParent, '/g');
    const small = containerOptions({ ...plan, spec: specOf('/code', { ephemeralMb: 20 }) }, host);
    assert.match(small.HostConfig?.Tmpfs?.['/tmp'] ?? '', new RegExp(`size=${20 * MiB}$`));
    assert((small.HostConfig?.CpuShares ?? 0) * 10 < (HostConfig.CpuShares ?? 0));
  });

  it('follow what the daemon is like', () => {
    const bare = {
      cgroupParent: null,
      hasInit: false,
      remapsUsers: true,
      labelsFiles: true,
      seccompProfile: null,
    };
    const { HostConfig = {} } = containerOptions(plan, bare);
    assert.deepEqual(
      [HostConfig.CgroupParent, HostConfig.Init, HostConfig.UsernsMode, HostConfig.SecurityOpt],
      [undefined, undefined, 'host', ['no-new-privileges', 'label=disable']],
    );
    const outbound = { ...plan, spec: specOf('/code', { network: 'outbound' }) };
    const options = containerOptions(outbound, bare);
    assert.deepEqual(
      [options.NetworkDisabled, options.HostConfig?.NetworkMode],
      [false, 'hearth-outbound'],
    );
  });
});

describe('the filter of system calls', () => {
  it('is given to daemons that understand it, and to no others', () => {
    for (const version of ['20.10.10', '20.10.24+dfsg1', '24.0.7', '28.2.2', '29.0']) {
      assert.notEqual(seccompProfile(version), null, version);
    }
    for (const version of ['20.10.9', '19.03.15', '4.9.3', '20.10', 'unknown', '']) {
      assert.equal(seccompProfile(version), null, version);
    }
  });

  it('refuses each kind of socket but ordinary ones, and each flag of a new namespace', () => {
    const { syscalls } = JSON.parse(seccompProfile('24.0.0') ?? '') as {
      syscalls: { names: string[]; args: { op: string; index: number; value: number }[] }[];
    };
    const argsOf = (name: string) =>
      syscalls.filter(({ names }) => names.includes(name)).map(({ args }) => args);
    const isRefused = (family: number): boolean =>
      argsOf('socket').some(
        ([first, second]) =>
          second === undefined &&
          (first?.op === 'SCMP_CMP_GE' ? family >= first.value : family === first?.value),
      );
    const allowed = Array.from({ length: 50 }, (_, family) => family).filter(
      (family) => !isRefused(family),
    );
    // AF_UNIX, AF_INET, AF_INET6, AF_NETLINK
    assert.deepEqual(allowed, [1, 2, 10, 16]);
    assert.equal(argsOf('clone').length, 7);
    assert.deepEqual(argsOf('ptrace'), [[]]);
  });
});
