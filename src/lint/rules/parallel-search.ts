import { signature } from '../../python/signatures';
import { toInteger } from '../../python/values';
import { defineRule } from '../engine/define';
import { sklearnSearchCalls } from '../libraries/sklearn/searches';

export const parallelSearch = defineRule({
  id: 'parallel-search',
  practice: 15,
  severity: 'hint',
  summary: 'A search that uses all cores: sooner done, not cheaper.',
  details: "`n_jobs=-1` on one of scikit-learn's searches.",
  why: `The same fits are computed, only at the same time; with memory bandwidth and clock speed shared they take more energy together, not less. Don't throw compute at it is practice 15.`,
  remedy: `Use all cores if you wait for the result, and save energy by fewer fits.`,
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
    allCores: 'n_jobs=-1 ends the search sooner on all cores; it takes no less energy. Fewer fits do.',
  },
}).on(sklearnSearchCalls, (call, { module }) => {
  const jobs = module.bind(call, signature('estimator, param_grid')).get('n_jobs');
  return jobs === null || toInteger(jobs.value) !== -1 ? null : { node: call.node, message: 'allCores' };
});
