import { entryNamed, type DictValue } from '../../python/values';
import type { LintSettings } from '../engine/settings';
import { readSweep } from '../libraries/wandb';
import { gridSearch } from '../rules/grid-search';
import { assess } from '../rules/grid-search/found';
import { describeSweep } from '../rules/grid-search/without-fixes';
import { unboundedTraining } from '../rules/unbounded-training';
import type { ConfiguredReport } from './configured-report';

/** Judges the configuration of a W&B sweep, which has `method` and `parameters` at its top; null for another one. */
export function judgeSweep(config: DictValue, settings: LintSettings): readonly ConfiguredReport[] | null {
  if (entryNamed(config, 'method') === null || entryNamed(config, 'parameters') === null) return null;
  const sweep = readSweep(config);
  if (sweep.method === null) return null;
  if (sweep.method === 'grid') {
    const { sentences, severity, headline, wayOut, estimate } = assess(describeSweep(sweep), (name) =>
      settings.threshold(gridSearch, name),
    );
    return [
      {
        rule: gridSearch,
        key: 'method',
        severity,
        headline,
        wayOut,
        estimate,
        message: gridSearch.messages.search(sentences),
      },
    ];
  }
  if (sweep.cap !== null || (sweep.method !== 'random' && sweep.method !== 'bayes')) return [];
  return [
    {
      rule: unboundedTraining,
      key: 'method',
      // The command line may limit the number of runs.
      severity: 'information',
      message: unboundedTraining.messages.sweepFile({ method: sweep.method }),
      headline: 'endless',
      wayOut: 'run_cap',
      estimate: null,
    },
  ];
}
