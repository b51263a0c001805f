import { escapeMarkdown } from '../present/markup';
import { linesOfText } from '../present/plain-text';
import { placesShown } from '../present/words';
import { progressOf, type AssessedItem, type AssessedPractice, type PracticeStatus } from './assess';
import { evidenceSourceNames, type Evidence } from './evidence';
import type { Suggestion } from './next';
import { placeText } from './place-text';
import { groups, groupTitles, practiceKey } from './practice';
import { progressWords } from '../present/progress-words';

/** The content of the reports. */
export interface PracticesReport {
  readonly assessed: readonly AssessedPractice[];
  readonly next: readonly Suggestion[];
  /** Sentences about what could not be checked. */
  readonly notes: readonly string[];
}

const marks: Record<PracticeStatus, string> = {
  done: '[x]',
  open: '[ ]',
  contradicted: '[!]',
  'not-applicable': '[-]',
};

/** "5 of 16 practices done", and how many are contradicted. */
function progressText(assessed: readonly AssessedPractice[]): string {
  return progressWords(progressOf(assessed));
}

/** The text of a badge: "green ML | 5/16 practices". */
export function badgeText(assessed: readonly AssessedPractice[]): string {
  const { done, applicable } = progressOf(assessed);
  return `green ML | ${done}/${applicable} practices`;
}

export function reportAsText({ assessed, next, notes }: PracticesReport): string {
  const lines = [progressText(assessed)];
  for (const group of groups) {
    lines.push('', groupTitles[group]);
    for (const each of assessed.filter(({ practice }) => practice.group === group)) lines.push(...practiceLines(each));
  }
  if (next.length > 0) {
    lines.push('', 'Next steps');
    for (const { practice, reason } of next)
      lines.push(`  ${practiceKey(practice.number)} ${practice.title}`, `      ${reason}`);
  }
  if (notes.length > 0) lines.push('', ...notes);
  return `${linesOfText(lines)}\n`;
}

function practiceLines({ practice, status, notApplicable, items, evidence }: AssessedPractice): string[] {
  const lines = [`  ${marks[status]} ${practiceKey(practice.number)} ${practice.title}`];
  if (notApplicable !== null) lines.push(`        not applicable: ${inOneLine(notApplicable)}`);
  else for (const item of items) lines.push(`        ${itemMark(item)} ${item.text}${itemRemark(item)}`);
  for (const each of evidence) lines.push(`        ${evidenceMark(each)} ${evidenceText(each)}`);
  return lines;
}

function itemMark({ done, contradicted }: AssessedItem): string {
  if (!done) return '[ ]';
  return contradicted ? '[!]' : '[x]';
}

function itemRemark({ note, looksDone, contradicted }: AssessedItem): string {
  const remarks = [
    ...(contradicted ? ['ticked, but contradicted by the evidence'] : []),
    ...(looksDone ? ['looks done: tick it?'] : []),
    ...(note === null ? [] : [`note: ${inOneLine(note)}`]),
  ];
  return remarks.length === 0 ? '' : ` (${remarks.join('; ')})`;
}

function evidenceMark({ verdict }: Evidence): string {
  return verdict === 'against' ? '-' : verdict === 'for' ? '+' : '·';
}

function evidenceText({ text, places, source }: Evidence): string {
  const shown = places.slice(0, placesShown).map((place) => placeText(place));
  const more = places.length > placesShown ? [`and ${places.length - placesShown} more`] : [];
  const where = shown.length === 0 ? '' : `: ${[...shown, ...more].join(', ')}`;
  return `${text}${where} (${evidenceSourceNames[source]})`;
}

/** For a README or a review: task lists, and places as links relative to the project's folder. */
export function reportAsMarkdown({ assessed, next, notes }: PracticesReport): string {
  const lines = ['## Green ML practices', '', `${progressText(assessed)}.`];
  for (const group of groups) {
    lines.push('', `### ${groupTitles[group]}`);
    for (const each of assessed.filter(({ practice }) => practice.group === group))
      lines.push('', ...practiceMarkdown(each));
  }
  if (next.length > 0) {
    lines.push('', '### Next steps', '');
    for (const [index, { practice, reason }] of next.entries())
      lines.push(`${index + 1}. **${practice.title}.** ${escapeMarkdown(reason)}`);
  }
  for (const note of notes) lines.push('', `_${escapeMarkdown(note)}_`);
  return `${lines.join('\n')}\n`;
}

function practiceMarkdown({ practice, status, notApplicable, items, evidence }: AssessedPractice): string[] {
  const suffix =
    status === 'not-applicable'
      ? `, not applicable: ${escapeMarkdown(notApplicable ?? '')}`
      : status === 'contradicted'
        ? ', contradicted by the evidence'
        : '';
  const lines = [`**${practice.number}. ${practice.title}**${suffix}`, ''];
  if (notApplicable === null) {
    for (const item of items)
      lines.push(`- [${item.done ? 'x' : ' '}] ${item.text}${escapeMarkdown(itemRemark(item))}`);
  }
  for (const each of evidence) lines.push(`- ${evidenceMarkdown(each)}`);
  return lines;
}

function evidenceMarkdown({ text, places, source }: Evidence): string {
  const shown = places.slice(0, placesShown).map((place) => {
    const anchor = place.cell === null ? `#L${place.line}` : '';
    return `[${escapeMarkdown(placeText(place))}](${encodeURI(place.path).replace(/[()]/g, encodeURIComponent)}${anchor})`;
  });
  const more = places.length > placesShown ? [`and ${places.length - placesShown} more`] : [];
  const where = shown.length === 0 ? '' : `: ${[...shown, ...more].join(', ')}`;
  return `${escapeMarkdown(text)}${where} (${evidenceSourceNames[source]})`;
}

function inOneLine(text: string): string {
  return text.replace(/\s+/g, ' ');
}

/** The public JSON of `green-ml practices`; described in docs/json.md. */
export function reportAsJson({ assessed, next, notes }: PracticesReport): unknown {
  return {
    version: 1,
    progress: progressOf(assessed),
    practices: assessed.map(({ practice, status, notApplicable, items, evidence }) => ({
      key: practiceKey(practice.number),
      number: practice.number,
      title: practice.title,
      what: practice.what,
      why: practice.why,
      group: practice.group,
      status,
      notApplicable,
      items,
      evidence: evidence.map(({ item, source, verdict, text, places }) => ({
        item,
        source,
        verdict,
        text,
        places: places.map(({ path, cell, line }) => ({ path, cell, line })),
      })),
    })),
    next: next.map(({ practice, basis, share, reason }) => ({
      key: practiceKey(practice.number),
      basis,
      share,
      reason,
    })),
    notes,
  };
}
