import { counted, grouped } from '../../present/words';
import { defineRule } from '../engine/define';
import { comparesSearches } from '../libraries/search-comparisons';
import { fitsOf, sklearnRandomSearches } from '../libraries/sklearn/searches';
import { isFitted } from '../libraries/sklearn/fitted';
import { repetitionNote } from '../engine/notes';

interface SearchFigures {
  readonly candidates: number;
  readonly splits: number;
  readonly word: string;
  readonly refits: boolean | null;
  readonly fits: number | null;
  readonly note: string;
}

function sentence({ candidates, splits, word, refits, fits, note }: SearchFigures): string {
  return `RandomizedSearchCV draws ${counted(candidates, 'candidate')} × ${grouped(splits)} ${word}${refits === true ? ' + 1 refit' : ''}${fits === null ? '' : ` = ${counted(fits, 'fit')}`}. ${adviceOn(candidates, splits, refits)}${note === '' ? '' : ` ${note}`}`;
}

/** So many draws include one of the best 5 % with 95 % probability. */
const enoughDraws = 60;
const enoughSplits = 5;

function adviceOn(candidates: number, splits: number, refits: boolean | null): string {
  const needs = (number: number, each: number): string =>
    refits === null ? '' : `, and need ${counted(number * each + Number(refits), 'fit')}`;
  if (candidates > enoughDraws)
    return `${enoughDraws} draws already include one of the best 5 % of candidates with 95 % probability${needs(enoughDraws, splits)}.`;
  return splits > enoughSplits
    ? `${enoughSplits} folds compare candidates just as well${needs(candidates, enoughSplits)}.`
    : 'HalvingRandomSearchCV drops weak candidates early.';
}

/** What `adviceOn` says, in the unit of the headline. */
function wayOut(candidates: number, splits: number, refits: boolean | null): string {
  const needs = (number: number, each: number): string =>
    refits === null ? '' : `${grouped(number * each + Number(refits))} with `;
  if (candidates > enoughDraws) return `${needs(enoughDraws, splits)}${enoughDraws} draws`;
  return splits > enoughSplits ? `${needs(candidates, enoughSplits)}${enoughSplits} folds` : 'HalvingRandomSearchCV';
}

export const oversizedRandomSearch = defineRule({
  id: 'oversized-random-search',
  practice: 12,
  severity: 'information',
  summary: 'A random search of more than 500 fits.',
  details:
    '`RandomizedSearchCV` with `n_iter` × splits above 500. If the space consists of lists only, scikit-learn draws each candidate once, so `n_iter` counts up to the size of the space. A search that nothing in the file fits is not reported. Files that compare searches with each other are not reported.',
  why: 'With 95 % probability, 60 draws include one of the best 5 % of all candidates (1 − 0.95⁶⁰), whatever the size of the space. Every further doubling gains little.',
  remedy:
    'Draw fewer candidates, drop weak ones early with `HalvingRandomSearchCV`, or use a search that learns from its trials (Optuna).',
  nonCompliant: [
    {
      code: `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_iter=200, cv=5)
search.fit(X, y)
`,
      severity: 'information',
      estimate: { candidates: 200, splits: 5, fits: 1001 },
    },
  ],
  compliant: [
    `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_iter=60)
`,
  ],
  evidence: {
    item: 'search-bounded',
    contradicts: false,
    one: 'very large random search',
    several: 'very large random searches',
  },
  thresholds: { fits: { default: 500, unit: 'fits', meaning: 'more fits are reported' } },
  messages: { draws: sentence },
}).on(sklearnRandomSearches, (search, { module, threshold }) => {
  if (comparesSearches(module)) return null;
  const { call, candidates, splits, refits } = search;
  if (candidates === null || splits.count === null || candidates * splits.count <= threshold('fits')) return null;
  if (isFitted(module, call.node) === 'never') return null;
  const fits = fitsOf(search);
  return {
    node: call.node,
    message: 'draws',
    data: {
      candidates,
      splits: splits.count,
      word: splits.word,
      refits,
      fits,
      note: repetitionNote(module, call.node),
    },
    headline: fits === null ? counted(candidates, 'candidate') : counted(fits, 'fit'),
    wayOut: wayOut(candidates, splits.count, refits),
    estimate: { candidates, splits: splits.count, fits },
  };
});
