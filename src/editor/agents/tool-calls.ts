import {
  CancellationError,
  l10n,
  LanguageModelTextPart,
  LanguageModelToolResult,
  MarkdownString,
  workspace,
  type CancellationToken,
  type PreparedToolInvocation,
} from 'vscode';
import { AgentError, type AgentTool, type AgentWorld } from '../../agents/tool';
import { agentTools, callTool } from '../../agents/tools';
import { visibleText } from '../../present/plain-text';
import type { Log } from '../log';
import { questionAbout } from './command-question';
import { localFolders } from './local-folders';
import { editorTerminal } from './terminal';

/** Calls of the tools by the editor's agents. */
export class ToolCalls {
  private readonly terminal: AgentWorld['terminal'];

  constructor(
    extensionPath: string,
    private readonly log: Log,
  ) {
    this.terminal = editorTerminal(extensionPath);
  }

  /**
   * What the person reads while the tool works, and is asked before it runs a command. Changes nothing.
   *
   * @param title in the person's language
   * @param input unchecked: what the model wrote
   */
  prepare(name: string, title: string, input: unknown): PreparedToolInvocation {
    const tool = toolNamed(name);
    // What may not run anyway needs no question: the call will say why.
    if (tool.effect !== 'runs a command' || whyNoCommands() !== null)
      return { invocationMessage: `Green ML: ${title}` };
    return {
      invocationMessage: l10n.t('Measuring a command'),
      confirmationMessages: {
        title: l10n.t('Run this command and measure its energy?'),
        message: new MarkdownString(questionAbout(input, l10n.t)),
      },
    };
  }

  /** @throws Error with a sentence that tells the model what to do next; CancellationError */
  async invoke(name: string, input: unknown, token: CancellationToken): Promise<LanguageModelToolResult> {
    const ending = new AbortController();
    const cancelled = token.onCancellationRequested(() => ending.abort());
    if (token.isCancellationRequested) ending.abort();
    try {
      const answer = await callTool(toolNamed(name), input, this.world(ending.signal));
      return new LanguageModelToolResult([new LanguageModelTextPart(visibleText(JSON.stringify(answer)))]);
    } catch (error) {
      if (ending.signal.aborted) throw new CancellationError();
      if (error instanceof AgentError) throw error;
      this.log.error(`The tool ${name} failed.`, error);
      throw new Error(`${name} failed because of a defect of Green ML; go on without it and tell the person.`);
    } finally {
      cancelled.dispose();
    }
  }

  private world(signal: AbortSignal): AgentWorld {
    return { folders: localFolders(), terminal: this.terminal, whyNoCommands: whyNoCommands(), signal };
  }
}

function toolNamed(name: string): AgentTool {
  const tool = agentTools.find((each) => each.name === name);
  if (tool === undefined) throw new Error(`There is no tool ${name}.`);
  return tool;
}

/** For the model. VS Code does not offer the tool then, but it can be called all the same. */
function whyNoCommands(): string | null {
  if (!workspace.isTrusted)
    return 'The workspace is in Restricted Mode, so no command may run; ask the person to trust it first.';
  if (localFolders().length === 0)
    return 'No folder of this computer is open, so no command may run; ask the person to open the folder of the project.';
  return null;
}
