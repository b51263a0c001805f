import { l10n, MarkdownString, type TextDocument } from 'vscode';
import type { Finding } from '../../lint/engine/findings';
import { practices } from '../../practices/table';
import { escapeMarkdown } from '../../present/markup';
import { commands, hiddenCommands } from '../contributions/commands';
import { commandUri, trusting } from '../contributions/links';

const { applyFix, showRule, showPractice } = hiddenCommands;

/**
 * What a hover adds to findings, one block for each rule: the fixes, and where to read more. VS Code shows the sentence of a
 * finding itself, with its numbers, but not that of a hint.
 */
export function hoverTexts(document: TextDocument, findings: readonly Finding[]): MarkdownString[] {
  const rules = [...new Set(findings.map(({ rule }) => rule))];
  return rules.map((rule) => {
    const own = findings.filter((finding) => finding.rule === rule);
    return hoverText(document, own, rules.length > 1);
  });
}

/** @param isOneOfSeveral true if blocks of other rules are beside it, so that it says which it is */
function hoverText(document: TextDocument, findings: readonly Finding[], isOneOfSeveral: boolean): MarkdownString {
  const text = new MarkdownString();
  text.isTrusted = trusting(applyFix, showRule, showPractice, commands.recommendRegion);
  text.supportThemeIcons = true;
  for (const finding of findings) {
    const paragraphs = [
      finding.severity === 'hint' ? escapeMarkdown(finding.message) : '',
      [...fixLinks(document, finding), ...regionLinks(finding)].join(' · '),
    ];
    for (const paragraph of paragraphs) if (paragraph !== '') text.appendMarkdown(`${paragraph}\n\n`);
  }
  const [first] = findings;
  if (first !== undefined) text.appendMarkdown(readMore(first, isOneOfSeveral));
  return text;
}

function fixLinks({ uri }: TextDocument, { rule, mark, fixes }: Finding): readonly string[] {
  return fixes.map(
    ({ title }) =>
      `$(lightbulb) [${escapeMarkdown(title)}](${commandUri(applyFix, uri.toString(), rule, mark.start.row, title)} "${l10n.t('Changes the code. Undo takes it back.')}")`,
  );
}

/** The regions are compared on a page of their own. */
function regionLinks({ estimate }: Finding): readonly string[] {
  const region = estimate?.['region'];
  return typeof region === 'string'
    ? [`$(globe) [${l10n.t('Compare the regions')}](${commandUri(commands.recommendRegion, region)})`]
    : [];
}

function readMore({ rule, practice: number }: Finding, isOneOfSeveral: boolean): string {
  const about = l10n.t('About {0}', rule);
  const page = `[${isOneOfSeveral ? about : l10n.t('Why this is waste, and when it is not')}](${commandUri(showRule, rule)} "${about}")`;
  const practice = practices.find((each) => each.number === number);
  if (practice === undefined) return page;
  const title = l10n.t('Practice {0}: {1}', practice.number, escapeMarkdown(l10n.t(practice.title)));
  return `${page} · [${title}](${commandUri(showPractice, practice.number, rule)})`;
}
