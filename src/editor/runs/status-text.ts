import { howItEnded, shownEmissions, shownEnergy, shownPower } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { signedPercent } from '../../present/words';
import { labelText } from '../../present/plain-text';
import type { StatusPart } from '../contributions/surfaces';
import { english, type Translate } from '../../present/l10n';

/** A run in progress, as the status bar shows it. */
interface LiveStatus {
  readonly record: RunRecord;
  /** Mean power of the last seconds; null when unknown. */
  readonly watts: number | null;
  /** "epoch 7/20"; null if its output shows no progress. */
  readonly progress: string | null;
  /** Short texts after the figures, such as "82 % of budget". */
  readonly marks: readonly string[];
  /** How many other runs are in progress. */
  readonly others: number;
}

/** A run that has ended, as the status bar shows it. */
interface EndedStatus {
  readonly record: RunRecord;
  /** Its energy against the last comparable run, in percent; null if the two cannot be told apart. */
  readonly changePercent: number | null;
}

const figureSpace = '\u2007';

/** So many texts of a part are remembered for their width; one comes each second. */
const remembered = 10;

/** Keeps each part of a text as wide as it was lately, so that nothing jumps while numbers change. */
export class SteadyWidths {
  private readonly widths = new Map<string, readonly number[]>();
  private of: string | null = null;

  /** @param of the run; another one starts anew */
  pad(of: string, parts: readonly (readonly [key: string, text: string])[]): readonly string[] {
    if (of !== this.of) this.widths.clear();
    this.of = of;
    return parts.map(([key, text]) => {
      const widths = [text.length, ...(this.widths.get(key) ?? [])].slice(0, remembered);
      this.widths.set(key, widths);
      return text.padStart(Math.max(...widths), figureSpace);
    });
  }
}

/** "⚡ 41 W · 3.2 Wh · epoch 7/20" with the chosen parts. */
export function liveText(
  { record, watts, progress, marks, others }: LiveStatus,
  parts: readonly StatusPart[],
  widths: SteadyWidths,
  t: Translate = english,
): string {
  const texts: Readonly<Record<StatusPart, string | null>> = {
    power: shownPower(record, watts),
    energy: shownEnergy(record).value,
    emissions: record.emissionsGrams === null ? null : shownEmissions(record).value,
    progress,
  };
  const chosen = parts.flatMap((part): (readonly [string, string])[] =>
    texts[part] === null ? [] : [[part, texts[part]]],
  );
  const whose = whoseText(record, t);
  const all = [
    ...widths.pad(record.id, chosen),
    ...marks,
    ...(whose === null ? [] : [whose]),
    ...(others > 0 ? [`+${others}`] : []),
  ];
  return `$(zap) ${labelText(all.join(' · '))}`;
}

/** "✓ train.py 3.2 Wh (−12 %)": a result, which does not look live. */
export function endedText({ record, changePercent }: EndedStatus, t: Translate = english): string {
  const ended = howItEnded(record, t);
  const icon = ended === null ? 'check' : ended.isFailure ? 'error' : 'debug-stop';
  const change = changePercent === null ? '' : ` (${signedPercent(changePercent)})`;
  const how = ended === null ? '' : ` · ${ended.text}`;
  const whose = whoseText(record, t);
  const ofWhom = whose === null ? '' : ` · ${whose}`;
  return `$(${icon}) ${labelText(`${record.name} ${shownEnergy(record).value}${change}${how}${ofWhom}`)}`;
}

/** Whose energy it is, if not the run's own share of this machine. */
function whoseText({ scope, cluster, status, sources }: RunRecord, t: Translate): string | null {
  if (cluster !== undefined)
    return status === 'running' && sources.length === 0 ? t('cluster, no answer yet') : t('cluster');
  return scope === 'machine' ? t('machine') : null;
}
