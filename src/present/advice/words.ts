import { formatUsd, usdAmount } from '../words';
import { co2e, massWithin, type ShownEstimate } from '../quantities';
import type { Estimate } from '../../units/estimate';
import type { Catalogue } from '../../advice/where/catalogue';
import { dayAndTime, offsetMinutes } from '../../place/local-time';
import type { RegionCandidate } from '../../advice/where/region-advice';
import type { TimeAdvice } from '../../advice/when/time-advice';
import { english, type Translate } from '../l10n';

/** The wording of advice, for the terminal and the editor. */

/** "95 % less than aws:us-east-1", "no better than …"; null if no region is in use. */
export function savingWords(
  { savingPercent }: RegionCandidate,
  from: string | null,
  t: Translate = english,
): string | null {
  if (savingPercent === null || from === null) return null;
  if (savingPercent <= -0.5) return t('{0} % more than {1}', Math.round(-savingPercent), from);
  return savingPercent < 0.5
    ? t('no better than {0}', from)
    : t('{0} % less than {1}', Math.round(savingPercent), from);
}

/** "94 to 96 %"; null if both limits are the same as whole numbers. */
export function percentRange({ low, high }: Estimate, t: Translate = english): string | null {
  const [from, to] = [Math.round(low), Math.round(high)];
  return from === to ? null : t('{0} to {1}', from, `${to} %`);
}

/** What is true of regions in a group of `tieGroups`; null for a region on its own. */
export function tieTitle(group: readonly RegionCandidate[], t: Translate = english): string | null {
  if (group.length < 2) return null;
  return group.length === 2 ? t('These two cannot be told apart') : t('These {0} cannot be told apart', group.length);
}

/** "costs 6.18 USD, 1.00 of it to move the data". */
export function costWords({ costUsd, egressUsd }: RegionCandidate): string {
  if (costUsd === null) return 'cost not known';
  return `costs ${formatUsd(costUsd)}${egressUsd === null || egressUsd === 0 ? '' : `, ${usdAmount(egressUsd)} of it to move the data`}`;
}

/** The note below every list of regions. */
export function regionSource({ year, attribution }: Catalogue, t: Translate = english): string {
  return `${t('g/IT-kWh: grid (lifecycle, {0}, Electricity Maps, ODbL 1.0) × PUE.', year)} ${attribution}`;
}

/** " (12:00 UTC)", to add to a local time; empty if it is the same, as in Etc/UTC. */
export function inUtc(time: number, now: number, timeZone: string, t: Translate = english): string {
  return offsetMinutes(time, timeZone) === 0 ? '' : ` (${dayAndTime(time, now, 'UTC', t)} UTC)`;
}

/** From this factor between the limits on, a figure has two digits (`digitsWithin`). */
const dayFactor = 1.1;

/**
 * What waiting saves, with two digits at most: limits of the energy and of the yearly level alone can be closer than a single
 * day of a grid is ever known. Such limits are no range.
 *
 * @param saved grams
 */
export function savedMass({ value, low, high }: Estimate, t: Translate = english): ShownEstimate {
  if (low > 0 && high / low >= dayFactor) return massWithin(value, { low, high }, t);
  const { value: text } = massWithin(value, { low: value / dayFactor, high: value * dayFactor });
  return { value: text, range: null };
}

/** The advice in one sentence: "Wait until Sat 13:00 (12:00 UTC): saves 21 %.". */
export function verdict({ advice, now, best }: TimeAdvice, at: number, timeZone: string): string {
  if (now === null || best === null) return 'No usable hourly data: start at any time.';
  const { savedGrams } = best;
  const saved =
    savedGrams === null
      ? ''
      : ` (~${savedMass({ value: savedGrams, low: savedGrams, high: savedGrams }).value} ${co2e})`;
  const percent = `${Math.round(best.savingPercent)} %`;
  const start = dayAndTime(best.start, at, timeZone);
  if (advice === 'wait')
    return `Wait until ${start} ${timeZone}${inUtc(best.start, at, timeZone)}: saves ${percent}${saved}.`;
  return `Start now: ${best.savingPercent < 0.5 ? 'waiting saves nothing' : `waiting until ${start} saves only about ${percent}${saved}`}.`;
}
