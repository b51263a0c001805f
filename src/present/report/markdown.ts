import { emissionsStatement } from './statement';
import { escapeMarkdown } from '../markup';
import { statementFacts } from './statement-facts';
import { markdownTable } from './tables';
import type { ProjectReport } from './project-report';
import { basisSentences, keyFigures, largestTable, pastBestTable, programTable, timeTable, unitTable } from './words';
import { newsSentences, wasteNotes } from './news';
import { reportAsMarkdown as practicesMarkdown } from '../../practices/report';
import { dayKey } from '../words';

/** The report as Markdown, for a repository or a wiki. */
export function reportAsMarkdown(report: ProjectReport): string {
  const { title, summary, version, generatedAt, practices } = report;
  const parts = [
    `# ${escapeMarkdown(title)}: energy and emissions`,
    `As of ${dayKey(new Date(generatedAt))}.`,
    newsSentences(report).map(escapeMarkdown).join(' '),
    keyFigures(report)
      .map(({ name, value, detail }) => `- ${name}: **${escapeMarkdown(value)}** (${escapeMarkdown(detail)})`)
      .join('\n'),
    ...[timeTable(report), programTable(report), pastBestTable(report), unitTable(report), largestTable(report)]
      .filter(({ rows }) => rows.length > 0)
      .map(markdownTable),
    ...(practices === null ? [] : [practicesMarkdown(practices)]),
    '## About the figures',
    [...basisSentences(report), ...wasteNotes(report)].map((sentence) => `- ${escapeMarkdown(sentence)}`).join('\n'),
    '## For a paper',
    emissionsStatement(statementFacts(summary, version), 'markdown').trimEnd(),
  ];
  return `${parts.join('\n\n')}\n`;
}
