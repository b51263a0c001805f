import { placeKnowledge } from '../place/intensity';
import { wattHoursOnce } from '../runs/measuring/counted-once';
import { countedEnergy } from '../runs/describe';
import type { RunRecord } from '../runs/record';
import { sideOf, tellApart } from '../runs/compare/tell-apart';
import { formatDuration, formatEnergy, grouped, plural, toDecimals } from '../present/words';
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
import { english, localisable, type Translate } from '../present/l10n';

/** Where a piece of evidence comes from. It is shown after the text. */
type EvidenceSource = 'linter' | 'code' | 'runs' | 'settings';

export const evidenceSourceNames: Record<EvidenceSource, string> = localisable({
  linter: 'linter',
  code: 'code',
  runs: 'recorded runs',
  settings: 'settings',
});

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
export function gatherEvidence(facts: ProjectFacts, t: Translate = english): readonly Evidence[] {
  const verdicts = ['against', 'for', 'neutral'];
  return [
    ...(facts.lint === null ? [] : fromLinter(facts.lint, t)),
    ...(facts.code === null ? [] : fromCode(facts.code, t)),
    ...(facts.runs === null ? [] : fromRuns(facts.runs, t)),
    ...(facts.settings === null ? [] : fromSettings(facts.settings, t)),
  ].sort((a, b) => a.practice - b.practice || verdicts.indexOf(a.verdict) - verdicts.indexOf(b.verdict));
}

function fromLinter({ findings }: LintFacts, t: Translate): Evidence[] {
  return [...groupBy(findings, ({ rule }) => rule)].flatMap(([rule, found]) => {
    const unlisted = { practice: found[0]?.practice ?? null, item: null, contradicts: false };
    const { practice, item, contradicts } = ruleEvidence.get(rule) ?? unlisted;
    if (practice === null) return [];
    return {
      practice,
      item,
      source: 'linter' as const,
      verdict: contradicts ? ('against' as const) : ('neutral' as const),
      text: `${evidenceText(found.length, rule, t)}${figuresOf(found)}`,
      places: found,
    };
  });
}

