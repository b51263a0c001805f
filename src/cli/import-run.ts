import { createHash } from 'node:crypto';
import { isDeepStrictEqual } from 'node:util';
import { version } from '../../package.json';
import { ClusterMeter } from '../power/prometheus/cluster-power';
import type { ClusterEnergy } from '../power/prometheus/cluster-energy';
import { clusterAtStart, settledRun } from '../runs/cluster/cluster';
import { stragglersInWords } from '../runs/cluster/cluster-words';
import { buildRecord } from '../runs/measuring/build-record';
import { summaryLine } from '../runs/describe';
import { newRunId, startOfRun, type RunHeader } from '../runs/header';
import type { Journal } from '../runs/journal/journal';
import { applyLine, formatLine } from '../runs/journal/journal-lines';
import type { JournalLine } from '../runs/journal/journal-shapes';
import { recordedSource } from '../runs/record-sources';
import type { RecordedCluster, RunRecord } from '../runs/record';
import { errorCode } from '../system/files';
import { inLine } from '../present/plain-text';
import { askedOfCluster } from './cluster';
import { clusterSources, type ClusterCommandOptions } from './cluster-options';
import { CommandError, type Io } from './io';
import { resolvePlace, type PlaceOptions } from './place';
import { sharedSettings } from './settings';
import { requireJournal } from './run-records';

/** The options of `green-ml runs import`. */
export interface ImportOptions extends ClusterCommandOptions, PlaceOptions {
  readonly from?: number;
  readonly to?: number;
  readonly name?: string;
  readonly json?: boolean;
}

/**
 * Records a run that is over.
 *
 * @throws CommandError if the options are wrong, the server cannot be asked, or nothing fits
 */
export async function importRun(io: Io, options: ImportOptions): Promise<void> {
  const { from, to } = options;
  if (clusterSources(options).length === 0)
    throw new CommandError('say where the energy comes from, such as --cluster dcgm --select \'pod=~"bert-.*"\'.');
  if (from === undefined || to === undefined) throw new CommandError('give the time of the run with --from and --to.');
  if (to <= from) throw new CommandError('--to is not after --from; give the times when the run began and ended.');
  if (to > io.clock.wallMilliseconds())
    throw new CommandError('--to is in the future; import a run when it is over, or measure it with "green-ml run".');
  const settings = await sharedSettings(io);
  const place = await resolvePlace(options, settings);
  const asked = await askedOfCluster(io, options);
  const journal = requireJournal(io);
  const cluster = clusterAtStart(asked.sources);
  await requireNew(journal, from, to, cluster);
  const onWait = (sentence: string): void => void io.stderr.write(`green-ml: ${sentence}\n`);
  const meter = await ClusterMeter.open({ ...asked, onWait }, { from, to });
  if ('kind' in meter) throw new CommandError(meter.sentence);
  const result = await meter.settle(from, to, true);
  if (result.kind === 'problem') throw new CommandError(result.sentence);
  requireEnergy(result.energy);
  const power = meter.power();
  const first = asked.sources[0];
  const header: RunHeader = {
    id: idOfImport(from, to, cluster),
    name: options.name ?? first?.select ?? first?.query ?? 'cluster',
    kind: 'command',
    command: null,
    folder: io.cwd,
    startedAt: from,
    scope: meter.setup.of === 'devices' ? 'machine' : 'run',
    intensity: place.intensity,
    pue: place.pue,
    pueLimits: { low: place.pueLimits.low, high: place.pueLimits.high },
    pueFrom: place.pueFrom ?? null,
    sources: power.sources.map(recordedSource),
    missing: power.missing,
    notes: [...place.notes, ...power.notes, 'Imported from Prometheus after the run had ended.'],
    recorder: { pid: process.pid, version },
    cluster,
  };
  const { energy, update } = settledRun(header, result, to);
  const lines: JournalLine[] = [
    { type: 'start', version: 1, ...header },
    ...(await meter.history(from, to)).map((interval): JournalLine => ({ type: 'sample', ...interval })),
    ...(energy === null ? [] : [{ type: 'settled', ...energy } as const]),
    { type: 'update', ...update },
  ];
  const end = { type: 'end', at: to, exitCode: null, meterCpuSeconds: asked.ownCpuSeconds() } as const;
  await write(journal, header.id, [...lines, end].map(formatLine).join(''));
  const state = [...lines, end].reduce(applyLine, null);
  if (state === null) throw new Error('a run needs a start');
  const record = buildRecord(state, 'completed');
  const stragglers = stragglersInWords(record);
  const same = await recordedMeanwhile(journal, record);
  const said = [
    summaryLine(record),
    `Recorded as ${record.id}.`,
    ...(stragglers === null ? [] : [stragglers]),
    ...(same.length === 0
      ? []
      : [
          `${same.join(' and ')} ${same.length === 1 ? 'overlaps with it and selects the same; reports count the time of both once' : 'overlap with it and select the same; reports count the common time once'}.`,
        ]),
  ];
  io.stdout.write(
    options.json === true ? `${JSON.stringify(record, null, 2)}\n` : said.map((line) => `${inLine(line)}\n`).join(''),
  );
}

