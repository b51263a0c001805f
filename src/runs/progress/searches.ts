import type { FrameworkReader, OwnBest, ProgressUpdate } from './epoch-event';
import { parseBar } from './bar';
import { addMetric, parseNumber } from './metric-text';

/** What bars of searches count (hyperopt, TPOT). */
const barUnits = /^(?:trials?|pipelines?|candidates?|evals?|evaluations?|configs?)$/;

/**
 * Searches for hyperparameters that print their trials: Keras Tuner, Ray Tune, scikit-optimize, Ax, FLAML, and bars
 * that count trials. Optuna and scikit-learn have their own readers.
 */
export class SearchesReader implements FrameworkReader {
  private done = 0;
  private of: number | null = null;
  private best: OwnBest | null = null;
  /** Keras Tuner and scikit-optimize print the figures of a trial on the lines after it. */
  private open: 'keras-tuner' | 'skopt' | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    if (line.includes('%|')) return this.readBar(line);
    if (line.includes('rial')) return this.readKerasTuner(line) ?? this.readRay(line) ?? this.readAx(line);
    if (line.startsWith('Iteration No: ')) return this.readSkopt(line);
    if (line.includes(', current learner ') || line.includes('best estimator ')) return this.readFlaml(line);
    return this.open === null ? null : this.readFigure(line);
  }

  private readBar(line: string): readonly ProgressUpdate[] | null {
    const bar = parseBar(line);
    if (bar === null || bar.total <= 0 || !barUnits.test(bar.unit)) return null;
    const match = /, best loss: ([-+\d.e]{1,40})\]/.exec(line);
    const value = parseNumber(match?.[1] ?? '');
    if (bar.done < this.done) this.restart();
    if (value !== null) this.improve('loss', value, bar.done);
    return bar.done === this.done && this.done > 0 ? [] : this.trial(bar.done, bar.total);
  }

  private readKerasTuner(line: string): readonly ProgressUpdate[] | null {
    if (line.startsWith('Search: Running Trial #1') && /#1\s*$/.test(line)) {
      this.restart();
      return [{ unit: 'trial', epoch: 0, of: null, metrics: {} }];
    }
    const complete = /^Trial (\d{1,6}) Complete \[/.exec(line);
    if (complete === null) return null;
    this.open = 'keras-tuner';
    return this.trial(Number(complete[1]), null);
  }

  private readRay(line: string): readonly ProgressUpdate[] | null {
    const total = /^│ Number of trials\s{1,60}(\d{1,7})\s{1,60}│$/.exec(line.trimEnd());
    if (total !== null) {
      this.restart();
      this.of = Number(total[1]);
      return [];
    }
    const status = /^(?:Number of trials: \d{1,7}(?:\/(\d{1,7}))? \(|Trial status: )(.{1,200})/.exec(line);
    if (status === null) return null;
    let done = 0;
    for (const [, count, state] of (status[2] ?? '').matchAll(/(\d{1,7}) (TERMINATED|ERROR)/g))
      if (state !== undefined) done += Number(count);
    if (done < this.done) this.restart();
    return this.trial(done, status[1] === undefined ? this.of : Number(status[1]));
  }

  private readAx(line: string): readonly ProgressUpdate[] | null {
    const match = /\bCompleted trial (\d{1,7}) with data\b/.exec(line);
    if (match === null) return null;
    return this.trial(Number(match[1]) + 1, null);
  }

  private readSkopt(line: string): readonly ProgressUpdate[] | null {
    const match = /^Iteration No: (\d{1,7}) (started|ended)\./.exec(line);
    if (match === null) return null;
    if (match[2] === 'started') {
      if (match[1] === '1') this.restart();
      return [];
    }
    this.open = 'skopt';
    return this.trial(Number(match[1]), null);
  }

  private readFlaml(line: string): readonly ProgressUpdate[] | null {
    const begun = /\bINFO - iteration (\d{1,7}), current learner \w/.exec(line);
    if (begun !== null) {
      if (begun[1] === '0') this.restart();
      return this.trial(Number(begun[1]), null);
    }
    const best = parseNumber(/\bbest estimator [\w-]{1,40}'s best error=([\d.e+-]{1,40})\s*$/.exec(line)?.[1] ?? '');
    if (best === null) return null;
    this.improve('error', best, this.done + 1);
    return [];
  }

  /**
   * "val_accuracy: 0.55" and "Best val_accuracy So Far: 0.55"; "Function value obtained: 0.2" and "Current minimum:
   * 0.1".
   */
  private readFigure(line: string): readonly ProgressUpdate[] | null {
    const text = line.trimEnd();
    const best = /^(?:Best ([\w/ -]{1,60}) So Far|(Current minimum)): ([-+\d.e]{1,40})$/.exec(text);
    const value = parseNumber(best?.[3] ?? '');
    if (best !== null && value !== null) {
      this.open = null;
      this.improve(best[1] ?? 'value', value, this.done);
      return this.trial(this.done, null);
    }
    const own = /^(Function value obtained|[\w/]{1,60}): ([-+\d.e]{1,40})$/.exec(text);
    if (own === null) return null;
    const metrics: Record<string, number> = {};
    addMetric(metrics, this.open === 'skopt' ? 'value' : (own[1] ?? ''), own[2] ?? '');
    return [{ unit: 'trial', epoch: this.done, of: this.of, metrics }];
  }

  private improve(metric: string, value: number, epoch: number): void {
    if (this.best?.metric !== metric || this.best.value !== value) this.best = { metric, value, epoch };
  }

  private trial(done: number, of: number | null): readonly ProgressUpdate[] {
    this.done = done;
    if (of !== null) this.of = of;
    return [
      { unit: 'trial', epoch: done, of: this.of, metrics: {}, ...(this.best === null ? {} : { best: this.best }) },
    ];
  }

  private restart(): void {
    this.done = 0;
    this.of = null;
    this.best = null;
    this.open = null;
  }
}