/** "3 grid searches", as the rule calls what it finds. */
function evidenceText(count: number, rule: string, t: Translate): string {
  const declared = ruleEvidence.get(rule);
  if (declared === undefined)
    return t(plural(count, '{0} finding of {1}', '{0} findings of {1}'), grouped(count), rule);
  const text = `{0} ${plural(count, declared.one, declared.several)}`;
  return t(text, grouped(count));
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

function fromCode(found: readonly CodeFact[], t: Translate): Evidence[] {
  return [...groupBy(found, ({ kind }) => kind)].map(([kind, facts]) => {
    const [practice, item] = codeEvidence[kind];
    const names = [...new Set(facts.map(({ name }) => name))].sort();
    const shown = names.length > 3 ? [...names.slice(0, 3), t('{0} more', names.length - 3)] : names;
    const text = t('The code uses {0}', shown.join(', '));
    return { practice, item, source: 'code', verdict: 'for', text, places: facts };
  });
}

function fromRuns(runs: readonly RunRecord[], t: Translate): Evidence[] {
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
    return [about(1, 'runs-measured', 'neutral', t('No runs of this project are recorded on this machine'))];
  const found = [about(1, 'runs-measured', 'for', measuredText(runs, last, t))];
  const place = last.intensity === null ? 'named' : placeKnowledge(last.intensity);
  if (place === 'guessed')
    found.push(about(1, 'location-known', 'neutral', t('The grid of the last run was guessed from the time zone')));
  if (place === 'unknown')
    found.push(
      about(1, 'location-known', 'neutral', t('The grid of the last run is unknown; the world average was used')),
    );
  const longest = runs.reduce((a, b) => (b.durationSeconds > a.durationSeconds ? b : a));
  found.push(
    about(
      2,
      'time-cap',
      'neutral',
      t('The longest recorded run took {0} ({1})', formatDuration(longest.durationSeconds), longest.name),
    ),
  );
  const baseline = baselineText(runs, t);
  if (baseline !== null) found.push(about(3, 'baseline-trained', 'for', baseline));
  if (last.intensity !== null) {
    const { gramsPerKWh, zone, year } = last.intensity;
    const where = [zone, year].filter((part) => part !== null).join(', ');
    found.push(
      about(
        8,
        null,
        'neutral',
        `${t('Grid of the last run: {0} g CO₂e per kWh', Math.round(gramsPerKWh))}${where === '' ? '' : ` (${where})`}`,
      ),
    );
  }
  if (last.pue > 1) found.push(about(10, 'pue-known', 'for', t('The last run includes a PUE of {0}', last.pue)));
  return found;
}

function measuredText(runs: readonly RunRecord[], last: RunRecord, t: Translate): string {
  const energy = wattHoursOnce(runs);
  const day = last.startedAt.slice(0, 10);
  const count = grouped(runs.length);
  return energy === null
    ? t(
        plural(
          runs.length,
          '{0} run recorded on this machine, the last one on {1}',
          '{0} runs recorded on this machine, the last one on {1}',
        ),
        count,
        day,
      )
    : t(
        plural(
          runs.length,
          '{0} run recorded on this machine, {1} in total, the last one on {2}',
          '{0} runs recorded on this machine, {1} in total, the last one on {2}',
        ),
        count,
        formatEnergy(energy),
        day,
      );
}

/** A run whose name says baseline, and how much more the largest other run used. */
function baselineText(runs: readonly RunRecord[], t: Translate): string | null {
  const isBaseline = ({ name }: RunRecord): boolean => /baseline/i.test(name);
  const baseline = runs.filter(isBaseline).at(-1);
  if (baseline === undefined) return null;
  const used = countedEnergy(baseline).total;
  const others = runs.filter((run) => !isBaseline(run) && countedEnergy(run).total !== null);
  const largest = others.reduce<RunRecord | null>((a, b) => (a === null || energyOf(b) > energyOf(a) ? b : a), null);
  if (used === null || largest === null || !(used > 0)) return t('Baseline run: {0}', baseline.name);
  // The work differs on purpose. The question is only whether the figures differ by more than their uncertainty.
  const { energy } = tellApart(baseline, largest, runs);
  const times = energyOf(largest) / used;
  const side = sideOf(energy);
  const figures = [baseline.name, formatEnergy(used), largest.name, formatEnergy(energyOf(largest))];
  if (side === 'cannot tell') return t('{0} used {1}, {2} {3}, which cannot be told apart', ...figures);
  return times < 1.5
    ? t('{0} used {1}, {2} {3}', ...figures)
    : t('{0} used {1}, {2} {3}, {4} times as much', ...figures, toDecimals(times, times < 10 ? 1 : 0));
}

function energyOf(run: RunRecord): number {
  return countedEnergy(run).total ?? 0;
}

function fromSettings({ location, runBudget, projectBudget, longestHours }: SettingsFacts, t: Translate): Evidence[] {
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
      ? about(1, 'location-known', 'neutral', t('No location is set'))
      : about(1, 'location-known', 'for', t('Location: {0}', location)),
    runBudget === null
      ? about(2, 'run-budget', 'neutral', t('No budget per run is set'))
      : about(2, 'run-budget', 'for', t('Budget: {0} per run', runBudget)),
    ...(projectBudget === null
      ? []
      : [about(2, 'project-budget', 'for', t('Budget: {0} for the project', projectBudget))]),
    ...(longestHours === null
      ? []
      : [
          about(
            2,
            'time-cap',
            'for',
            t(plural(longestHours, 'Runs may take {0} hour', 'Runs may take {0} hours'), grouped(longestHours)),
          ),
        ]),
    location === null
      ? about(8, null, 'neutral', t('No region is set'))
      : about(8, null, 'neutral', t('Region or zone: {0}', location)),
  ];
}
