import { headlineInWords, howItEnded, shownEnergy } from '../../runs/describe';
import type { RunKind, RunRecord } from '../../runs/record';
import { inLine } from '../../present/plain-text';
import { formatDuration, signedPercent } from '../../present/words';

const kindNames: Readonly<Record<RunKind, string>> = {
  debug: 'debug session',
  launch: 'run without debugging',
  task: 'task',
  terminal: 'command in a terminal',
  notebook: 'notebook cells',
  command: 'green-ml run',
  manual: 'measured process',
  job: 'job of a cluster',
};

/** How a run was started: "debug session". */
export const kindName = ({ kind }: Pick<RunRecord, 'kind'>): string => kindNames[kind];

/** What a row says besides what is in the record. */
interface RowFacts {
  /** The arguments that tell it apart from the others. */
  readonly given: string;
  /** Its energy against the last comparable run; null if the two cannot be told apart. */
  readonly changePercent: number | null;
  readonly when: string;
}

/** A row of the history after its name, "~3.2 Wh (−12 %) · --lr 0.1 · 2 min · 14:05", and the whole row for screen readers. */
export function rowTexts(
  record: RunRecord,
  { given, changePercent, when }: RowFacts,
): { readonly description: string; readonly label: string } {
  // The live view shows the figures of a run in progress; here they would be out of date at once.
  const running = record.status === 'running';
  const state = running ? record.status : (howItEnded(record)?.text ?? '');
  const duration = running ? '' : formatDuration(record.durationSeconds);
  const change = changePercent === null ? '' : signedPercent(changePercent);
  const energy = running ? '' : `${shownEnergy(record).value}${change === '' ? '' : ` (${change})`}`;
  const compared = change === '' ? '' : `${change} against the run before`;
  const spoken = running ? record.name : headlineInWords(record);
  const joined = (parts: readonly string[], separator: string): string =>
    inLine(parts.filter((part) => part !== '').join(separator));
  return {
    description: joined([energy, given, duration, when, state], ' · '),
    label: joined([spoken, compared, kindName(record), given, duration, when, state], ', '),
  };
}
