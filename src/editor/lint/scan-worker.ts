import { availableParallelism } from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { defaultConfig } from '../../lint/engine/settings';
import { kindOf } from '../../lint/files/files';
import { buildOf } from '../../lint/scan/build';
import { noText } from '../../lint/scan/no-text';
import { failedOutcome, pack, unpack } from '../../lint/scan/outcome';
import type { StoredResult } from '../../lint/scan/result-store';
import { scan, type ScanFile } from '../../lint/scan/scan';
import { StoreFolder } from '../../lint/scan/store-folder';
import { factsAsJson } from '../../practices/code-facts';
import { lintFindingOf } from '../../practices/lint-finding';
import { systemClock } from '../../system/clock';
import { systemSourceFiles } from '../../system/source-files';
import { problemsOf } from './problems';
import { ScanOutbox } from './scan-outbox';
import type { LintedFile, ScannedFile, ScanStart } from './scan-protocol';

/** A file that is not read. */
const skipped: StoredResult = { outcome: pack(failedOutcome('It is too large.')), facts: null };

/** Reads a project as the terminal's commands do, with the same cache, outside the thread of the extensions. */
async function main(): Promise<void> {
  if (parentPort === null) throw new Error('this file is the start of a worker thread');
  const { productFolder, env, paths, folder, configs, configOf, mostBytes, wanted } = workerData as ScanStart;
  const outbox = new ScanOutbox<ScannedFile | LintedFile>(parentPort, systemClock);
  const add = (index: number, result: StoredResult): void =>
    outbox.add(result.outcome.findings, () =>
      wanted.kind === 'facts' ? scanned(index, paths[index] ?? '', result) : linted(index, result, wanted.rules),
    );
  const files: { readonly index: number; readonly file: ScanFile }[] = [];
  for (const [index, path] of paths.entries()) {
    const bytes = systemSourceFiles.stateNow(path)?.bytes ?? 0;
    if (bytes > mostBytes) add(index, skipped);
    else files.push({ index, file: { path, under: folder, config: configs[configOf[index] ?? -1] ?? defaultConfig } });
  }
  const build = await buildOf(productFolder, systemSourceFiles);
  await scan(
    files.map(({ file }) => file),
    {
      files: systemSourceFiles,
      productFolder,
      clock: systemClock,
      cache: build === null ? null : StoreFolder.of(env, build, systemClock),
      // The editor and other extensions need the rest.
      threads: Math.max(1, Math.floor(availableParallelism() / 2)),
      atOnce: false,
      factsOf: wanted.kind === 'facts' ? factsAsJson : null,
      onResult: (at, result) => add(files[at]?.index ?? -1, result),
    },
  );
  await outbox.end();
  // Its port would keep the thread alive.
  parentPort.close();
}

/** The notice is the editor's: other extensions show syntax errors, and a file that cannot be read has no findings. */
function linted(index: number, { outcome }: StoredResult, rules: readonly string[] | null): LintedFile {
  const { cutShort: notice, copy } = outcome;
  return { index, problems: problemsOf({ findings: unpack(outcome).findings, notice, copy }, rules) };
}

function scanned(index: number, path: string, { outcome, facts }: StoredResult): ScannedFile {
  if (facts === null || facts === noText) return { index, findings: null, facts: null };
  if (kindOf(path) === 'notebook' && !outcome.linted) return { index, findings: null, facts };
  const findings = unpack(outcome).findings.map(lintFindingOf);
  return { index, findings, facts };
}

void main();
