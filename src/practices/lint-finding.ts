import type { Finding } from '../lint/engine/findings';
import type { LintFinding } from './facts';

/** What evidence needs of a finding; the path of its file is added where it is known. */
export const lintFindingOf = ({
  rule,
  practice,
  headline,
  wayOut,
  estimate,
  cell,
  mark,
}: Finding): Omit<LintFinding, 'path'> => ({
  rule,
  practice,
  headline,
  wayOut,
  estimate,
  cell,
  line: mark.start.row + 1,
});
