import { parentPort, workerData } from 'node:worker_threads';
import { defaultConfig } from '../../lint/engine/settings';
import { systemSourceFiles } from '../../system/source-files';
import { CacheFile } from './cache-file';
import type { ThreadReply, ThreadRequest, ThreadStart } from './crew-protocol';
import { CachingLinter } from './file-linter';

/** Lints the files that the first thread sends, until that thread ends it. */
async function main(): Promise<void> {
  if (parentPort === null) throw new Error('this file is the start of a worker thread');
  const port = parentPort;
  const { productFolder, engine, cache, configs } = workerData as ThreadStart;
  const linter = new CachingLinter({
    files: systemSourceFiles,
    productFolder,
    engine,
    cache: cache === null ? null : ((await CacheFile.of(cache.cwd, cache.env)?.read()) ?? null),
  });
  // One message after another; later ones wait.
  let last = Promise.resolve();
  port.on('message', (request: ThreadRequest) => {
    last = last.then(async () => port.postMessage(await answer(request)));
  });

  async function answer({ jobs }: ThreadRequest): Promise<ThreadReply> {
    const outcomes = [];
    for (const { index, path, config } of jobs) {
      outcomes.push({ index, outcome: await linter.lint({ path, config: configs[config] ?? defaultConfig }) });
    }
    return { outcomes };
  }
}

void main();
