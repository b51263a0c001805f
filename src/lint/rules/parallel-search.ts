import { signature } from '../../python/signatures';
import { toInteger } from '../../python/values';
import { defineRule } from '../engine/define';
import { sklearnSearchCalls } from '../libraries/sklearn/searches';

export const parallelSearch = defineRule({
  id: 'parallel-search',
  practice: 15,
  severity: 'hint',
  // Of 46 findings in code that it was not tuned on (rounds 8 and 9), none was judged worth acting on.
  enabled: false,
  summary: 'A search on all cores, which is faster but saves no energy.',
  details: "`n_jobs=-1` on one of scikit-learn's searches.",
  why: 'All cores compute the same fits, only at the same time. Because they share memory bandwidth and clock speed, the fits take more energy together, not less. Practice 15 warns against throwing compute at a problem.',
  remedy: 'Use all cores if you are waiting for the result. To save energy, compute fewer fits.',
  nonCompliant: [
    {
      code: `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_jobs=-1)
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_jobs=2)
`,
  ],
  evidence: {
    item: 'parallel-measured',
    contradicts: false,
    one: 'search on all cores',
    several: 'searches on all cores',
  },
  messages: {
    allCores: 'n_jobs=-1 finishes the search sooner, but saves no energy. Fewer fits do.',
  },
}).on(sklearnSearchCalls, (call, { module }) => {
  const jobs = module.bind(call, signature('estimator, param_grid')).get('n_jobs');
  return jobs === null || toInteger(jobs.value) !== -1 ? null : { node: call.node, message: 'allCores' };
});
