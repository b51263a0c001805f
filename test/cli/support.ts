import { spawn } from 'node:child_process';
import { resolve } from 'node:path';

/** The built command line. */
export const cli = resolve('dist/cli.js');

export interface CliResult {
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs `green-ml` as a terminal without a TTY would, with the given environment on top of ours. */
export function greenMl(args: readonly string[], env: NodeJS.ProcessEnv = {}, cwd = process.cwd()): Promise<CliResult> {
  return new Promise((done, failed) => {
    const child = spawn(process.execPath, [cli, ...args], {
      cwd,
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    child.stdout.on('data', (chunk) => (stdout += String(chunk)));
    child.stderr.on('data', (chunk) => (stderr += String(chunk)));
    child.once('error', failed);
    child.once('close', (code) => done({ code, stdout, stderr }));
  });
}
