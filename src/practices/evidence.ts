import { placeKnowledge } from '../place/intensity';
import { wattHoursOnce } from '../runs/counted-once';
import { countedEnergy } from '../runs/describe';
import type { RunRecord } from '../runs/record';
import { sideOf, tellApart } from '../runs/tell-apart';
import { counted, formatDuration, formatEnergy, toDecimals } from '../present/words';
import type {
  CodeFact,
  CodeFactKind,
  LintFacts,
  LintFinding,
  CodeLocation,
  ProjectFacts,
  SettingsFacts,
} from './facts';
import { ruleEvidence } from './rule-evidence';

/** Where a piece of evidence comes from. It is shown after the text. */
type EvidenceSource = 'linter' | 'code' | 'runs' | 'settings';

export const evidenceSourceNames: Record<EvidenceSource, string> = {
  linter: 'linter',
  code: 'code',
  runs: 'recorded runs',
  settings: 'settings',
};

/** Something that was found about one practice. */
export interface Evidence {
  readonly practice: number;
  /** The checklist item that it is about; null if it is about the whole practice. */
  readonly item: string | null;
  readonly source: EvidenceSource;
  readonly verdict: 'for' | 'against' | 'neutral';
  readonly text: string;
  readonly places: readonly CodeLocation[];
}

/** All evidence of a project, in the order of the practices; evidence against a practice comes first. */
export function gatherEvidence(facts: ProjectFacts): readonly Evidence[] {
  const verdicts = ['against', 'for', 'neutral'];
  return [
    ...(facts.lint === null ? [] : fromLinter(facts.lint)),
    ...(facts.code === null ? [] : fromCode(facts.code)),
    ...(facts.runs === null ? [] : fromRuns(facts.runs)),
    ...(facts.settings === null ? [] : fromSettings(facts.settings)),
  ].sort((a, b) => a.practice - b.practice || verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
}

function fromLinter({ findings }: LintFacts): Evidence[] {
  return [...groupBy(findings, ({ rule }) => rule)].flatMap(([rule, found]) => {
    const unlisted = {
      practice: found[0]?.practice ?? null,
      item: null,
      contradicts: false,
      one: `finding of ${rule}`,
      several: `findings of ${rule}`,
    };
    const { practice, item, contradicts, one, several } = ruleEvidence.get(rule) ?? unlisted;
    if (practice === null) return [];
    return {
      practice,
      item,
      source: 'linter' as const,
      verdict: contradicts ? ('against' as const) : ('neutral' as const),
      text: `${counted(found.length, one, several)}${figuresOf(found)}`,
      places: found,
    };
  });
}

/** How many different figures one line shows. */
const figuresShown = 3;

/** The figures of findings as their lenses show them: " (361 fits → 101 with random search)", " (361 fits, 41 fits)". */
function figuresOf(found: readonly LintFinding[]): string {
  const known = found.filter(({ headline }) => headline !== null);
  const [only] = known;
  if (only === undefined) return '';
  if (found.length === 1) return ` (${only.headline ?? ''}${only.wayOut === null ? '' : ` → ${only.wayOut}`})`;
  const figures = [...new Set(known.map(({ headline }) => headline ?? ''))];
  const more = figures.length > figuresShown ? ', …' : '';
  return ` (${figures.slice(0, figuresShown).join(', ')}${more})`;
}

function groupBy<Key, Value>(values: readonly Value[], keyOf: (value: Value) => Key): Map<Key, Value[]> {
  const groups = new Map<Key, Value[]>();
  for (const value of values) {
    const key = keyOf(value);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [value]);
    else group.push(value);
  }
  return groups;
}

const codeEvidence: Record<CodeFactKind, readonly [practice: number, item: string]> = {
  tracker: [1, 'runs-measured'],
  checkpoint: [2, 'checkpoints-saved'],
  baseline: [3, 'baseline-trained'],
  'early-stopping': [5, 'early-stopping'],
  'best-weights': [5, 'best-weights-kept'],
  subset: [6, 'subset-switch'],
  pretrained: [7, 'fine-tuned'],
  pruner: [12, 'bad-trials-pruned'],
  'multi-objective': [12, 'energy-objective'],
  distilled: [14, 'distilled-considered'],
  'better-search': [16, 'no-grid-search'],
  sparse: [17, 'sparse-considered'],
};

function fromCode(found: readonly CodeFact[]): Evidence[] {
  return [...groupBy(found, ({ kind }) => kind)].map(([kind, facts]) => {
    const [practice, item] = codeEvidence[kind];
    const names = [...new Set(facts.map(({ name }) => name))].sort();
    const shown = names.length > 3 ? [...names.slice(0, 3), `${names.length - 3} more`] : names;
    return { practice, item, source: 'code', verdict: 'for', text: `The code uses ${shown.join(', ')}`, places: facts };
  });
}

