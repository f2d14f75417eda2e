/**
 * How the daemon tells of long work (imports, pulls): lines of JSON, of which one with `error` means that
 * it has failed, though the status said 200.
 */
import { StringDecoder } from 'node:string_decoder';

export interface Progress {
  /** Of which layer. */
  readonly id?: string;
  readonly status?: string;
  readonly error?: string;
}

/** Reads to the end. Throws an Error with the daemon's words where it has failed, or has broken off. */
export async function followProgress(
  stream: NodeJS.ReadableStream,
  onProgress: (progress: Progress) => void = () => undefined,
): Promise<void> {
  const decoder = new StringDecoder();
  let rest = '';
  const take = (line: string): void => {
    if (line.trim() === '') return;
    const progress = JSON.parse(line) as Progress;
    if (progress.error !== undefined) throw new Error(progress.error);
    onProgress(progress);
  };
  for await (const chunk of stream) {
    const lines = (rest + decoder.write(chunk as Buffer)).split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) take(line);
  }
  take(rest);
}
