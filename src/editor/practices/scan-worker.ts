import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { defaultConfig } from '../../lint/engine/settings';
import { kindOf } from '../../lint/files/files';
import { buildOf } from '../../lint/scan/build';
import { noText } from '../../lint/scan/no-text';
import { unpack } from '../../lint/scan/outcome';
import type { StoredResult } from '../../lint/scan/result-store';
import { scan, type ScanFile } from '../../lint/scan/scan';
import { StoreFolder } from '../../lint/scan/store-folder';
import { factsAsJson } from '../../practices/code-facts';
import { systemClock } from '../../system/clock';
import { systemSourceFiles } from '../../system/source-files';
import type { ScanMessage, ScannedFile, ScanStart } from './scan-protocol';

/** The files of one message, so that messages cost little and the page still shows progress. */
const filesPerMessage = 320;

/** Reads a project as `green-ml practices` does, with the same cache, outside the thread of the extensions. */
async function main(): Promise<void> {
  if (parentPort === null) throw new Error('this file is the start of a worker thread');
  const port = parentPort;
  const { productFolder, env, paths, folder, configs, configOf, mostBytes } = workerData as ScanStart;
  const send = (message: ScanMessage): void => port.postMessage(message);
  const wanted: { readonly index: number; readonly file: ScanFile }[] = [];
  let waiting: ScannedFile[] = [];
  for (const [index, path] of paths.entries()) {
    const bytes = systemSourceFiles.stateNow(path)?.bytes ?? 0;
    if (bytes > mostBytes) waiting.push({ index, findings: null, facts: null });
    else wanted.push({ index, file: { path, under: folder, config: configs[configOf[index] ?? -1] ?? defaultConfig } });
  }
  const build = await buildOf(productFolder, systemSourceFiles);
  await scan(
    wanted.map(({ file }) => file),
    {
      files: systemSourceFiles,
      productFolder,
      clock: systemClock,
      cache: build === null ? null : StoreFolder.of(env, build, systemClock),
      // The editor and other extensions need the rest.
      threads: Math.max(1, Math.floor(availableParallelism() / 2)),
      atOnce: false,
      factsOf: factsAsJson,
      onResult: (at, result) => {
        const { index } = wanted[at] ?? { index: -1 };
        waiting.push(scanned(index, paths[index] ?? '', result));
        if (waiting.length < filesPerMessage) return;
        send({ files: waiting });
        waiting = [];
      },
    },
  );
  send({ files: waiting });
  send({ done: true });
}

function scanned(index: number, path: string, { outcome, facts }: StoredResult): ScannedFile {
  if (facts === null || facts === noText) return { index, findings: null, facts: null };
  if (kindOf(path) === 'notebook' && !outcome.linted) return { index, findings: null, facts };
  const findings = unpack(outcome).findings.map(({ rule, practice, message, estimate, cell, start }) => ({
    rule,
    practice,
    message,
    estimate,
    cell,
    line: start.row + 1,
  }));
  return { index, findings, facts };
}

void main();
