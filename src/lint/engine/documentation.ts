import type { DocumentedRule, Rule } from './rule';

/** The page of one rule, in Markdown. */
export function rulePage(rule: DocumentedRule): string {
  const practice = rule.practice === null ? '' : ` · practice ${rule.practice}`;
  const off = rule.enabled ? '' : ' · off unless selected';
  return [
    `# ${rule.id}`,
    `${rule.severity}${practice}${off}`,
    rule.summary,
    '## What it finds',
    rule.details,
    '## Why that is waste',
    rule.why,
    '## What to do',
    rule.remedy,
    ...(rule.nonCompliant.length > 0 ? ['## Reported', ...rule.nonCompliant.map(({ code }) => fenced(code))] : []),
    ...(rule.compliant.length > 0 ? ['## Not reported', ...rule.compliant.map(fenced)] : []),
    ...thresholds(rule),
    '## How to silence it',
    `\`# green-ml: ignore[${rule.id}] why\` on the line or alone on the line above, \`ignore-cell[…]\` for a notebook's cell, \`ignore-file[…]\` for a file; for a project, in \`pyproject.toml\`:`,
    `\`\`\`toml\n[tool.green-ml]\nignore = ["${rule.id}"]\n\`\`\``,
    '',
  ]
    .join('\n\n')
    .trimEnd()
    .concat('\n');
}

function thresholds(rule: Rule): readonly string[] {
  const entries = Object.entries(rule.thresholds);
  if (entries.length === 0) return [];
  const lines = entries.map(([name, { default: value, meaning }]) => `${name} = ${value}  # ${meaning}`).join('\n');
  return ['## Thresholds', `\`\`\`toml\n[tool.green-ml.thresholds.${rule.id}]\n${lines}\n\`\`\``];
}

const fenced = (code: string): string => `\`\`\`python\n${code.trimEnd()}\n\`\`\``;

/** The list of all rules, in Markdown. */
export function rulesIndex(rules: readonly Rule[]): string {
  const rows = rules.map(
    ({ id, severity, practice, enabled, summary }) =>
      `| [${id}](${id}.md) | ${enabled ? severity : 'off'} | ${practice ?? ''} | ${summary} |`,
  );
  return [
    '# Rules',
    '',
    'Every rule says nothing where it is not sure. In tests (`test_*`, `*_test`, `conftest`) each speaks one tier more quietly.',
    '',
    '| rule | highest tier | practice | what it finds |',
    '|---|---|---|---|',
    ...rows,
    '',
  ].join('\n');
}

/** The files of `docs/rules`, by name. */
export function rulePages(rules: readonly DocumentedRule[]): ReadonlyMap<string, string> {
  return new Map([
    ['README.md', rulesIndex(rules)],
    ...rules.map((rule): [string, string] => [`${rule.id}.md`, rulePage(rule)]),
  ]);
}
