import { formatShare } from '../present/words';
import type { LintFinding, ProjectFacts, RegionFacts } from './facts';
import { fewerFits } from './fewer-fits';
import { placeText } from './place-text';
import { english, type Translate } from '../present/l10n';

/** A saving that is known as a share of what runs will use, though not in watt-hours. */
interface RelativeSaving {
  /** 0 to 1. */
  readonly share: number;
  readonly reason: string;
}

/** What following a practice saves of whatever the code will use; null if nothing in the project tells. */
export function relativeFor(
  practice: number,
  { region }: Pick<ProjectFacts, 'region'>,
  findings: readonly LintFinding[],
  t: Translate = english,
): RelativeSaving | null {
  if (practice === 16) return searchSaving(findings, t);
  if (practice === 8) return (region === null ? null : regionSaving(region, t)) ?? codeRegionSaving(findings, t);
  return null;
}

function searchSaving(findings: readonly LintFinding[], t: Translate): RelativeSaving | null {
  const options = findings.flatMap((finding) => {
    const search = fewerFits(finding);
    return search === null ? [] : [{ finding, fits: search.fits, share: 1 - search.fewer / search.fits }];
  });
  // The largest search first: it costs most, whatever a fit costs.
  const best = options.sort((a, b) => b.fits * b.share - a.fits * a.share)[0];
  return best === undefined
    ? null
    : { share: best.share, reason: t('{0}, {1} less.', told(best.finding, t), formatShare(best.share)) };
}

function codeRegionSaving(findings: readonly LintFinding[], t: Translate): RelativeSaving | null {
  const options = findings.flatMap((finding) => {
    const [now, then] = [finding.estimate?.['gramsPerKWh'], finding.estimate?.['betterGramsPerKWh']];
    return typeof now === 'number' && typeof then === 'number' && then < now
      ? [{ finding, share: 1 - then / now }]
      : [];
  });
  const best = options.sort((a, b) => b.share - a.share)[0];
  return best === undefined
    ? null
    : {
        share: best.share,
        reason: t('{0} for the same work, if you can move there.', told(best.finding, t)),
      };
}

function regionSaving(
  { from, to, where, fromGramsPerKWh, toGramsPerKWh, source }: RegionFacts,
  t: Translate,
): RelativeSaving | null {
  const share = 1 - toGramsPerKWh / fromGramsPerKWh;
  if (!(share > 0)) return null;
  return {
    share,
    reason: t(
      '{0}, {1}, emits {2} less than {3} for the same work ({4}), if you can move there.',
      to,
      t(where),
      formatShare(share),
      from,
      source,
    ),
  };
}

/** "search.py:17: 361 fits → 101 with random search" */
function told(finding: LintFinding, t: Translate): string {
  const { headline, wayOut } = finding;
  const figures = headline === null ? '' : `: ${headline}${wayOut === null ? '' : ` → ${wayOut}`}`;
  return `${placeText(finding, t)}${figures}`;
}
