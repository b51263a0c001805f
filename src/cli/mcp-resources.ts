import { AgentError, type AgentTool, type AgentWorld } from '../agents/tool';
import { agentTools, callTool } from '../agents/tools';

/** What a client can attach to a conversation: pages of rules, the practices, the last runs. */

const rulePrefix = 'green-ml://rule/';
const practicesUri = 'green-ml://practices';
const runsUri = 'green-ml://runs';

export const resourceTemplates = [
  {
    uriTemplate: `${rulePrefix}{id}`,
    name: 'rule',
    title: 'Page of a Lint Rule',
    description: 'What a rule finds, why that is waste, and what to write instead.',
    mimeType: 'text/markdown',
  },
] as const;

/** The resources without parameters. Rules are too many for a list; the template has them. */
export function listResources() {
  return [
    {
      uri: practicesUri,
      name: 'practices',
      title: 'Green ML Practices of This Project',
      description: 'The 17 practices, what the project does of each, and the next steps.',
      mimeType: 'application/json',
    },
    {
      uri: runsUri,
      name: 'runs',
      title: 'Last Recorded Runs',
      description: 'The newest runs of this project with energy, range and method.',
      mimeType: 'application/json',
    },
  ];
}

/** @throws AgentError if there is no such resource */
export async function readResource(
  uri: string,
  world: AgentWorld,
): Promise<{ contents: { uri: string; mimeType: string; text: string }[] }> {
  const [tool, input, mimeType] = questionOf(uri);
  const answer = await callTool(tool, input, world);
  const text = mimeType === 'text/markdown' ? String(answer['page']) : JSON.stringify(answer);
  return { contents: [{ uri, mimeType, text }] };
}

function questionOf(uri: string): readonly [tool: AgentTool, input: unknown, mimeType: string] {
  if (uri.startsWith(rulePrefix)) return [toolNamed('explain_rule'), { rule: nameIn(uri) }, 'text/markdown'];
  if (uri === practicesUri) return [toolNamed('get_practices'), {}, 'application/json'];
  if (uri === runsUri) return [toolNamed('list_runs'), {}, 'application/json'];
  throw new AgentError(
    `There is no resource "${uri.slice(0, 100)}"; there are ${practicesUri}, ${runsUri} and ${rulePrefix}ID.`,
  );
}

function nameIn(uri: string): string {
  try {
    return decodeURIComponent(uri.slice(rulePrefix.length));
  } catch {
    return uri.slice(rulePrefix.length);
  }
}

function toolNamed(name: string): AgentTool {
  const found = agentTools.find((tool) => tool.name === name);
  if (found === undefined) throw new Error(`there is no tool ${name}`);
  return found;
}
