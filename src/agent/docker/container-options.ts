/**
 * A sandbox as the daemon is asked for it: every limit and every closed door in one place. Nothing of the
 * container can be written but /tmp, which is memory and counts as such.
 */
import type Docker from 'dockerode';
import type { SandboxSpec } from '../driver.js';
import { groupLimitsOf, temporaryMbOf } from '../group-limits.js';
import { outboundNetwork } from './outbound.js';

export interface ContainerHost {
  /** The group of all of this node's containers; null: where the daemon puts them. */
  readonly cgroupParent: string | null;
  /** The daemon has a program that reaps zombies as pid 1. */
  readonly hasInit: boolean;
  /** The daemon gives containers other users, or files other labels, unless told not to. */
  readonly remapsUsers: boolean;
  readonly labelsFiles: boolean;
  /** As JSON; null: the daemon's own. */
  readonly seccompProfile: string | null;
}

export interface ContainerMount {
  /** On the host. */
  readonly from: string;
  readonly to: string;
}

export interface ContainerPlan {
  readonly name: string;
  readonly image: string;
  readonly spec: SandboxSpec;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly environment: Readonly<Record<string, string>>;
  /** Inside and outside. */
  readonly uid: number;
  /** All read-only. */
  readonly mounts: readonly ContainerMount[];
  /** Directories that the image would have on a disk of their own: empty and read-only here. */
  readonly volumes: readonly string[];
  readonly labels: Readonly<Record<string, string>>;
}

const MiB = 1024 * 1024;
const cpuPeriodUs = 100_000;
/** Docker's usual 1,024 is for those who do not care; weights of sandboxes stand among themselves. */
const sharesPerWeight = 0.5;
const sharesMin = 2;
/** As on Lambda. */
const openFilesMax = 1024;
/** The kernel takes a sandbox before the node when the host is out of memory. */
const oomScoreAdjustment = 500;
/** The daemon's own list, and what shows the host or can be written. */
const maskedPaths = [
  ...['/proc/acpi', '/proc/asound', '/proc/interrupts', '/proc/kcore', '/proc/keys'],
  ...['/proc/latency_stats', '/proc/sched_debug', '/proc/scsi', '/proc/timer_list'],
  ...['/proc/timer_stats', '/sys', '/dev/mqueue'],
];

export function containerOptions(
  plan: ContainerPlan,
  host: ContainerHost,
): Docker.ContainerCreateOptions {
  const { command, environment, spec, uid } = plan;
  return {
    name: plan.name,
    Image: plan.image,
    Entrypoint: [...command],
    Cmd: [],
    Env: Object.entries(environment).map(([name, value]) => `${name}=${value}`),
    Hostname: 'sandbox',
    Labels: { ...plan.labels },
    User: `${uid}:${uid}`,
    WorkingDir: plan.workingDirectory,
    AttachStdin: false,
    AttachStdout: true,
    AttachStderr: true,
    Tty: false,
    NetworkDisabled: spec.network === 'none',
    Healthcheck: { Test: ['NONE'] },
    HostConfig: hostConfigOf(plan, host),
  };
}

function securityOf({ labelsFiles, seccompProfile }: ContainerHost): string[] {
  return [
    'no-new-privileges',
    ...(labelsFiles ? ['label=disable'] : []),
    ...(seccompProfile === null ? [] : [`seccomp=${seccompProfile}`]),
  ];
}

function hostConfigOf(plan: ContainerPlan, host: ContainerHost): Docker.HostConfig {
  const { spec } = plan;
  const { memoryBytes, cpuCores, cpuWeight, pidsMax } = groupLimitsOf(spec);
  const temporaryMb = temporaryMbOf(spec);
  const emptyVolume = [...plan.volumes].map((path) => [path, 'ro,size=4k'] as const);
  return {
    NetworkMode: spec.network === 'none' ? 'none' : outboundNetwork,
    ReadonlyRootfs: true,
    CapDrop: ['ALL'],
    SecurityOpt: securityOf(host),
    MaskedPaths: [...maskedPaths],
    ...(host.remapsUsers ? { UsernsMode: 'host' } : {}),
    IpcMode: 'none',
    ...(host.hasInit ? { Init: true } : {}),
    RestartPolicy: { Name: 'no' },
    LogConfig: { Type: 'none', Config: {} },
    ...(host.cgroupParent === null ? {} : { CgroupParent: host.cgroupParent }),
    // swap as much as memory: none besides it
    ...(memoryBytes === null ? {} : { Memory: memoryBytes, MemorySwap: memoryBytes }),
    OomScoreAdj: oomScoreAdjustment,
    CpuPeriod: cpuPeriodUs,
    CpuQuota: Math.round((cpuCores ?? 0) * cpuPeriodUs),
    CpuShares: Math.max(sharesMin, Math.round(cpuWeight * sharesPerWeight)),
    PidsLimit: pidsMax ?? 0,
    Ulimits: [
      { Name: 'nofile', Soft: openFilesMax, Hard: openFilesMax },
      { Name: 'core', Soft: 0, Hard: 0 },
    ],
    Tmpfs: Object.fromEntries([
      ...emptyVolume,
      ['/tmp', `rw,exec,nosuid,nodev,mode=1777,size=${temporaryMb * MiB}`],
    ]),
    Mounts: plan.mounts.map(({ from, to }) => ({
      Type: 'bind',
      Source: from,
      Target: to,
      ReadOnly: true,
    })),
  };
}
