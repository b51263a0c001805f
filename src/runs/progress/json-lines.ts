import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { EpochBase } from './epoch-base';
import { addMetric, isFigureOfModel } from './metric-text';
import { metricDirection } from '../training/metric-direction';
import { notJson, parseJson } from '../../system/shapes';

const epochNames = ['epoch', 'current_epoch', 'epoch_num'];
const iterationNames = ['step', 'global_step', 'iter', 'iteration', 'num_updates'];
const endNames = ['epochs', 'total_epochs', 'max_epochs', 'num_epochs', 'n_epochs'];
const stepEndNames = ['total_steps', 'max_steps', 'num_steps', 'max_iters', 'total_iters'];

/** A line is parsed only if it contains a counter and also a fraction or an end. */
const counter = /"(?:current_epoch|epoch|epoch_num|global_step|step|iter|iteration|num_updates)":/;
const figure = /: ?"?-?\d*(?:\.\d|\d[eE][-+]\d)|epochs"|loss|acc|error|score/;

/**
 * Logs with one JSON object per line, with or without a prefix, nested or flat: `{"epoch": 3, "train": {"loss":
 * 0.5}}`. Only a line with a known measure of a model, or with the end and the epoch, is progress.
 */
export class JsonLinesReader implements FrameworkReader {
  private readonly base = new EpochBase();

  read(line: string): readonly ProgressUpdate[] | null {
    const start = line.indexOf('{"');
    if (start < 0 || !line.trimEnd().endsWith('}') || !counter.test(line) || !figure.test(line)) return null;
    const figures = new Map<string, string>();
    const value = parseJson(line.slice(start));
    if (value === notJson) return null;
    flatten(value, '', figures, 0);
    const metrics: Record<string, number> = {};
    const counters = new Set([...epochNames, ...iterationNames, ...endNames, ...stepEndNames, 'update']);
    for (const [name, text] of figures)
      if (!counters.has(name) && isFigureOfModel(name)) addMetric(metrics, name, text);
    const of = numberOf(figures, endNames);
    if (of === null && !Object.keys(metrics).some((name) => metricDirection(name) !== null)) return null;
    const epoch = numberOf(figures, epochNames);
    if (epoch !== null) return [this.epochUpdate(epoch, of, numberOf(figures, ['update']), metrics)];
    const step = numberOf(figures, iterationNames);
    return step === null ? null : [{ unit: 'iteration', epoch: step, of: numberOf(figures, stepEndNames), metrics }];
  }

  private epochUpdate(
    epoch: number,
    of: number | null,
    update: number | null,
    metrics: Record<string, number>,
  ): ProgressUpdate {
    // fairseq gives the position within the epoch; others give a fraction.
    if (update !== null && update <= epoch) return { unit: 'epoch', epoch: update, of, metrics };
    if (!Number.isInteger(epoch)) return { unit: 'epoch', epoch, of, metrics };
    const read = this.base.read(epoch, of);
    return { unit: 'epoch', epoch: read.index, of: read.of, metrics };
  }
}

function numberOf(figures: ReadonlyMap<string, string>, names: readonly string[]): number | null {
  for (const name of names) {
    const value = Number(figures.get(name) ?? NaN);
    if (Number.isFinite(value) && value >= 0) return value;
  }
  return null;
}

function flatten(value: unknown, prefix: string, into: Map<string, string>, depth: number): void {
  if (typeof value !== 'object' || value === null || Array.isArray(value) || depth > 3) return;
  for (const [key, each] of Object.entries(value)) {
    if (into.size >= 200 || key.length > 60) return;
    const name = prefix === '' ? key : `${prefix}_${key}`;
    if (typeof each === 'number' || (typeof each === 'string' && each.length <= 40)) into.set(name, String(each));
    else flatten(each, name, into, depth + 1);
  }
}
