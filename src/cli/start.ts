#!/usr/bin/env node
import { ownCacheDirectory } from '../system/own-directories';
import { calmWhenSettled } from '../system/calm';
import { keepCode, loadWithCodeCache } from '../system/code-cache';

/** A hash of the built code, which the build puts in. */
declare const buildHash: string;

// An editor that runs us as Node (src/editor/first-steps/launcher.ts) would run itself as Node in what we measure too.
if (process.versions['electron'] !== undefined) delete process.env['ELECTRON_RUN_AS_NODE'];

/** V8 and its flags, as V8's own tag names them. Node has that tag in a module that takes a while to load. */
function engine(): string {
  const words = [process.versions.v8, process.arch, ...process.execArgv, process.env['NODE_OPTIONS']].join(' ');
  let hash = 0;
  for (let index = 0; index < words.length; index++) hash = (Math.imul(hash, 31) + words.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(16);
}

/** The commands that run most often, or must cost least, have a cache with what they need and no more. */
const frequent = ['lint', 'run'];

const command = process.argv[2] ?? '';
const code = loadWithCodeCache('cli-main.js', {
  folder: __dirname,
  cacheFolder: ownCacheDirectory(),
  start: frequent.includes(command) ? command : 'other',
  build: buildHash,
  engine: engine(),
});
keepCode(code);
if (command === 'run') calmWhenSettled(() => code.finish());
void (code.exports as typeof import('./main')).mainOfProcess();
