import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { findMetrics } from './metric-text';

const line = /\b(Epoch|Iter)\((train|val|test)\)\s{0,4}(?:\[\s{0,8}(\d{1,7})\])?\[\s{0,8}(\d{1,9})\/(\d{1,9})\]/;

/** MMEngine (OpenMMLab): "Epoch(train)  [1][ 50/500]  lr: … loss: 0.3", "Epoch(val) [1][50/50]  coco/bbox_mAP: 0.4", "Iter(train) [ 50/40000]". */
export class MMEngineReader implements FrameworkReader {
  private iteration: { readonly done: number; readonly of: number } | null = null;

  read(text: string): readonly ProgressUpdate[] | null {
    const match =
      text.includes('(train)') || text.includes('(val)') || text.includes('(test)') ? line.exec(text) : null;
    if (match === null) return null;
    const [whole, kind, phase, epochText, doneText, ofText] = match;
    const [done, of] = [Number(doneText), Number(ofText)];
    const metrics = findMetrics(text.slice(match.index + whole.length));
    if (kind === 'Iter') {
      if (phase === 'train') {
        this.iteration = { done, of };
        return [{ unit: 'iteration', epoch: done, of, metrics }];
      }
      const { iteration } = this;
      return iteration === null || done < of
        ? []
        : [{ unit: 'iteration', epoch: iteration.done, of: iteration.of, metrics }];
    }
    const epoch = Number(epochText);
    if (phase === 'train')
      return [{ unit: 'epoch', epoch: done < of ? epoch - 1 : epoch, of: null, metrics: done < of ? {} : metrics }];
    return done < of || Object.keys(metrics).length === 0 ? [] : [{ unit: 'epoch', epoch, of: null, metrics }];
  }
}
