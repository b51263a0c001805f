#!/usr/bin/env node
import { ownCacheDirectory } from '../system/own-directories';
import { calmWhenSettled } from '../system/calm';
import { keepCode, loadWithCodeCache } from '../system/code-cache';

/** A hash of the built code, which the build puts in. */
declare const buildHash: string;

/** The commands that run most often, or must cost least, have a cache with what they need and no more. */
const frequent = ['lint', 'run'];

const command = process.argv[2] ?? '';
const code = loadWithCodeCache('cli-main.js', {
  folder: __dirname,
  cacheFolder: ownCacheDirectory(),
  start: frequent.includes(command) ? command : 'other',
  build: buildHash,
});
keepCode(code);
if (command === 'run') calmWhenSettled(() => code.finish());
void (code.exports as typeof import('./main')).mainOfProcess();
