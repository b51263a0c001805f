import { commands } from 'vscode';
import type { ActionId } from '../../practices/practice';
import { findPractice } from '../../practices/table';

/** A button of a practice and the command that it runs. */
export interface AvailableAction {
  readonly id: ActionId;
  readonly title: string;
  readonly command: string;
  readonly args: readonly unknown[];
}

interface Way {
  readonly title: string;
  readonly command: string;
  readonly args?: (practice: number) => readonly unknown[];
}

/** What does the thing, best first: the first command that exists is taken. */
export const ways: Readonly<Record<ActionId, readonly Way[]>> = {
  'measure-run': [{ title: 'Start a run', command: 'workbench.view.debug' }],
  'show-runs': [{ title: 'Show the last run', command: 'greenML.runs.showLast' }],
  // Which two runs is chosen in the history.
  'compare-runs': [{ title: 'Show the runs', command: 'greenML.runs.history.focus' }],
  'write-statement': [
    // Of all runs of the project, whatever is selected in the history.
    { title: 'Write the statement', command: 'greenML.runs.copyStatement', args: () => [undefined, []] },
  ],
  'set-budget': [{ title: 'Set a budget', command: 'greenML.setBudget', args: () => [] }],
  'set-location': [{ title: 'Set the location', command: 'greenML.setLocation' }],
  'recommend-region': [{ title: 'Recommend a region', command: 'greenML.regions.recommend' }],
  'best-time': [{ title: 'Find the best time', command: 'greenML.regions.bestTime' }],
  'check-code': [
    {
      title: 'Check the code',
      command: 'greenML.lint.workspace',
      args: (practice) => [findPractice(practice)?.rules ?? []],
    },
    { title: 'Show the problems', command: 'workbench.actions.view.problems' },
  ],
};

/** The buttons of each practice, with the commands that this editor has. */
export class Actions {
  private constructor(private readonly known: ReadonlySet<string>) {}

  static async find(): Promise<Actions> {
    return new Actions(new Set(await commands.getCommands(true)));
  }

  of(practice: number): readonly AvailableAction[] {
    return (findPractice(practice)?.actions ?? []).flatMap((id) => {
      const way = ways[id].find(({ command }) => this.known.has(command));
      return way === undefined
        ? []
        : [{ id, title: way.title, command: way.command, args: way.args?.(practice) ?? [] }];
    });
  }

  async run(practice: number, id: string): Promise<void> {
    const action = this.of(practice).find((each) => each.id === id);
    if (action !== undefined) await commands.executeCommand(action.command, ...action.args);
  }
}
