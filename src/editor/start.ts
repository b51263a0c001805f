import { cachedDataVersionTag } from 'node:v8';
import { ownCacheDirectory } from '../system/own-directories';
import { keepCode, loadWithCodeCache } from '../system/code-cache';

/** A hash of the built code, which the build puts in. */
declare const buildHash: string;

const code = loadWithCodeCache('extension-main.js', {
  folder: __dirname,
  cacheFolder: ownCacheDirectory(),
  start: 'extension',
  build: buildHash,
  engine: cachedDataVersionTag().toString(16),
});
keepCode(code);
module.exports = code.exports;
