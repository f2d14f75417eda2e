/** Code in a directory of its own, and what an inspector finds in it. */
import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import type { TestContext } from 'node:test';
import { findingText, Inspector } from '../../../src/agent/index.js';
import { systemClock } from '../../../src/lib/index.js';

export type Files = Readonly<Record<string, string | Uint8Array | { readonly link: string }>>;

export interface Asked {
  readonly runtime?: string;
  readonly handler?: string;
  readonly hasLayers?: boolean;
  readonly policy?: 'off' | 'warn' | 'refuse';
  readonly checks?: 'off' | 'warn' | 'refuse';
  readonly strict?: boolean;
}

export function directoryOf(t: TestContext, files: Files): string {
  const root = mkdtempSync(join(tmpdir(), 'hearth-inspect-'));
  t.after(() => rmSync(root, { recursive: true, force: true }));
  for (const [path, content] of Object.entries(files)) {
    const full = join(root, path);
    mkdirSync(dirname(full), { recursive: true });
    if (typeof content === 'string' || content instanceof Uint8Array) writeFileSync(full, content);
    else symlinkSync(content.link, full);
    if (path === 'bootstrap') chmodSync(full, 0o755);
  }
  return root;
}

/** The findings as texts; throws what refuses the code. */
export async function look(t: TestContext, files: Files, asked: Asked = {}): Promise<string[]> {
  const { runtime = 'nodejs20.x', hasLayers = false, strict = false } = asked;
  const usual = runtime.startsWith('python') ? 'lambda_function.lambda_handler' : 'index.handler';
  const { handler = usual, policy = 'off', checks = 'warn' } = asked;
  const inspector = new Inspector(systemClock, { codeChecks: checks, codePolicy: policy });
  const inspection = inspector.begin({ runtime, handler, hasLayers }, strict);
  await inspection.look(directoryOf(t, files));
  return inspection.findings.map(findingText);
}
