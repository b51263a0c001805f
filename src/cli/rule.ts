import { Command } from 'commander';
import { suggestions } from '../present/spelling';
import { asText } from '../lint/engine/plain-text';
import type { Rule } from '../lint/engine/rule';
import { linesOfText } from '../present/plain-text';
import { CommandError, type Io } from './io';
import { oneOf } from '../present/words';

/** `green-ml rule`: the page of a rule, as in the editor; works offline. */
export function ruleCommand(io: Io): Command {
  return new Command('rule')
    .description('explain a rule: what it finds, why that is waste, what to do')
    .argument('<id>', 'the id of the rule, such as grid-search')
    .option('--markdown', 'print the page as Markdown')
    .action(async (id: string, { markdown }: { markdown?: boolean }) => {
      const [{ documentedRules: rules }, { rulePage }] = await Promise.all([
        import('../lint/rules/documented'),
        import('../lint/engine/documentation'),
      ]);
      const rule = rules.find((each) => each.id === id.toLowerCase());
      if (rule === undefined) throw new CommandError(`there is no rule "${id}"; ${insteadOf(id, rules)}`);
      const page = rulePage(rule);
      io.stdout.write(markdown === true ? page : pageText(page));
    });
}

function insteadOf(id: string, rules: readonly Rule[]): string {
  const similar = suggestions(
    id,
    rules.map((rule) => ({ id: rule.id, names: [rule.id] })),
  );
  return similar.length > 0
    ? `did you mean ${oneOf(similar)}?`
    : `the rules are ${rules
        .map((rule) => rule.id)
        .sort()
        .join(', ')}.`;
}

/** The page without Markdown syntax; code is indented. */
function pageText(page: string): string {
  let inCode = false;
  const lines = page.split('\n').flatMap((line) => {
    if (line.startsWith('```')) {
      inCode = !inCode;
      return [];
    }
    return [inCode ? `    ${line}`.trimEnd() : asText(line.replace(/^#{1,6} /, ''))];
  });
  return `${linesOfText(lines).trimEnd()}\n`;
}
