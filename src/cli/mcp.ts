import { Command } from 'commander';
import { resolve } from 'node:path';
import { requirePath, type Io } from './io';

interface McpCommandOptions {
  readonly folder: readonly string[];
  readonly clientConfirms?: boolean;
}

/** `green-ml mcp`: a server of the Model Context Protocol on standard input and output, for coding agents. */
export function mcpCommand(io: Io): Command {
  return new Command('mcp')
    .description('serve coding agents over the Model Context Protocol, on standard input and output')
    .option(
      '--folder <dir>',
      "a folder that the agent may read; give it again for more (default: the client's, else the current folder)",
      (folder: string, others: readonly string[]) => [...others, folder],
      [] as readonly string[],
    )
    .option(
      '--client-confirms',
      'the client asks the person before each call of a tool, so commands run without another question',
    )
    .addHelpText(
      'after',
      '\nClients start it themselves: give them the command "green-ml" with the argument "mcp". It ends with its client.',
    )
    .action(async ({ folder, clientConfirms }: McpCommandOptions) => {
      for (const each of folder) requirePath(each);
      const { serveAgents } = await import('./mcp-server');
      await serveAgents(io, {
        folders: folder.map((each) => resolve(io.cwd, each)),
        clientConfirms: clientConfirms === true,
      });
    });
}
