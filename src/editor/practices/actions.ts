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
  readonly command: string;
  readonly args?: (practice: number) => readonly unknown[];
}

/** What does the thing, best first: the first command that exists is taken, and a button without one is not shown. */
const ways: Record<ActionId, { readonly title: string; readonly commands: readonly Way[] }> = {
  'measure-run': { title: 'Start a run', commands: [{ command: 'workbench.view.debug' }] },
  'show-runs': { title: 'Show the last run', commands: [{ command: 'greenML.runs.showLast' }] },
  'compare-runs': { title: 'Compare runs', commands: [{ command: 'greenML.runs.compare' }] },
  'write-statement': { title: 'Write the statement', commands: [{ command: 'greenML.runs.statement' }] },
  'set-budget': { title: 'Set a budget', commands: [{ command: 'workbench.action.openSettings', args: () => ['greenML.budget'] }] },
  'set-location': {
    title: 'Set the location',
    commands: [{ command: 'greenML.location.set' }, { command: 'workbench.action.openSettings', args: () => ['greenML.location'] }],
  },
  'recommend-region': { title: 'Recommend a region', commands: [{ command: 'greenML.regions.recommend' }] },
  'best-time': { title: 'Find the best time', commands: [{ command: 'greenML.regions.bestTime' }] },
  'check-code': {
    title: 'Check the code',
    commands: [{ command: 'greenML.lint.workspace', args: (practice) => [findPractice(practice)?.rules ?? []] }],
  },
};

/** The buttons of each practice, with the commands that this editor has. */
export class Actions {
  private constructor(private readonly known: ReadonlySet<string>) {}

  static async find(): Promise<Actions> {
    return new Actions(new Set(await commands.getCommands(true)));
  }

  of(practice: number): readonly AvailableAction[] {
    return (findPractice(practice)?.actions ?? []).flatMap((id) => {
      const { title, commands: candidates } = ways[id];
      const way = candidates.find(({ command }) => this.known.has(command));
      return way === undefined ? [] : [{ id, title, command: way.command, args: way.args?.(practice) ?? [] }];
    });
  }

  async run(practice: number, id: string): Promise<void> {
    const action = this.of(practice).find((each) => each.id === id);
    if (action !== undefined) await commands.executeCommand(action.command, ...action.args);
  }
}
