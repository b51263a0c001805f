import { componentNames, methodNames } from './describe';
import type { Availability } from '../power/source';
import { linesOfText } from '../present/plain-text';
import { escapeMarkdown } from '../present/markup';

/** The power sources of a machine for people: which are in use, which would be better, and how to get those. */

/** For a terminal. */
export function sourcesText(sources: readonly Availability[]): string {
  const { found, lacking } = parted(sources);
  const lines: string[] = [];
  if (found.length > 0) lines.push('In use:', ...found.flatMap(sourceLines));
  if (lacking.length > 0) lines.push('', 'Not in use:', ...lacking.flatMap(sourceLines));
  return `${linesOfText(lines).trimStart()}\n`;
}

/** As Markdown, for the editor. */
export function sourcesMarkdown(sources: readonly Availability[], notes: readonly string[]): string {
  const { found, lacking } = parted(sources);
  return [
    '# Power sources',
    'Where the figures of this computer come from, from the surest to the least sure: measured, modelled, assumed.',
    ...(found.length === 0 ? [] : ['## In use', ...found.map(sourceBlock)]),
    ...(lacking.length === 0 ? [] : ['## Not in use', ...lacking.map(sourceBlock)]),
    ...notes.map((note) => `Note: ${escapeMarkdown(note)}`),
  ].join('\n\n');
}

function parted(sources: readonly Availability[]): {
  readonly found: readonly Availability[];
  readonly lacking: readonly Availability[];
} {
  return {
    found: sources.filter(({ available }) => available),
    lacking: sources.filter(({ available }) => !available),
  };
}

function sourceLines({ component, name, method, reason, enable }: Availability): string[] {
  const lines = [`  ${componentNames[component]}: ${name}, ${methodNames[method]}`];
  if (reason !== null) lines.push(`    ${reason}`);
  if (enable !== null) lines.push('    To enable it:', ...enable.split('\n').map((line) => `      ${line}`));
  return lines;
}

function sourceBlock({ component, name, method, reason, enable }: Availability): string {
  const named = `**${componentNames[component]}**: ${escapeMarkdown(name)}, ${methodNames[method]}`;
  const why = reason === null ? [] : [escapeMarkdown(reason)];
  const how = enable === null ? [] : [`To enable it:\n\n${fenced(enable)}`];
  return [named, ...why, ...how].join('\n\n');
}

/** Text to copy, as it is: a fence longer than any run of backticks in it. */
function fenced(text: string): string {
  const longest = Math.max(2, ...[...text.matchAll(/`+/g)].map(([ticks]) => ticks.length));
  const fence = '`'.repeat(longest + 1);
  return `${fence}sh\n${text}\n${fence}`;
}