/** @throws CommandError if nothing is known: a record of it would be of no use */
function requireEnergy({ run, machine, missing }: ClusterEnergy): void {
  if (run.total !== null || machine.total !== null) return;
  const reasons = [...new Set(missing.map(({ reason }) => reason))].join('; ');
  throw new CommandError(
    `the energy in that time is not known (${reasons}), so nothing is recorded; check what Prometheus has of it.`,
  );
}

/** @throws CommandError if the same run was imported before: sums would count it twice */
async function requireNew(journal: Journal, from: number, to: number, cluster: RecordedCluster): Promise<void> {
  const stamp = newRunId(from).split('-', 1)[0] ?? '';
  for (const id of (await journal.ids()).filter((each) => each.startsWith(`${stamp}-`))) {
    const record = (await journal.read(id).catch(() => null))?.record;
    const isSame =
      record !== undefined &&
      Date.parse(record.startedAt) === from &&
      Date.parse(record.endedAt) === to &&
      isDeepStrictEqual(record.cluster?.sources, cluster.sources);
    if (isSame) throw recordedAlready(id);
  }
}

/** The ids of other runs that select the same and have time in common with this one. */
async function recordedMeanwhile(
  journal: Journal,
  { id, startedAt, endedAt, cluster }: RunRecord,
): Promise<readonly string[]> {
  const ids: string[] = [];
  await journal.visitListed((run) => {
    // The index knows the start by the id, to the second.
    const begin = startOfRun(run.id)?.getTime() ?? NaN;
    const isMeanwhile =
      begin < Date.parse(endedAt) && begin + 1000 + run.durationSeconds * 1000 > Date.parse(startedAt);
    if (run.id !== id && isMeanwhile) ids.push(run.id);
  });
  const found: string[] = [];
  for (const each of ids) {
    const record = (await journal.read(each).catch(() => null))?.record;
    if (record !== undefined && isDeepStrictEqual(record.cluster?.sources, cluster?.sources)) found.push(each);
  }
  return found;
}

function recordedAlready(id: string): CommandError {
  return new CommandError(`this run is recorded already as ${id}; delete it first with "green-ml runs delete ${id}".`);
}

/** The same whenever the same run is imported, so that two imports at the same time cannot both record it. */
function idOfImport(from: number, to: number, { sources }: RecordedCluster): string {
  const stamp = newRunId(from).split('-', 1)[0] ?? '';
  const hash = createHash('sha256').update(JSON.stringify(['import', from, to, sources]));
  return `${stamp}-${hash.digest('hex').slice(0, 6)}`;
}

/** @throws CommandError if there is such a run, or if it cannot be written; then nothing is left of it */
async function write(journal: Journal, id: string, text: string): Promise<void> {
  let isOurs = false;
  try {
    // Only one can make the file; its text then comes as a whole.
    await (await journal.begin(id)).close();
    isOurs = true;
    await journal.put(id, text);
  } catch (error) {
    if (isOurs) await journal.delete(id).catch(() => undefined);
    const code = errorCode(error);
    if (!isOurs && code === 'EEXIST') throw recordedAlready(id);
    throw new CommandError(
      `the record cannot be written to ${journal.folder} (${code ?? String(error)}); make the folder writable or set XDG_STATE_HOME.`,
    );
  }
}
