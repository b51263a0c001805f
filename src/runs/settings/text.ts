import { escapeMarkdown } from '../../present/markup';
import { linesOfText, shortened } from '../../present/plain-text';
import { columns } from '../../present/text-table';
import { originRemark } from '../origin';
import type { ReportedSetting, SettingsReport } from './report';

/** A longer value, such as a list of rules, is cut. */
const mostShown = 60;

const header = ['setting', 'value', 'from'];

/** The report for a terminal. */
export function settingsText(report: SettingsReport): string {
  const { limits, files, problems } = report;
  const parts = [
    columns(header, rowsOf(report.settings), []),
    ...(Object.keys(limits).length === 0 ? [] : [columns(['limit', 'value', 'from'], rowsOf(limits), [])]),
    columns(
      ['file', 'path', ''],
      files.map(({ owner, path, state }) => [owner, path ?? 'none found', path === null ? '' : state]),
      [],
    ),
  ];
  return [...parts, ...(problems.length === 0 ? [] : [`${linesOfText(problems)}\n`])].join('\n');
}

/** The report for a page of the editor. */
export function settingsMarkdown(report: SettingsReport): string {
  const { limits, files, problems } = report;
  const table = (names: readonly string[], rows: readonly (readonly string[])[]): string[] => [
    `| ${names.join(' | ')} |`,
    `|${names.map(() => ':--').join('|')}|`,
    ...rows.map((row) => `| ${row.map(escapeMarkdown).join(' | ')} |`),
    '',
  ];
  return [
    '# Effective settings',
    '',
    ...table(header, rowsOf(report.settings)),
    ...(Object.keys(limits).length === 0
      ? []
      : ['## Limits of this machine', '', ...table(['limit', 'value', 'from'], rowsOf(limits))]),
    '## Files',
    '',
    ...table(
      ['file', 'path', 'state'],
      files.map(({ owner, path, state }) => [owner, path ?? 'none found', path === null ? '' : state]),
    ),
    ...problems.flatMap((problem) => [`- ${escapeMarkdown(problem)}`]),
  ].join('\n');
}

function rowsOf(settings: Readonly<Partial<Record<string, ReportedSetting>>>): string[][] {
  return Object.entries(settings).flatMap(([key, setting]) =>
    setting === undefined ? [] : [[key, shortened(setting.shown, mostShown), fromText(setting)]],
  );
}

function fromText({ from, variable, isLimit }: ReportedSetting): string {
  if (from.by === 'default') return from.reason;
  if (variable !== undefined) return variable;
  const remark =
    originRemark(from)?.replace(/^set in /, '') ?? (from.by === 'person' ? 'option' : 'setting of VS Code');
  return isLimit === true ? `limit in ${remark}` : remark;
}
