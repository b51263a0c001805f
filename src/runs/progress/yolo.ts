import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

/**
 * " 1/100 2.17G 1.293 … 640: 100%|████| 50/50 [00:05<00:00, 9.1it/s]", since 2025 "640: 100% ━━━━ 50/50 9.1it/s 5.5s".
 */
const row = /^\s*(\d{1,6})\/(\d{1,6})\s+(\d[\d.]*[KMG]?B?(?:\s+[-+\w.]+){1,20}):?\s+(\d{1,3})%[|\s]/;

/**
 * Ultralytics YOLO and YOLOv5: a header with names, then one row per epoch, which ends in a bar of its batches. The
 * table of the validation has its names in its bar and its figures in the row "all".
 */
export class YoloReader implements FrameworkReader {
  /** YOLOv5 counts from 0 and shows the last number as the end. */
  private fromZero = false;
  private names: readonly string[] | null = null;
  private validation: readonly string[] | null = null;
  private done: { readonly epoch: number; readonly of: number | null } | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    if (/^\s*Epoch\s+GPU_mem\s/i.test(line)) {
      this.names = line.trim().split(/\s+/).slice(2);
      return [];
    }
    if (this.names === null) return null;
    // The validation after that uses the best weights.
    if (/^\s*\d{1,6} epochs completed in /.test(line)) this.done = null;
    const match = row.exec(line);
    if (match !== null) return this.readRow(match, this.names);
    if (/^\s*(?:Class\s+Images|classes)\s/.test(line)) {
      this.validation = line
        .replace(/:\s+\d{1,3}%.*$/, '')
        .replace(/Box\(|Mask\(|Pose\(|\)/g, ' ')
        .trim()
        .split(/\s+/);
      return [];
    }
    return /^\s*all\s+[\d.]/.test(line) ? this.readValidation(line) : null;
  }

  private readRow(match: RegExpExecArray, names: readonly string[]): readonly ProgressUpdate[] {
    if (Number(match[1]) === 0) this.fromZero = true;
    const first = this.fromZero ? 0 : 1;
    const [index, of] = [Number(match[1]) + 1 - first, Number(match[2]) + 1 - first];
    if (match[4] !== '100') return [{ unit: 'epoch', epoch: index - 1, of, metrics: {} }];
    const metrics: Record<string, number> = {};
    // The first figure is the memory.
    for (const [place, text] of (match[3] ?? '').trim().split(/\s+/).slice(1).entries()) {
      const name = names[place];
      if (name !== undefined && /loss/i.test(name)) addMetric(metrics, name, text);
    }
    this.done = { epoch: index, of };
    return [{ unit: 'epoch', epoch: index, of, metrics }];
  }

  private readValidation(line: string): readonly ProgressUpdate[] {
    const { done, validation } = this;
    if (done === null || validation === null) return [];
    const figures = line.trim().split(/\s+/);
    const metrics: Record<string, number> = {};
    // Names and figures end together; "Class Images Instances" has counts.
    const last = validation.length - figures.length;
    for (const [place, text] of figures.entries()) {
      const name: string = validation[place + last] ?? '';
      const clear: string = { P: 'precision', R: 'recall' }[name] ?? name;
      if (/^(?:precision|recall|mAP|top\d)/i.test(clear) && metrics[clear] === undefined)
        addMetric(metrics, clear, text);
    }
    return [{ unit: 'epoch', ...done, metrics }];
  }
}
