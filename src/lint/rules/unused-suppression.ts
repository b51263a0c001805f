import { defineRule } from '../engine/define';
import { unusedSuppressionId } from '../engine/special-ids';

/** Reported by the linter itself, because only the linter knows what each comment has silenced. */
export const unusedSuppression = defineRule({
  id: unusedSuppressionId,
  practice: null,
  severity: 'hint',
  summary: 'A `# green-ml: ignore[…]` comment that silences nothing.',
  details: 'Comments whose rule has no finding at that place, and comments that name no rule or an unknown one.',
  why: 'A comment that outlives its finding hides the next one.',
  remedy: 'Delete the comment, or correct the rule id in it.',
  nonCompliant: [
    {
      code: `from sklearn.model_selection import RandomizedSearchCV

search = RandomizedSearchCV(model, grid)  # green-ml: ignore[grid-search] the paper asks for it
`,
      severity: 'hint',
    },
  ],
  compliant: [
    `from sklearn.model_selection import GridSearchCV

# green-ml: ignore[grid-search] the paper asks for the whole grid
search = GridSearchCV(model, {"C": range(1, 100)}).fit(X, y)
`,
  ],
  // See Suppressions.unused.
  messages: {},
});
