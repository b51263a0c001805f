import { headlineInWords, howItEnded, shownEnergy } from '../../runs/describe';
import type { RunKind, RunRecord } from '../../runs/record';
import type { ArgumentsApart } from '../../runs/command/run-label';
import { inLine } from '../../present/plain-text';
import { formatDuration, signedPercent } from '../../present/words';
import { english, localisable, type Translate } from '../../present/l10n';

const kindNames: Readonly<Record<RunKind, string>> = localisable({
  debug: 'debug session',
  launch: 'run without debugging',
  task: 'task',
  terminal: 'command in a terminal',
  notebook: 'notebook cells',
  command: 'green-ml run',
  manual: 'measured process',
  job: 'job of a cluster',
});

/** How a run was started: "debug session". */
export const kindName = ({ kind }: Pick<RunRecord, 'kind'>, t: Translate = english): string => t(kindNames[kind]);

/** What a row says besides what is in the record. */
interface RowFacts {
  readonly given: ArgumentsApart;
  /** Its energy against the last comparable run; null if the two cannot be told apart. */
  readonly changePercent: number | null;
  readonly when: string;
}

/**
 * A row of the history after its name, "--lr 0.1 · ~3.2 Wh (−12 %) · 14:05 · 2 min", and the whole row for screen readers.
 * A narrow view cuts its end: what tells runs apart stands first.
 */
export function rowTexts(
  record: RunRecord,
  { given, changePercent, when }: RowFacts,
  t: Translate = english,
): { readonly description: string; readonly label: string } {
  // The live view shows the figures of a run in progress; here they would be out of date at once.
  const running = record.status === 'running';
  const state = running ? t('running') : (howItEnded(record, t)?.text ?? '');
  const duration = running ? '' : formatDuration(record.durationSeconds);
  const change = changePercent === null ? '' : signedPercent(changePercent);
  const energy = running ? '' : `${shownEnergy(record).value}${change === '' ? '' : ` (${change})`}`;
  const compared = change === '' ? '' : t('{0} against the run before', change);
  const spoken = running ? record.name : headlineInWords(record, record.averageWatts, t);
  const joined = (parts: readonly string[], separator: string): string =>
    inLine(parts.filter((part) => part !== '').join(separator));
  return {
    description: joined(
      given.tells ? [given.given, energy, when, duration, state] : [energy, when, duration, given.given, state],
      ' · ',
    ),
    label: joined([spoken, compared, kindName(record, t), given.given, duration, when, state], ', '),
  };
}
