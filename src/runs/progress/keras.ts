import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric } from './metric-text';

const header = /^Epoch (\d{1,6})\/(\d{1,6})$/;
/**
 * Keras 3: "8/8 ━━━━ 1s 64ms/step - accuracy: …"; Keras 2: "8/8 [====] - 1s 3ms/step - loss: …"; verbose=2: "8/8 - 1s
 * - …".
 */
const progress = /^(?: *|step +)(\d{1,9})\/(\d{1,9}|Unknown) (?:\[[=>.]*\]|━+|-) ?/;
/** Messages of its callbacks about an epoch; not progress, although they look like it. */
const callback =
  /^(?:Epoch \d+: (?:[\w/.@-]+ (?:improved|did not improve)|early stopping|ReduceLROnPlateau|LearningRateScheduler|saving model)|Restoring model weights)/;

/** Keras 2 and 3, `fit` with `verbose` 1 or 2. The header shows the epoch, the last of its lines the metrics. */
export class KerasReader implements FrameworkReader {
  private epoch = 0;
  private of: number | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    if (line.startsWith('Epoch ') || line.startsWith('Restoring')) {
      const match = header.exec(line.trimEnd());
      if (match !== null) {
        this.epoch = Number(match[1]);
        this.of = Number(match[2]);
        // Many scripts print such a header; the plain reader handles it.
        return null;
      }
      return callback.test(line) ? [] : null;
    }
    // PaddlePaddle has the same format; its evaluation comes after an epoch.
    if (line.startsWith('Eval begin')) this.of = null;
    const match = progress.exec(line);
    if (match === null || this.of === null) return null;
    const rest = line.slice(match[0].length);
    if (!rest.includes(' - ') && !rest.includes('/step')) return null;
    if (match[1] !== match[2] || rest.includes('ETA:')) return [];
    return [{ unit: 'epoch', epoch: this.epoch, of: this.of, metrics: metricsOf(rest) }];
  }
}

function metricsOf(text: string): Record<string, number> {
  const metrics: Record<string, number> = {};
  for (const part of text.split(' - ')) {
    const colon = part.lastIndexOf(': ');
    if (colon > 0) addMetric(metrics, part.slice(0, colon).trim(), part.slice(colon + 2).trim());
  }
  return metrics;
}
