/**
 * What runs in a function's container, and in which image: a runtime of Hearth's in an image of its own, or
 * the function's image with the program that speaks the Runtime API to it.
 */
import { basename, dirname } from 'node:path';
import type { ContainerImage, SandboxSpec } from '../driver.js';
import { argumentInside, runtimeRoot } from '../runtime-files.js';
import { isProvided, runtimeCommand } from '../runtimes.js';
import type { ContainerMount } from './container-options.js';
import type { FunctionImages } from './function-images.js';
import type { RuntimeImages } from './runtime-images.js';
import { sharedLibraries } from './shared-libraries.js';

export interface Program {
  readonly image: string;
  readonly command: readonly string[];
  readonly workingDirectory: string;
  readonly mounts: readonly ContainerMount[];
  /** Directories of interpreters. */
  readonly interpreters: readonly string[];
  /** Variables of the image that stay as they are. */
  readonly keeps: ReadonlySet<string>;
  readonly volumes: readonly string[];
}

export interface ProgramsDeps {
  readonly runtimeImages: RuntimeImages;
  readonly functionImages: FunctionImages;
  /** How a runtime is started; tests put misbehaving ones here. */
  readonly runtimeCommand?: typeof runtimeCommand;
}

export const taskRootInside = '/var/task';
/** In a function's image, nothing of its own is hidden: what Hearth brings is all in here. */
const guestRoot = '/hearth';
const shim = 'agent/runtimes/custom/bootstrap.js';
/** Of images that others have made: where AWS's have them, and by name in the usual places. */
const foreignInterpreters = ['/var/lang/bin'];
const nothing: ReadonlySet<string> = new Set();

export class Programs {
  constructor(
    private readonly deps: ProgramsDeps,
    /** Images by runtime, as the settings name them. */
    private readonly named: Readonly<Record<string, string>>,
  ) {}

  /**
   * `runtimeFiles` is where those are on the host. Rejects with `invalid-parameter`, `sandbox-unavailable` or
   * ImageError.
   */
  of(spec: SandboxSpec, runtimeFiles: string): Promise<Program> {
    if (spec.image === null) return this.#ofRuntime(spec, runtimeFiles);
    return this.#ofImage(spec.image, runtimeFiles);
  }

  /** The daemon does not have an image after all. */
  forget(): void {
    this.deps.runtimeImages.forget();
  }

  async #ofRuntime({ runtime, memoryMb }: SandboxSpec, runtimeFiles: string): Promise<Program> {
    const start = this.deps.runtimeCommand ?? runtimeCommand;
    const command = await start(runtime, memoryMb);
    const { image, interpreter } = await this.#imageOf(runtime);
    const isForeign = !interpreter.startsWith('/');
    const common = {
      image,
      workingDirectory: taskRootInside,
      interpreters: isForeign ? foreignInterpreters : [dirname(interpreter)],
      keeps: nothing,
      volumes: [],
    };
    const mounts = [{ from: runtimeFiles, to: runtimeRoot }];
    const inside = [interpreter, ...command.args.map(argumentInside)];
    if (!isForeign || !isProvided(runtime)) {
      return { ...common, command: inside, mounts };
    }
    // an image for those who bring their runtime has none
    const guest = await guestInterpreter();
    return {
      ...common,
      command: [...guest.command, ...inside.slice(1)],
      mounts: [...guest.mounts, ...mounts],
    };
  }

  /** `interpreter` is a name alone where others have made the image. */
  async #imageOf(runtime: string): Promise<{ image: string; interpreter: string }> {
    const kind = runtime.startsWith('python') ? 'python' : 'node';
    const named = this.named[runtime];
    if (named !== undefined) {
      await this.deps.functionImages.ensure(named);
      return { image: named, interpreter: kind === 'python' ? 'python3' : 'node' };
    }
    const { name, interpreter } = await this.deps.runtimeImages.of(kind);
    return { image: name, interpreter };
  }

  async #ofImage(image: ContainerImage, runtimeFiles: string): Promise<Program> {
    const { id, command, workingDirectory, variables, volumes } =
      await this.deps.functionImages.resolve(image);
    const guest = await guestInterpreter();
    return {
      image: id,
      command: [...guest.command, `${guestRoot}/runtime/${shim}`, '--', ...command],
      workingDirectory,
      mounts: [...guest.mounts, { from: runtimeFiles, to: `${guestRoot}/runtime` }],
      interpreters: [],
      keeps: variables,
      volumes,
    };
  }
}

/** This host's Node.js with its own loader and libraries: it runs in any image, also in one without any. */
async function guestInterpreter(): Promise<{ command: string[]; mounts: ContainerMount[] }> {
  const node = `${guestRoot}/node`;
  const mounts = [{ from: process.execPath, to: node }];
  const libraries = await sharedLibraries([process.execPath]);
  let loader: string | null = null;
  for (const library of libraries) {
    const to = `${guestRoot}/lib/${basename(library)}`;
    mounts.push({ from: library, to });
    if (basename(library).startsWith('ld-')) loader = to;
  }
  if (loader === null) return { command: [node], mounts };
  return { command: [loader, '--library-path', `${guestRoot}/lib`, node], mounts };
}
