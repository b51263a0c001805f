import {
  inputRequired,
  inputResponse,
  type InputRequiredResult,
  type ServerContext,
} from '@modelcontextprotocol/server';
import { AgentError } from '../agents/tool';
import { inLine } from '../present/plain-text';
import type { ClientAbilities } from './mcp-folders';

/**
 * The question whether a command may run, to be returned to the client; null if the person has said yes.
 *
 * @throws AgentError if the person has said no, or cannot be asked
 */
export function confirmation(
  ctx: ServerContext,
  input: Readonly<Record<string, unknown>> | undefined,
  { elicitation }: ClientAbilities,
): InputRequiredResult | null {
  const answer = inputResponse(ctx.mcpReq.inputResponses, 'confirm');
  if (answer.kind === 'elicit') {
    if (answer.action === 'accept' && answer.content?.['run'] === true) return null;
    throw new AgentError('The person did not allow the command; ask what to do instead.');
  }
  if (elicitation === undefined)
    throw new AgentError(
      'This client cannot ask the person, so no command is run; if it confirms each call by itself, ask the person to start the server with --client-confirms.',
    );
  return inputRequired({
    inputRequests: {
      confirm: inputRequired.elicit({
        message: `Run and measure this command? ${commandOf(input)}`,
        requestedSchema: {
          type: 'object',
          properties: { run: { type: 'boolean', title: 'Run it', description: 'The command runs in the project.' } },
          required: ['run'],
        },
      }),
    },
  });
}

/** All that matters of the call, as the person sees it. The tool limits how long a command may be. */
function commandOf(input: Readonly<Record<string, unknown>> = {}): string {
  const { command, folder, repeat } = input;
  const line = Array.isArray(command) ? command.map((word) => JSON.stringify(word)).join(' ') : String(command);
  const where = typeof folder === 'string' ? `, in ${inLine(folder)}` : '';
  return `${inLine(line)}${where}${typeof repeat === 'number' && repeat > 1 ? `, ${repeat} times` : ''}`;
}
