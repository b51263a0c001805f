import type { ActionId } from '../../practices/practice';
import { findPractice } from '../../practices/table';
import { commands, editorCommands, focusOf, type Command } from '../contributions/commands';
import { views } from '../contributions/surfaces';
import { availableCommands, executeCommand } from '../contributions/use-commands';

/** A button of a practice and the command that it runs. */
export interface AvailableAction {
  readonly id: ActionId;
  readonly title: string;
  readonly command: string;
  readonly run: () => Thenable<unknown>;
}

interface ActionCommand {
  readonly title: string;
  readonly command: string;
  readonly run: (practice: number) => Thenable<unknown>;
}

function way<Args extends readonly unknown[]>(
  title: string,
  command: Command<Args>,
  argumentsFor: (practice: number) => [...Args],
): ActionCommand {
  return { title, command: command.id, run: (practice) => executeCommand(command, ...argumentsFor(practice)) };
}

const withoutArguments = (): [] => [];

/** What does the thing, best first: the first command that exists is taken. */
export const ways: Readonly<Record<ActionId, readonly ActionCommand[]>> = {
  'measure-run': [way('Start a run', editorCommands.showRunAndDebug, withoutArguments)],
  'show-runs': [way('Show the last run', commands.showLastRun, withoutArguments)],
  // Which two runs is chosen in the history.
  'compare-runs': [way('Show the runs', focusOf(views.history), withoutArguments)],
  // Of all runs of the project, whatever is selected in the history.
  'write-statement': [way('Write the statement', commands.copyStatement, () => [undefined, []])],
  'set-budget': [way('Set a budget', commands.setBudget, withoutArguments)],
  'set-location': [way('Set the location', commands.setLocation, withoutArguments)],
  'recommend-region': [way('Recommend a region', commands.recommendRegion, withoutArguments)],
  'best-time': [way('Find the best time', commands.bestTime, withoutArguments)],
  'check-code': [
    way('Check the code', commands.lintWorkspace, (practice) => [findPractice(practice)?.rules ?? []]),
    way('Show the problems', editorCommands.showProblems, withoutArguments),
  ],
};

/** The buttons of each practice, with the commands that this editor has. */
export class Actions {
  private constructor(private readonly known: ReadonlySet<string>) {}

  static async find(): Promise<Actions> {
    return new Actions(await availableCommands());
  }

  of(practice: number): readonly AvailableAction[] {
    return (findPractice(practice)?.actions ?? []).flatMap((id) => {
      const found = ways[id].find(({ command }) => this.known.has(command));
      return found === undefined
        ? []
        : [{ id, title: found.title, command: found.command, run: () => found.run(practice) }];
    });
  }

  async run(practice: number, id: string): Promise<void> {
    await this.of(practice)
      .find((each) => each.id === id)
      ?.run();
  }
}
