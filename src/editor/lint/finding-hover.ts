import { MarkdownString } from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import type { FindingFigures } from '../../lint/engine/rule';
import { sources } from '../../practices/sources';
import { findPractice } from '../../practices/table';
import { escapeMarkdown } from '../../present/markup';
import { grouped } from '../../present/words';
import { hiddenCommands } from '../contributions/commands';
import { commandUri, trusting } from '../contributions/links';

const { showRule, showPractice } = hiddenCommands;

/** The hover of a finding. VS Code already shows its message; this adds its numbers and its practice. */
export function findingText(finding: Finding): MarkdownString {
  const text = new MarkdownString();
  text.isTrusted = trusting(showRule, showPractice);
  const { headline, estimate, rule } = finding;
  if (headline !== null) text.appendMarkdown(`**${escapeMarkdown(headline)}**  \n`);
  const numbers = (estimate === null ? [] : numbersOf(estimate)).filter((number) => number !== headline);
  if (numbers.length > 0) text.appendMarkdown(`${numbers.join(' · ')}\n\n`);
  const practice = finding.practice === null ? null : findPractice(finding.practice);
  if (practice !== null) {
    const link = commandUri(showPractice, practice.number, rule);
    text.appendMarkdown(
      `[Practice ${practice.number}: ${escapeMarkdown(practice.title)}](${link}). ${escapeMarkdown(practice.what)}\n\n`,
    );
    for (const { text: figure, source } of practice.figures) {
      const { name, url } = sources[source];
      text.appendMarkdown(`- ${escapeMarkdown(figure)} ([${escapeMarkdown(name)}](${url}))\n`);
    }
    if (practice.figures.length > 0) text.appendMarkdown('\n');
  }
  text.appendMarkdown(`[About ${rule}](${commandUri(showRule, rule)})`);
  return text;
}

/** The figures of an estimate in words: `modelParameters: 16830018` becomes "16,830,018 model parameters". */
function numbersOf(estimate: FindingFigures): readonly string[] {
  return Object.entries(estimate).map(([name, value]) => {
    const word = name.replace(/[A-Z]/g, (capital) => ` ${capital.toLowerCase()}`);
    if (value === null) return `${word}: unknown`;
    return typeof value === 'number' ? `${grouped(value)} ${word}` : `${word}: ${escapeMarkdown(value)}`;
  });
}
