import { english, type Translate } from './l10n';

interface Counts {
  readonly done: number;
  readonly applicable: number;
  readonly contradicted: number;
}

/** "5 of 16", "practices done" and "1 contradicted by the evidence", for a page that shows the first as a picture. */
export function progressParts(
  { done, applicable, contradicted }: Counts,
  t: Translate = english,
): {
  readonly count: string;
  readonly what: string;
  /** Null if nothing is contradicted. */
  readonly remark: string | null;
} {
  const remark = contradicted === 0 ? null : t('{0} contradicted by the evidence', contradicted);
  return { count: t('{0} of {1}', done, applicable), what: t('practices done'), remark };
}

/** "5 of 16 practices done, 1 contradicted by the evidence", for reports. */
export function progressWords(counts: Counts): string {
  const { count, what, remark } = progressParts(counts);
  return `${count} ${what}${remark === null ? '' : `, ${remark}`}`;
}
