/** A segment's file while it is written: the one place where the log store writes to a disk. */
import { open } from 'node:fs/promises';

export interface LogFile {
  /** Writes all, from byte `at` on. */
  write(buffers: readonly Buffer[], at: number): Promise<void>;
  truncate(bytes: number): Promise<void>;
  close(): Promise<void>;
}

/** Opens a new file. */
export type OpenLogFile = (path: string) => Promise<LogFile>;

export const openLogFile: OpenLogFile = async (path) => {
  const file = await open(path, 'w', 0o600);
  return {
    write: async (buffers, at) => {
      let from = at;
      for (const buffer of buffers) {
        for (let done = 0; done < buffer.length; ) {
          const { bytesWritten } = await file.write(buffer, done, buffer.length - done, from);
          done += bytesWritten;
          from += bytesWritten;
        }
      }
    },
    truncate: (bytes) => file.truncate(bytes),
    close: () => file.close(),
  };
};
