// @ts-check
// What the scripts tell the person, and how they end on a problem that the person can solve.
import { createWriteStream, existsSync, mkdirSync, rmSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

export const root = resolve(dirname(fileURLToPath(import.meta.url)), '..');

/** What is obtained once and kept: VS Code, Python packages, logs. Ignored by git; safe to delete. */
export const cache = join(root, '.vscode-test');

/** A problem that one sentence explains; it needs no stack trace. */
export class Problem extends Error {}

/** @param {string} text */
export function say(text) {
  console.log(`• ${text}`);
}

/**
 * Opens a log file under the cache for the noise of a tool.
 * @param {string} name file name without extension
 */
export function openLog(name) {
  const path = join(cache, 'logs', `${name}.log`);
  mkdirSync(dirname(path), { recursive: true });
  if (existsSync(path) && statSync(path).size > 1e6) rmSync(path);
  return { path, stream: createWriteStream(path, { flags: 'a' }) };
}

/**
 * Reads the command line as `parseArgs` of Node does; what it does not know is a `Problem`.
 * @template {import('node:util').ParseArgsConfig} T
 * @param {T} config
 */
export function readCommandLine(config) {
  try {
    return parseArgs(config);
  } catch (error) {
    const options = Object.keys(config.options ?? {}).map((name) => `--${name}`);
    // Node's first sentence names the fault; the others are about its own conventions.
    const [fault] = /** @type {Error} */ (error).message.split('. ');
    throw new Problem(`${fault}. The options are: ${options.join(', ')}.`);
  }
}

/**
 * Runs a script's main function: a `Problem` is shown as its sentence, anything else as the bug it is.
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
