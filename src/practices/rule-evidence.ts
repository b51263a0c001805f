import type { EvidenceDeclaration } from '../lint/engine/rule';
import { allRules } from '../lint/rules';

/** What findings of one linter rule mean for the checklist. */
interface RuleEvidence extends EvidenceDeclaration {
  readonly practice: number;
}

/** By rule id, as the rules declare it. A rule that is not here belongs to its own practice, and contradicts nothing. */
export const ruleEvidence: ReadonlyMap<string, RuleEvidence> = new Map(
  allRules.flatMap(({ id, practice, evidence }): (readonly [string, RuleEvidence])[] =>
    practice === null || evidence === null ? [] : [[id, { practice, ...evidence }]],
  ),
);
