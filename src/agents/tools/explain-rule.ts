import * as v from 'valibot';
import { folderIfAny, textOfTerminal } from '../terminal-answer';
import type { AgentTool } from '../tool';

export const explainRule: AgentTool = {
  name: 'explain_rule',
  title: 'Explain a Lint Rule',
  description:
    'Returns the page of a rule of lint_ml_code (Markdown): what it finds, why that wastes energy, what to write instead. Use it when a finding is not clear.',
  parameters: v.strictObject({
    rule: v.pipe(v.string(), v.minLength(1), v.maxLength(80), v.description('Its id, such as grid-search.')),
  }),
  effect: 'reads',
  worksAnywhere: true,
  async call({ rule }, world) {
    const page = await textOfTerminal(world, {
      args: ['rule', '--markdown', '--', String(rule)],
      cwd: folderIfAny(world),
    });
    return { rule: String(rule).toLowerCase(), page: page.trimEnd() };
  },
};
