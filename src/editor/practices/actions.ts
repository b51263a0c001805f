import { l10n } from 'vscode';
import type { ActionId } from '../../practices/practice';
import { findPractice } from '../../practices/table';
import { commands, editorCommands, focusOf, type Command } from '../contributions/commands';
import { views } from '../contributions/surfaces';
import { availableCommands, executeCommand } from '../contributions/use-commands';
import { localisable } from '../../present/l10n';

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

function actionFor<Args extends readonly unknown[]>(
  title: string,
  command: Command<Args>,
  argumentsFor: (practice: number) => [...Args],
): ActionCommand {
  return { title, command: command.id, run: (practice) => executeCommand(command, ...argumentsFor(practice)) };
}

const withoutArguments = (): [] => [];

/** The commands for each action, best first; the first one that exists is used. */
export const ways: Readonly<Record<ActionId, readonly ActionCommand[]>> = {
  'measure-run': [actionFor(localisable('Start a Run'), editorCommands.showRunAndDebug, withoutArguments)],
  'show-runs': [actionFor(localisable('Show Last Run'), commands.showLastRun, withoutArguments)],
  // The user selects two runs in the history.
  'compare-runs': [actionFor(localisable('Show Runs'), focusOf(views.history), withoutArguments)],
  // An empty selection means all runs of the project.
  'write-statement': [
    actionFor(localisable('Copy Emissions Statement'), commands.copyStatement, () => [undefined, []]),
  ],
  'set-budget': [actionFor(localisable('Set a Budget'), commands.setBudget, withoutArguments)],
  'set-location': [actionFor(localisable('Set Location'), commands.setLocation, withoutArguments)],
  'recommend-region': [actionFor(localisable('Recommend a Region'), commands.recommendRegion, withoutArguments)],
  'best-time': [actionFor(localisable('Find Best Time'), commands.bestTime, withoutArguments)],
  'check-code': [
    actionFor(localisable('Check Code'), commands.lintWorkspace, (practice) => [findPractice(practice)?.rules ?? []]),
    actionFor(localisable('Show Problems'), editorCommands.showProblems, withoutArguments),
  ],
};

/** The buttons of each practice. Only commands that exist in this editor are offered. */
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
        : [{ id, title: l10n.t(found.title), command: found.command, run: () => found.run(practice) }];
    });
  }

  async run(practice: number, id: string): Promise<void> {
    await this.of(practice)
      .find((each) => each.id === id)
      ?.run();
  }
}
