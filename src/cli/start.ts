#!/usr/bin/env node
import { setFlagsFromString } from 'node:v8';
import { ownCacheDirectory } from '../system/cache-directory';
import { keepCode, loadWithCodeCache } from '../system/code-cache';

/** A hash of the built code, which the build puts in. */
declare const buildHash: string;

/** The commands that run most often, or must cost least, have a cache with what they need and no more. */
const frequent = ['lint', 'run'];

/**
 * How V8 is to treat this process, which is short or sleeps. V8 complains about flags that it does not know, so none are
 * set for versions that have not been tried.
 */
function flagsFor(first: string): readonly string[] {
  const [version = ''] = process.versions.v8.split('.');
  // Node 20 optimises the parser so soon that it costs a third of linting one file; later versions wait as long as this.
  const parser = version === '11' ? ['--wasm-tiering-budget=13000000'] : [];
  // Beside a meter, V8 would cost as much as the samples: in the first minute it tidies the memory three times, by marking
  // in steps, and optimises what runs once a second, which pays only beside a command that prints thousands of lines.
  const optimiseLater = version === '11' ? '--interrupt-budget=4000000' : '--invocation-count-for-turbofan=60000';
  const meter = ['11', '12', '13'].includes(version) ? ['--no-incremental-marking', optimiseLater] : [];
  return first === 'run' ? [...parser, ...meter] : parser;
}

const command = process.argv[2] ?? '';
for (const flag of flagsFor(command)) setFlagsFromString(flag);
const code = loadWithCodeCache('cli-main.js', {
  folder: __dirname,
  cacheFolder: ownCacheDirectory(),
  start: frequent.includes(command) ? command : 'other',
  build: buildHash,
});
keepCode(code);
void (code.exports as typeof import('./main')).mainOfProcess();
