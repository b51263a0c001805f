import { schemaOf } from '../../agents/schema';
import type { AgentTool } from '../../agents/tool';
import { settingName } from './links';

/** What people read about a tool for coding agents, and when it is offered. */
interface ShownTool {
  readonly userDescription: string;
  readonly icon: string;
  readonly when?: string;
}

/** By the names of the tools. What the model reads is in the tool itself. */
const shownTools: Readonly<Record<string, ShownTool>> = {
  lint_ml_code: {
    userDescription: 'Finds waste in machine-learning code, with numbers and fixes.',
    icon: '$(search)',
  },
  measure_command: {
    userDescription: 'Runs a command, after you agree, and measures its energy and emissions.',
    icon: '$(pulse)',
    when: 'isWorkspaceTrusted && workspaceFolderCount > 0',
  },
  compare_runs: {
    userDescription: 'Says whether one run used less energy than another, and how sure that is.',
    icon: '$(diff)',
  },
  list_runs: { userDescription: 'Lists the recorded runs with their energy.', icon: '$(history)' },
  estimate_training: {
    userDescription: 'Estimates the energy and emissions of a training before it runs.',
    icon: '$(dashboard)',
  },
  recommend_region: {
    userDescription: 'Finds the cloud regions with the lowest emissions for a job.',
    icon: '$(globe)',
  },
  find_clean_window: {
    userDescription: 'Finds the hours with the cleanest electricity before a deadline.',
    icon: '$(clock)',
  },
  get_practices: {
    userDescription: 'Shows which of the 17 green-ML practices this project follows, with evidence.',
    icon: '$(checklist)',
  },
  explain_practice: { userDescription: 'Explains one of the 17 green-ML practices.', icon: '$(book)' },
  explain_rule: { userDescription: 'Explains a rule of the linter, with examples.', icon: '$(info)' },
};

/** If the server is offered, it has the tools: no agent should see each of them twice. */
const noServer = `!config.${settingName('agents.mcpServer')}`;

/** A tool as package.json declares it. @throws if this file does not know the tool */
export function declarationOf({ name, title, description, parameters }: AgentTool): object {
  const shown = shownTools[name];
  if (shown === undefined) throw new Error(`Add ${name} to src/editor/contributions/agent-tools.ts.`);
  return {
    name,
    toolReferenceName: name,
    canBeReferencedInPrompt: true,
    displayName: title,
    userDescription: shown.userDescription,
    modelDescription: description,
    icon: shown.icon,
    tags: ['machine-learning', 'energy'],
    when: shown.when === undefined ? noServer : `${noServer} && ${shown.when}`,
    inputSchema: schemaOf({ parameters }),
  };
}
