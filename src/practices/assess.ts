import { itemState, practiceState, type Checklist } from './checklist';
import type { Evidence } from './evidence';
import type { ChecklistItem, Practice } from './practice';
import { practices } from './table';

export type PracticeStatus = 'done' | 'open' | 'contradicted' | 'not-applicable';

export interface AssessedItem extends ChecklistItem {
  readonly done: boolean;
  readonly note: string | null;
  /** Ticked, but there is evidence against it. */
  readonly contradicted: boolean;
  /** Not ticked, but there is evidence for it and none against. */
  readonly looksDone: boolean;
}

export interface AssessedPractice {
  readonly practice: Practice;
  readonly status: PracticeStatus;
  /** Why it does not apply; null where it applies. */
  readonly notApplicable: string | null;
  readonly items: readonly AssessedItem[];
  readonly evidence: readonly Evidence[];
}

/** Compares the team's checklist with the evidence, practice by practice. */
export function assess(checklist: Checklist, evidence: readonly Evidence[]): readonly AssessedPractice[] {
  return practices.map((practice) => {
    const state = practiceState(checklist, practice.number);
    const found = evidence.filter(({ practice: number }) => number === practice.number);
    const items = practice.items.map((item) => {
      const { done, note } = itemState(state, item.id);
      const hasEvidence = (verdict: Evidence['verdict']): boolean =>
        found.some((each) => each.item === item.id && each.verdict === verdict);
      return {
        ...item,
        done,
        note,
        contradicted: done && hasEvidence('against'),
        looksDone: !done && hasEvidence('for') && !hasEvidence('against'),
      };
    });
    return {
      practice,
      status: statusOf(state.notApplicable, items),
      notApplicable: state.notApplicable,
      items,
      evidence: found,
    };
  });
}

function statusOf(notApplicable: string | null, items: readonly AssessedItem[]): PracticeStatus {
  if (notApplicable !== null) return 'not-applicable';
  if (items.some(({ contradicted }) => contradicted)) return 'contradicted';
  return items.every(({ done }) => done) ? 'done' : 'open';
}

/** The progress of the project. Practices that do not apply are not counted. */
interface Progress {
  readonly done: number;
  readonly applicable: number;
  readonly contradicted: number;
}

export function progressOf(assessed: readonly AssessedPractice[]): Progress {
  const count = (status: PracticeStatus): number => assessed.filter((each) => each.status === status).length;
  return {
    done: count('done'),
    applicable: assessed.length - count('not-applicable'),
    contradicted: count('contradicted'),
  };
}
