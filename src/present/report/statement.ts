import { co2e, energyWithin, massWithin, type ShownEstimate } from '../quantities';
import { allOf, countedInText, formatDuration, formatFactor, plural } from '../words';
import { escapeLatex, escapeMarkdown } from '../markup';
import type { Estimate } from '../../units/estimate';
import { placeKnowledge, type CarbonIntensity } from '../../place/intensity';

/** The facts for a statement on emissions for a paper. */
export interface StatementFacts {
  /** Name and version of the tool that measured. */
  readonly tool: { readonly name: string; readonly version: string };
  readonly runs: number;
  /** Measured time of all runs together. */
  readonly seconds: number;
  /** The days of the first and the last run, such as `2026-11-21`. */
  readonly firstDay: string;
  readonly lastDay: string;
  /** Energy of the computers in watt-hours, without the building's overhead; null if nothing is known. */
  readonly wattHours: Estimate | null;
  /** True if any part of the figures is not measured. */
  readonly isModelled: boolean;
  /** Grams of CO2e, with overhead, for each basis of the intensity: figures with different bases are never added. */
  readonly emissions: readonly { readonly basis: CarbonIntensity['basis']; readonly grams: Estimate }[];
  /** Runs without known energy, and runs without known emissions. They are not part of the figures. */
  readonly runsWithoutEnergy: number;
  readonly runsWithoutEmissions: number;
  /** Time that could not be measured. It is not part of the figures either. */
  readonly gapSeconds: number;
  /** How many runs count only their share above idle, how many the whole machine, and how many something elsewhere. */
  readonly scopes: {
    readonly run: number;
    readonly machine: number;
    readonly elsewhere: number;
    /** What the last ones count: "64 GPUs on 8 nodes". */
    readonly boundaries: readonly string[];
    /** Whether idle power is not in the figures of some runs. */
    readonly leavesOutIdle: boolean;
  };
  /** Runs that overlap with others on the same machine. What they share is counted once. */
  readonly runsInOthers: number;
  /** The computers (see `hardwareOf`), each once; empty if no run has recorded its computer. */
  readonly hardware: readonly string[];
  /** "commit 1a2b3c4d", each once; empty if it is not known of all runs. */
  readonly code: readonly string[];
  /** The parts whose electricity is in the figures: "CPU", "memory". */
  readonly covered: readonly string[];
  /** How the figures came about, each once: "CPU modelled (half to one and a half times)". */
  readonly methods: readonly string[];
  /** Devices without any figure: "GPU". */
  readonly missing: readonly string[];
  /** The carbon intensities behind the emissions, each once. */
  readonly intensities: readonly CarbonIntensity[];
  readonly pues: readonly Estimate[];
}

export type StatementFormat = 'markdown' | 'latex';

const heading = 'Energy and emissions.';

/**
 * A paragraph on energy and emissions for a paper or a README: the energy used, the tool and how sure its figures are,
 * the carbon intensity and PUE, and what is not included.
 */
export function emissionsStatement(facts: StatementFacts, format: StatementFormat): string {
  const text = sentences(facts).join(' ');
  if (format === 'markdown') return `**${heading}** ${escapeMarkdown(text).replace(/\\([()#+!>])/g, '$1')}\n`;
  // A thin space keeps a number and its unit on one line.
  const body = escapeLatex(text).replace(/(\d) (?=(?:[kM]?Wh|mWh|[mk]?g|t|s|min|h|d|W|\\%)(?![\w]))/g, '$1\\,');
  return `\\paragraph{${heading}} ${body}\n`;
}

/** The statement's sentences as plain text. */
export function sentences(facts: StatementFacts): readonly string[] {
  return [
    used(facts),
    emitted(facts),
    ranOn(facts),
    ranFrom(facts),
    found(facts),
    grid(facts),
    overhead(facts),
    notCounted(facts),
  ].filter((sentence) => sentence !== null);
}

function ranOn({ runs, hardware, covered }: StatementFacts): string {
  const whose = runs === 1 ? 'The run was' : 'The runs were';
  const where =
    hardware.length === 0
      ? `The hardware of ${plural(runs, 'the run')} is not recorded`
      : `${whose} on ${hardware.join('; ')}`;
  return covered.length === 0 ? `${where}.` : `${where}; the figures cover ${allOf(covered)}.`;
}

/** A sentence lists only a few. */
const mostCommits = 3;

function ranFrom({ code }: StatementFacts): string | null {
  return code.length === 0 || code.length > mostCommits ? null : `The code was at ${allOf(code)}.`;
}

