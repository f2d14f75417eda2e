/** How a process ended, in Lambda's words. Inside and outside of a sandbox the same. */

export interface ProcessExit {
  readonly code: number | null;
  readonly signal: string | null;
}

const signalTexts: Readonly<Record<string, string>> = {
  SIGABRT: 'aborted',
  SIGBUS: 'bus error',
  SIGFPE: 'floating point exception',
  SIGHUP: 'hangup',
  SIGILL: 'illegal instruction',
  SIGINT: 'interrupt',
  SIGKILL: 'killed',
  SIGPIPE: 'broken pipe',
  SIGSEGV: 'segmentation fault',
  SIGTERM: 'terminated',
};

export function exitText({ code, signal }: ProcessExit): string {
  if (signal !== null) {
    return `Runtime exited with error: signal: ${signalTexts[signal] ?? signal}`;
  }
  return code === null || code === 0
    ? 'Runtime exited without providing a reason'
    : `Runtime exited with error: exit status ${code}`;
}
