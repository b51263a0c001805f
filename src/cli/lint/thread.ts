import { parentPort, workerData } from 'node:worker_threads';
import { defaultConfig } from '../../lint/engine/settings';
import type { ThreadReply, ThreadRequest, ThreadStart } from '../../lint/scan/crew-protocol';
import { FileLinter } from '../../lint/scan/file-linter';
import { factsAsJson } from '../../practices/code-facts';
import { systemClock } from '../../system/clock';
import { systemSourceFiles } from '../../system/source-files';

/** Lints the files that the first thread sends, until that thread ends it. */
function main(): void {
  if (parentPort === null) throw new Error('this file is the start of a worker thread');
  const port = parentPort;
  const { productFolder, known, wantsFacts, configs } = workerData as ThreadStart;
  const linter = new FileLinter({
    files: systemSourceFiles,
    productFolder,
    clock: systemClock,
    known,
    factsOf: wantsFacts ? factsAsJson : null,
  });
  // One message after another; later ones wait.
  let last = Promise.resolve();
  port.on('message', (request: ThreadRequest) => {
    last = last.then(async () => port.postMessage(await answer(request)));
  });

  async function answer({ jobs }: ThreadRequest): Promise<ThreadReply> {
    const settled = [];
    for (const { index, path, config } of jobs) {
      settled.push({ index, job: await linter.lint({ path, config: configs[config] ?? defaultConfig }) });
    }
    return { settled };
  }
}

main();