function fromRuns(runs: readonly RunRecord[]): Evidence[] {
  const about = (practice: number, item: string | null, verdict: Evidence['verdict'], text: string): Evidence => ({
    practice,
    item,
    source: 'runs',
    verdict,
    text,
    places: [],
  });
  const last = runs.at(-1);
  // A missing record is no evidence against the practice: other people of the team have their own records.
  if (last === undefined)
    return [about(1, 'runs-measured', 'neutral', 'No runs of this project are recorded on this machine')];
  const found = [about(1, 'runs-measured', 'for', measuredText(runs, last))];
  const place = last.intensity === null ? 'named' : placeKnowledge(last.intensity);
  if (place === 'guessed')
    found.push(about(1, 'location-known', 'neutral', 'The grid of the last run was guessed from the time zone'));
  if (place === 'unknown')
    found.push(
      about(1, 'location-known', 'neutral', 'The grid of the last run is unknown; the world average was used'),
    );
  const longest = runs.reduce((a, b) => (b.durationSeconds > a.durationSeconds ? b : a));
  found.push(
    about(
      2,
      'time-cap',
      'neutral',
      `The longest recorded run took ${formatDuration(longest.durationSeconds)} (${longest.name})`,
    ),
  );
  const baseline = baselineText(runs);
  if (baseline !== null) found.push(about(3, 'baseline-trained', 'for', baseline));
  if (last.intensity !== null) {
    const { gramsPerKWh, zone, year } = last.intensity;
    const where = [zone, year].filter((part) => part !== null).join(', ');
    found.push(
      about(
        8,
        null,
        'neutral',
        `Grid of the last run: ${Math.round(gramsPerKWh)} g CO₂e per kWh${where === '' ? '' : ` (${where})`}`,
      ),
    );
  }
  if (last.pue > 1) found.push(about(10, 'pue-known', 'for', `The last run includes a PUE of ${last.pue}`));
  return found;
}

function measuredText(runs: readonly RunRecord[], last: RunRecord): string {
  const energy = wattHoursOnce(runs);
  const total = energy === null ? '' : `, ${formatEnergy(energy)} in total`;
  return `${counted(runs.length, 'run')} measured on this machine${total}, the last one on ${last.startedAt.slice(0, 10)}`;
}

/** A run whose name says baseline, and how much more the largest other run used. */
function baselineText(runs: readonly RunRecord[]): string | null {
  const isBaseline = ({ name }: RunRecord): boolean => /baseline/i.test(name);
  const baseline = runs.filter(isBaseline).at(-1);
  if (baseline === undefined) return null;
  const used = countedEnergy(baseline).total;
  const others = runs.filter((run) => !isBaseline(run) && countedEnergy(run).total !== null);
  const largest = others.reduce<RunRecord | null>((a, b) => (a === null || energyOf(b) > energyOf(a) ? b : a), null);
  if (used === null || largest === null || !(used > 0)) return `Baseline run: ${baseline.name}`;
  // The work differs on purpose. The question is only whether the figures differ by more than their uncertainty.
  const { energy } = tellApart(baseline, largest, runs);
  const times = energyOf(largest) / used;
  const side = sideOf(energy);
  const compared =
    side === 'cannot tell'
      ? ', which cannot be told apart'
      : times < 1.5
        ? ''
        : `, ${toDecimals(times, times < 10 ? 1 : 0)} times as much`;
  return `${baseline.name} used ${formatEnergy(used)}, ${largest.name} ${formatEnergy(energyOf(largest))}${compared}`;
}

function energyOf(run: RunRecord): number {
  return countedEnergy(run).total ?? 0;
}

function fromSettings({ location, runBudget, projectBudget, longestHours }: SettingsFacts): Evidence[] {
  const about = (practice: number, item: string | null, verdict: Evidence['verdict'], text: string): Evidence => ({
    practice,
    item,
    source: 'settings',
    verdict,
    text,
    places: [],
  });
  return [
    location === null
      ? about(1, 'location-known', 'neutral', 'No location is set')
      : about(1, 'location-known', 'for', `Location: ${location}`),
    runBudget === null
      ? about(2, 'run-budget', 'neutral', 'No budget per run is set')
      : about(2, 'run-budget', 'for', `Budget: ${runBudget} per run`),
    ...(projectBudget === null ? [] : [about(2, 'project-budget', 'for', `Budget: ${projectBudget} for the project`)]),
    ...(longestHours === null ? [] : [about(2, 'time-cap', 'for', `Runs may take ${counted(longestHours, 'hour')}`)]),
    location === null
      ? about(8, null, 'neutral', 'No region is set')
      : about(8, null, 'neutral', `Region or zone: ${location}`),
  ];
}
