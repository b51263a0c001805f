#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { ownCacheDirectory } from '../system/cache-directory';
import { keepCode, loadWithCodeCache } from '../system/code-cache';

/** A hash of the built code, which the build puts in. */
declare const buildHash: string;

/** The commands that run most often, or must cost least, have a cache with what they need and no more. */
const frequent = ['lint', 'run'];

/**
 * What V8 does beside our code costs a process that sleeps as much as the code itself: in its first minute the memory is
 * tidied three times, which needs marking in steps, and functions that run once a second are optimised, which pays only
 * if a chatty command makes them run thousands of times. V8 complains about flags that it does not know, so none are set
 * for versions that have not been tried.
 */
function meterFlags(): readonly string[] {
  const [version = ''] = process.versions.v8.split('.');
  const noTidying = '--no-incremental-marking';
  // Node 20, 22 and 24.
  if (version === '11') return [noTidying, '--interrupt-budget=4000000'];
  return version === '12' || version === '13' ? [noTidying, '--invocation-count-for-turbofan=60000'] : [];
}

const command = process.argv[2] ?? '';
if (command === 'run') for (const flag of meterFlags()) setFlagsFromString(flag);
const code = loadWithCodeCache('cli-main.js', {
  folder: __dirname,
  cacheFolder: ownCacheDirectory(),
  start: frequent.includes(command) ? command : 'other',
  build: buildHash,
});
keepCode(code);
void (code.exports as typeof import('./main')).mainOfProcess();
