import { addMetric } from './metric-text';

/** A line of a tqdm progress bar. */
export interface ProgressBar {
  readonly description: string;
  readonly done: number;
  readonly total: number;
  /** What it counts, from its rate ("it" unless the script sets it); empty if no rate is shown. */
  readonly unit: string;
  /** It counts bytes: a download. */
  readonly bytes: boolean;
  readonly metrics: Readonly<Record<string, number>>;
}

const counts = /^\s*(\d+(?:\.\d+)?)([kMGTP]?)\/(\d+(?:\.\d+)?)([kMGTP]?)i?\s*\[([^\]]*)\]/;
/** UMAP's bar shows no end: "40%| ████       80/200 [00:01]". */
const openCounts = /^[\s█▉▊▋▌▍▎▏#]{0,200}(?<=\s)(\d{1,9})()\/(\d{1,9})()\s\[([^\]]{0,100})\]/;
const factors: Readonly<Record<string, number>> = { '': 1, k: 1e3, M: 1e6, G: 1e9, T: 1e12, P: 1e15 };

/** Reads "train:  40%|████      | 4/10 [00:00<00:01, 8.2it/s, loss=0.52]"; null for any other line. */
export function parseBar(line: string): ProgressBar | null {
  const opened = line.indexOf('%|');
  if (opened < 0) return null;
  const closed = line.indexOf('|', opened + 2);
  const head = line.slice(0, opened).trimEnd();
  const percent = /\d{1,3}$/.exec(head);
  const match = closed < 0 ? openCounts.exec(line.slice(opened + 2)) : counts.exec(line.slice(closed + 1));
  if (percent === null || match === null) return null;
  const [, done = '', doneUnit = '', total = '', totalUnit = '', inside = ''] = match;
  const [, rate = '', ...postfix] = inside.split(', ');
  const metrics: Record<string, number> = {};
  for (const part of postfix) {
    const equals = part.indexOf('=');
    if (equals > 0) addMetric(metrics, part.slice(0, equals).trim(), part.slice(equals + 1).trim());
  }
  return {
    description: head.slice(0, percent.index).trim().replace(/:$/, '').trimEnd(),
    done: Number(done) * (factors[doneUnit] ?? 1),
    total: Number(total) * (factors[totalUnit] ?? 1),
    unit: unitOf(rate),
    bytes: /[kMGT]?i?B\/s|s\/[kMGT]?i?B$/.test(rate),
    metrics,
  };
}

/** "8.2it/s", "?batch/s", "1.02s/epoch", "3.1k examples/s". */
function unitOf(rate: string): string {
  const perSecond = /^\s*(?:\?|[\d.]+[kMGT]?) ?(.{1,30})\/s$/.exec(rate);
  const secondsPer = /^\s*(?:\?|[\d.]+)s\/(.{1,30})$/.exec(rate);
  return (perSecond ?? secondsPer)?.[1]?.trim().toLowerCase() ?? '';
}
