import type { JointCandidate } from '../../advice/joint';
import type { RegionCandidate, RegionAdvice, RegionQuestion } from '../../advice/where/region-advice';
import { costWords } from './words';
import { dayAndTime } from '../../place/local-time';
import { columns } from '../text-table';
import { threeDigits, wholePercent } from '../words';
import { regionColumns, regionId, regionInWords } from './region-columns';

/** Advice on regions as text for terminals. `region-columns.ts` defines the columns for the page too. */

/** How many rows are shown without `--all`. */
const rowsShown = 12;

/** The best regions, one line each. */
export function headlines(
  { best }: RegionAdvice,
  { from, within, maximumRoundTripMilliseconds, usdPerTonne }: RegionQuestion,
): string {
  const limited = within !== null || maximumRoundTripMilliseconds !== null;
  const line = (title: string, candidate: RegionCandidate | null): string => {
    if (candidate === null) return `${title.padEnd(20)}–`;
    return title.padEnd(20) + regionInWords(candidate, from?.id ?? null);
  };
  return [
    line('Best anywhere', best.anywhere),
    ...(limited ? [line('Best within limits', best.withinLimits)] : []),
    ...(from === null ? [] : [line(`Best in ${from.country}`, best.sameCountry)]),
    ...((usdPerTonne ?? null) === null
      ? []
      : [
          line(`Best at ${usdPerTonne ?? 0} USD/t`, best.atPrice) +
            (best.atPrice === null ? '' : `, ${costWords(best.atPrice)}`),
        ]),
  ].join('\n');
}

/** @param width characters in a line; null if lines may have any length */
export function regionTable(
  candidates: readonly RegionCandidate[],
  question: RegionQuestion,
  all: boolean,
  width: number | null,
): string {
  if (candidates.length === 0) return '';
  const shown = all ? candidates : candidates.slice(0, rowsShown);
  const here = candidates.find((each) => regionId(each) === question.from?.id);
  const rows = here === undefined || shown.includes(here) ? shown : [...shown, here];
  const facts = regionColumns('text', question, candidates);
  const body = rows.map((each) => [
    each.tieWithPrevious && each !== here ? '=' : '',
    `${regionId(each)}${each === here ? ' (now)' : ''}${each.access === null ? '' : ` [${each.access}]`}`,
    ...facts.map(({ cell }) => cell(each)),
  ]);
  const header = ['', 'region', ...facts.map(({ title }) => title)];
  const numbers = facts.flatMap(({ isNumber }, index) => (isNumber ? [index + 2] : []));
  const rest = candidates.length - rows.length;
  const legend = rows.some(({ tieWithPrevious }) => tieWithPrevious)
    ? '= not clearly different from the line above\n'
    : '';
  return `${columns(header, body, numbers, { width, column: 2 })}${legend}${rest > 0 ? `… and ${rest} more; --all shows them\n` : ''}`;
}

/** Regions with the cleanest start in each. */
export function jointTable(
  joint: readonly JointCandidate[],
  all: boolean,
  now: number,
  timeZone: string,
  width: number | null,
): string {
  const rows = (all ? joint : joint.slice(0, rowsShown)).map(
    ({ candidate, start, gramsPerITKWh, timed, savingPercent }) => [
      regionId(candidate),
      candidate.location,
      start === now ? 'now' : dayAndTime(start, now, timeZone),
      `${threeDigits(gramsPerITKWh)}${timed ? '' : '*'}`,
      wholePercent(savingPercent),
    ],
  );
  const untimed = joint.some(({ timed }) => !timed) ? '* no hourly figures for this grid: its yearly average\n' : '';
  return `${columns(['region', 'place', 'start', 'g/IT-kWh', 'saving'], rows, [3, 4], { width, column: 1 })}${untimed}`;
}
