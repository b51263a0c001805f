import { defineRule } from '../engine/define';
import { fitsOf, sklearnRandomSearches } from '../libraries/sklearn/searches';
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
  return `RandomizedSearchCV draws ${candidates} candidates × ${splits} ${word}${refits === true ? ' + 1 refit' : ''}${fits === null ? '' : ` = ${fits} fits`}. ${adviceOn(candidates, splits, refits)}${note === '' ? '' : ` ${note}`}`;
}

/** Draws that have one of the best twentieth among them with 95 % probability. */
const enoughDraws = 60;
const enoughSplits = 5;

function adviceOn(candidates: number, splits: number, refits: boolean | null): string {
  const needs = (number: number, each: number): string =>
    refits === null ? '' : `, and need ${number * each + Number(refits)} fits`;
  if (candidates > enoughDraws)
    return `${enoughDraws} draws already have one of the best twentieth among them with 95 % probability${needs(enoughDraws, splits)}.`;
  return splits > enoughSplits
    ? `${enoughSplits} folds compare candidates as well${needs(candidates, enoughSplits)}.`
    : 'HalvingRandomSearchCV drops weak candidates early.';
}

export const oversizedRandomSearch = defineRule({
  id: 'oversized-random-search',
  practice: 12,
  severity: 'information',
  summary: 'A random search of more than 500 fits.',
  details:
    '`RandomizedSearchCV` with `n_iter` × splits above 500. Of a space that is all lists scikit-learn draws each candidate once, so `n_iter` counts up to the size of the space.',
  why: `60 draws have one of the best twentieth of all candidates among them with 95 % probability (1 − 0.95⁶⁰), whatever the size of the space; each doubling after that gains little.`,
  remedy: `Draw fewer candidates, drop weak ones early with \`HalvingRandomSearchCV\`, or let the search learn from its trials (Optuna).`,
  nonCompliant: [
    {
      code: `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, distributions, n_iter=200, cv=5)
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
  const { call, candidates, splits, refits } = search;
  if (candidates === null || splits.count === null || candidates * splits.count <= threshold('fits')) return null;
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
    headline: fits === null ? `${candidates} candidates` : `${fits} fits`,
    estimate: { candidates, splits: splits.count, fits },
  };
});
