import { componentName } from '../../runs/cluster/boundary';
import {
  countedEnergy,
  gridInWords,
  howItEnded,
  methodNames,
  shownEmissions,
  shownEnergy,
  shownPower,
} from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { formatDuration, formatShare, plural } from '../../present/words';
import { escapeMarkdown } from '../../present/markup';
import { english, type Translate } from '../../present/l10n';

/** What the tooltip shows besides the record. */
interface TooltipFacts {
  readonly record: RunRecord;
  /** Mean power of the last seconds; null when unknown, or when the run has ended. */
  readonly watts: number | null;
  /** "epoch 3 of 20", the forecast and the budget, one line each. */
  readonly lines: readonly string[];
  /** How busy the machine is; null when unknown, or when the run has ended. */
  readonly load: string | null;
  readonly others: number;
  /** Links of the last line, Markdown. */
  readonly links: readonly string[];
}

const barWidth = 20;

/** At most eight lines, in Markdown: now, so far, at the end; where it goes; how sure it is; what can be done. */
export const tooltipText = (facts: TooltipFacts, t: Translate = english): string => tooltipLines(facts, t).join('\n\n');

/** The same, line by line. */
export function tooltipLines(
  { record, watts, lines, load, others, links }: TooltipFacts,
  t: Translate = english,
): readonly string[] {
  const running = record.status === 'running';
  const ended = howItEnded(record, t);
  const time = formatDuration(record.durationSeconds);
  const state = running ? t('running for {0}', time) : t('{0} after {1}', ended?.text ?? t('finished'), time);
  const more =
    others === 0 ? '' : `, ${t(plural(others, '{0} more run in progress', '{0} more runs in progress'), others)}`;
  const used = usedText(record, t);
  return [
    `**${escapeMarkdown(record.name)}** · ${state}${more}`,
    running ? t('Now {0}, so far {1}', shownPower(record, watts), used) : t('Used {0}', used),
    ...inTwoLines(lines).map(escapeMarkdown),
    partsBar(record, t),
    load === null ? '' : t('Machine: {0}', escapeMarkdown(load)),
    sureText(record, t),
    links.join(' · '),
  ].filter((line) => line !== '');
}

/** Progress and forecast share a line where a budget needs the other. */
function inTwoLines([first, second, third]: readonly string[]): readonly string[] {
  const shared = third === undefined ? [first, second] : [[first, second].join(' · '), third];
  return shared.filter((line) => line !== undefined);
}

/** "~3.2 Wh (1.9 to 5.2 Wh), ~1.1 g CO₂e (0.4 to 2 g), 41 W on average" */
function usedText(record: RunRecord, t: Translate): string {
  const withRange = ({ value, range }: ReturnType<typeof shownEnergy>): string =>
    range === null ? value : `${value} (${range})`;
  return [
    withRange(shownEnergy(record, t)),
    ...(record.emissionsGrams === null ? [] : [withRange(shownEmissions(record, t))]),
    ...(record.status === 'running' ? [] : [t('{0} on average', shownPower(record))]),
  ].join(', ');
}

/** "█████████▓▓▓▓░ CPU 72 %, GPU 24 %, memory 4 %": empty unless at least two parts are known. */
function partsBar(record: RunRecord, t: Translate): string {
  const energy = countedEnergy(record);
  const parts = (['cpu', 'gpu', 'memory'] as const).flatMap((part) => {
    const value = energy[part];
    return value === null || value <= 0 ? [] : [{ part, value }];
  });
  const total = parts.reduce((sum, { value }) => sum + value, 0);
  if (parts.length < 2 || total <= 0) return '';
  const blocks = { cpu: '█', gpu: '▓', memory: '░' } as const;
  const bar = parts.map(({ part, value }) => blocks[part].repeat(Math.round((value / total) * barWidth))).join('');
  const names = parts.map(
    ({ part, value }) => `${blocks[part]} ${componentName(part, record, t)} ${formatShare(value / total)}`,
  );
  return `${bar} ${names.join(', ')}`;
}

/** "CPU modelled, GPU measured (energy counter); 381 g/kWh (Germany, 2025)", and what is not known. */
function sureText(record: RunRecord, t: Translate): string {
  const known = record.sources.map(
    ({ component, method }) => `${componentName(component, record, t)} ${t(methodNames[method])}`,
  );
  const unknown = record.missing.map(({ component }) => t('{0} unknown', componentName(component, record, t)));
  const all = [...new Set([...known, ...unknown])];
  const sources = all.length === 0 ? t('No power source was found') : all.join(', ');
  return escapeMarkdown(`${sources}; ${gridInWords(record, t)}`);
}
