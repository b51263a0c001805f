// @ts-check
// Messages of the scripts, and how they end if there is a problem that the user can solve.
import { createWriteStream, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** The folder for downloads and logs: VS Code, Python packages. Ignored by git; safe to delete. */
export const cache = join(root, '.vscode-test');

/** A problem that its message explains in one sentence, without a stack trace. */
export class Problem extends Error {}

/** @param {string} text */
export function say(text) {
  console.log(`• ${text}`);
}

/**
 * Opens a log file in the cache for the output of a tool.
 * @param {string} name file name without extension
 */
export function openLog(name) {
  const path = join(cache, 'logs', `${name}.log`);
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > 1e6) rmSync(path);
  return { path, stream: createWriteStream(path, { flags: 'a' }) };
}

/**
 * Reads the command line with Node's `parseArgs`. An unknown option is a `Problem`.
 * @template {import('node:util').ParseArgsConfig} T
 * @param {T} config
 */
export function readCommandLine(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    const options = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    // Node's first sentence names the fault. The others are about its own conventions.
    const [fault] = /** @type {Error} */ (error).message.split('. ');
    throw new Problem(`${fault}. The options are: ${options.join(', ')}.`);
  }
}

/**
 * Runs a script's main function. A `Problem` is shown as one sentence; any other error is a bug and shown with its stack.
 * @param {() => Promise<void>} body
 */
export async function main(body) {
  try {
    await body();
  } catch (error) {
    console.error(error instanceof Problem ? error.message : error);
    process.exitCode = 1;
  }
}