function used({
  runs,
  seconds,
  firstDay,
  lastDay,
  wattHours,
  isModelled,
  scopes,
  runsInOthers,
}: StatementFacts): string {
  const when = firstDay === lastDay ? `on ${firstDay}` : `between ${firstDay} and ${lastDay}`;
  const which = `${runs === 1 ? 'One run' : `${runs} runs`} of ${formatDuration(seconds)}${runs === 1 ? '' : ' together'} ${when}`;
  if (wattHours === null)
    return `${which} ${plural(runs, 'was', 'were')} recorded; ${plural(runs, 'its', 'their')} energy use is unknown.`;
  const once =
    runsInOthers === 0
      ? ''
      : `; ${runsInOthers === 1 ? 'one of them overlaps' : `${runsInOthers} of them overlap`} with others and what they share is counted once`;
  return `${which} used ${between(isModelled, energyWithin(wattHours.value, wattHours))} of electricity, ${countedAs(scopes)}${once}.`;
}

function countedAs({ run, machine, elsewhere, boundaries }: StatementFacts['scopes']): string {
  const kinds = [
    { count: machine, text: 'for the whole machine' },
    { count: elsewhere, text: `for ${allOf(boundaries)}` },
    { count: run, text: "as the runs' share of what the machine used above its idle level" },
  ].filter(({ count }) => count > 0);
  const [only] = kinds;
  if (kinds.length === 1 && only !== undefined)
    return `counted ${only.text}${machine > 0 ? ', idle power included' : ''}`;
  const texts = kinds.map(({ count, text }, index) => `${text} in ${count}${index === 0 ? ' of them' : ''}`);
  return `counted ${allOf(texts)}`;
}

function emitted({ emissions, isModelled }: StatementFacts): string | null {
  if (emissions.length === 0) return 'Its emissions are not known.';
  const parts = emissions.map(
    ({ basis, grams }) =>
      `${between(isModelled, massWithin(grams.value, grams), ` ${co2e}`)}${emissions.length > 1 ? ` (${basisNames[basis]})` : ''}`,
  );
  return `This amounts to ${parts.join(' and ')}${emissions.length > 1 ? ', which must not be added up' : ''}.`;
}

const basisNames = {
  lifecycle: 'on a lifecycle basis',
  operational: 'on an operational basis',
  given: 'based on our own intensity',
} as const;

function found({ tool, methods }: StatementFacts): string {
  const how = methods.length === 0 ? 'no power source was found' : methods.join(', ');
  return `The figures were determined with ${tool.name} ${tool.version} (${how}); the range is that of its sources.`;
}

const placeNotes = {
  named: '',
  guessed: '; the place is a guess from the time zone',
  unknown: "; the place is unknown, so this is the world's average",
} as const;

function grid({ intensities }: StatementFacts): string | null {
  if (intensities.length === 0) return null;
  const each = intensities.map((intensity) => {
    const { gramsPerKWh, zone, year, basis, source } = intensity;
    const details = [
      zone,
      year === null ? null : String(year),
      basis === 'given' ? 'our own figure' : basis,
      basis === 'given' ? null : source,
    ].filter((part) => part !== null);
    return `${Math.round(gramsPerKWh)} g CO₂e/kWh (${details.join(', ')}${placeNotes[placeKnowledge(intensity)]})`;
  });
  return `The carbon intensity of the electricity is taken as ${each.join('; ')}.`;
}

function overhead({ pues }: StatementFacts): string | null {
  if (pues.length === 0) return null;
  if (pues.every(({ value }) => value === 1)) return 'No data centre overhead is included (PUE 1).';
  const each = pues.map(
    ({ value, low, high }) =>
      formatFactor(value) + (low === high ? '' : ` (${formatFactor(low)}–${formatFactor(high)})`),
  );
  return `Emissions include data centre overhead with a PUE of ${each.join(' and ')}.`;
}

function notCounted({
  runsWithoutEnergy,
  runsWithoutEmissions,
  gapSeconds,
  scopes,
  missing,
  pues,
}: StatementFacts): string {
  const left = [
    'manufacture and disposal of the hardware',
    'network and storage elsewhere',
    ...(pues.some(({ value }) => value === 1) ? ['cooling'] : []),
    ...(scopes.leavesOutIdle ? ['idle power'] : []),
    ...missing.map((component) => `the ${component}, for which there are no figures`),
    ...(gapSeconds > 0 ? [`${formatDuration(gapSeconds)} that could not be measured`] : []),
    ...(runsWithoutEnergy > 0 ? [`${countedInText(runsWithoutEnergy, 'run')} of unknown energy`] : []),
    ...(runsWithoutEmissions > runsWithoutEnergy
      ? [
          `the emissions of ${countedInText(runsWithoutEmissions - runsWithoutEnergy, 'run')} of unknown carbon intensity`,
        ]
      : []),
  ];
  return `Not included are ${left.join(', ')}, and any work that was not recorded.`;
}

function between(isAbout: boolean, { value, range }: ShownEstimate, what = ''): string {
  const figure = value.startsWith('<') ? value.replace('<', 'less than ') : `${isAbout ? 'about ' : ''}${value}`;
  return `${figure}${what}${range === null ? '' : ` (${range})`}`;
}
