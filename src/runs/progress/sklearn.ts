import type { FrameworkReader, ProgressUpdate } from './epoch-event';
import { addMetric, findMetrics } from './metric-text';

/**
 * scikit-learn with `verbose`: MLP ("Iteration 3, loss = 0.69"), SGD ("-- Epoch 3"), k-means, gradient boosting of both
 * kinds, and searches ("Fitting 3 folds for each of 9 candidates, totalling 27 fits").
 */
export class SklearnReader implements FrameworkReader {
  private pass = 0;
  private inTable = false;
  private search: { readonly fits: number; done: number } | null = null;

  read(line: string): readonly ProgressUpdate[] | null {
    const first = line.charAt(0);
    if (first === ' ') return this.readTable(line);
    if (first === '[') return this.readBracket(line);
    if (!'-FINV'.includes(first)) return null;
    return this.readPass(line) ?? this.readSearch(line);
  }

  private readPass(line: string): readonly ProgressUpdate[] | null {
    const loss = /^Iteration (\d{1,7}), (loss|inertia) (?:= )?([\d.e+-]{1,40})$/.exec(line.trimEnd());
    if (loss !== null) {
      const number = Number(loss[1]);
      const metrics: Record<string, number> = {};
      addMetric(metrics, loss[2] ?? '', (loss[3] ?? '').replace(/\.$/, ''));
      if (loss[2] === 'inertia') return [{ unit: 'iteration', epoch: number + 1, of: null, metrics }];
      this.pass = number;
      return [{ unit: 'epoch', epoch: number, of: null, metrics }];
    }
    const score = /^Validation score: ([\d.e+-]{1,40})$/.exec(line.trimEnd());
    if (score !== null && this.pass > 0) {
      const metrics: Record<string, number> = {};
      addMetric(metrics, 'validation_score', score[1] ?? '');
      return [{ unit: 'epoch', epoch: this.pass, of: null, metrics }];
    }
    const epoch = /^-- Epoch (\d{1,7})$/.exec(line.trimEnd());
    if (epoch !== null) {
      this.pass = Number(epoch[1]);
      return [{ unit: 'epoch', epoch: this.pass - 1, of: null, metrics: {} }];
    }
    const figures = /^Norm: .*, Avg\. loss: ([\d.e+-]{1,40})/.exec(line);
    if (figures === null || this.pass === 0) return null;
    const metrics: Record<string, number> = {};
    addMetric(metrics, 'loss', figures[1] ?? '');
    return [{ unit: 'epoch', epoch: this.pass, of: null, metrics }];
  }

  /** GradientBoosting: a header, then a row for some rounds. */
  private readTable(line: string): readonly ProgressUpdate[] | null {
    if (/^\s+Iter\s+Train Loss\s.*Remaining Time\s*$/.test(line)) {
      this.inTable = true;
      return [];
    }
    const row = this.inTable ? /^\s+(\d{1,7})\s+([-+\d.e]{1,40})\s.*[\d.]+[sm]\s*$/.exec(line) : null;
    if (row === null) return null;
    const metrics: Record<string, number> = {};
    addMetric(metrics, 'train_loss', row[2] ?? '');
    return [{ unit: 'round', epoch: Number(row[1]), of: null, metrics }];
  }

  private readBracket(line: string): readonly ProgressUpdate[] | null {
    const boosted = /^\[(\d{1,7})\/(\d{1,7})\] \d+ trees?, \d+ leaves/.exec(line);
    if (boosted !== null) {
      return [
        {
          unit: 'round',
          epoch: Number(boosted[1]),
          of: Number(boosted[2]),
          metrics: findMetrics(line.slice(boosted[0].length)),
        },
      ];
    }
    const { search } = this;
    if (search === null) return null;
    const fit = /^\[CV(?: \d+\/\d+)?(?:; \d+\/\d+)?\] END /.exec(line);
    if (fit !== null) {
      search.done += 1;
      const metrics: Record<string, number> = {};
      addMetric(metrics, 'score', /\bscore=(?:\(train=[^,]*, test=)?([-\d.e+]+)/.exec(line)?.[1] ?? '');
      return [{ unit: 'trial', epoch: Math.min(search.done, search.fits), of: search.fits, metrics }];
    }
    const parallel = /^\[Parallel\(n_jobs=-?\d+\)\]: Done +(\d{1,7}) out of +(\d{1,7}) /.exec(line);
    if (parallel === null || Number(parallel[2]) !== search.fits || search.done > 0) return null;
    return [{ unit: 'trial', epoch: Number(parallel[1]), of: search.fits, metrics: {} }];
  }

  private readSearch(line: string): readonly ProgressUpdate[] | null {
    const match = /^Fitting \d{1,6} folds for each of \d{1,9} candidates?, totalling (\d{1,9}) fits/.exec(line);
    if (match === null) return null;
    this.search = { fits: Number(match[1]), done: 0 };
    return [{ unit: 'trial', epoch: 0, of: this.search.fits, metrics: {} }];
  }
}
