/** What one has to know about the daemon before asking it for containers, and whether it can run any. */
import { Readable } from 'node:stream';
import { type DockerDaemon, DockerRefusal } from './daemon.js';
import { followProgress } from './daemon-progress.js';
import { tarOf } from './tar.js';

export interface DaemonFacts {
  readonly version: string;
  /** With cgroupfs, containers' groups may be put below one of ours; systemd has an order of its own. */
  readonly cgroupDriver: 'cgroupfs' | 'systemd' | 'none';
  /** It has a program that is pid 1, passes on signals and reaps zombies. */
  readonly hasInit: boolean;
  /** It gives containers other users than those asked for, unless told not to. */
  readonly remapsUsers: boolean;
  /** It lets containers read only files with a label, unless told not to. */
  readonly labelsFiles: boolean;
}

interface DaemonInfo {
  readonly ServerVersion?: string;
  readonly CgroupDriver?: string;
  readonly OSType?: string;
  readonly SecurityOptions?: readonly string[] | null;
}

/** An image with nothing in it. */
const probeImage = { repo: 'hearth-probe', tag: '1' };
const importTimeoutMs = 30_000;
const lacksInit = /docker-init/;

/** Rejects with `sandbox-unavailable`, or with an Error that says why this daemon will not do. */
export async function daemonFacts(daemon: DockerDaemon): Promise<DaemonFacts> {
  const info: DaemonInfo = await daemon.call('tell about itself', (docker) => docker.info());
  const options = (info.SecurityOptions ?? []).map((option) => option.split(',')[0]);
  if (info.OSType !== undefined && info.OSType !== 'linux') {
    throw new Error(`the Docker daemon at ${daemon.where} has containers of ${info.OSType}`);
  }
  if (options.includes('name=rootless')) {
    throw new Error(`the Docker daemon at ${daemon.where} is rootless and has no users to give`);
  }
  const driver = info.CgroupDriver;
  return {
    version: info.ServerVersion ?? 'unknown',
    cgroupDriver: driver === 'cgroupfs' || driver === 'systemd' ? driver : 'none',
    hasInit: await runsInit(daemon),
    remapsUsers: options.includes('name=userns'),
    labelsFiles: options.includes('name=selinux'),
  };
}

/**
 * Runs the smallest container that there is: the daemon's own init, saying its version. False where the
 * daemon has none; an Error where it cannot run containers.
 */
async function runsInit(daemon: DockerDaemon): Promise<boolean> {
  const image = await emptyImage(daemon);
  const { id } = await daemon.call('create a container', (docker, abortSignal) =>
    docker.createContainer({
      Image: image,
      Entrypoint: ['/sbin/docker-init', '--version'],
      HostConfig: {
        AutoRemove: true,
        Init: true,
        NetworkMode: 'none',
        LogConfig: { Type: 'none', Config: {} },
      },
      abortSignal,
    }),
  );
  try {
    await daemon.call('start a container', (docker, abortSignal) =>
      docker.getContainer(id).start({ abortSignal }),
    );
    return true;
  } catch (error) {
    if (error instanceof DockerRefusal && lacksInit.test(error.reason)) return false;
    throw error;
  } finally {
    await daemon
      .call('remove a container', (docker, abortSignal) =>
        docker.getContainer(id).remove({ force: true, abortSignal }),
      )
      .catch(() => undefined);
  }
}

async function emptyImage(daemon: DockerDaemon): Promise<string> {
  const { repo, tag } = probeImage;
  const name = `${repo}:${tag}`;
  try {
    await daemon.call('inspect an image', (docker) => docker.getImage(name).inspect());
  } catch (error) {
    if (!(error instanceof DockerRefusal) || error.statusCode !== 404) throw error;
    await daemon.longCall('import an image', importTimeoutMs, async (docker, abortSignal) => {
      const tar = Readable.from(tarOf([{ kind: 'directory', path: 'tmp', mode: 0o1777 }]));
      await followProgress(await docker.importImage(tar, { repo, tag, abortSignal }));
    });
  }
  return name;
}
