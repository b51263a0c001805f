import { budgetText, RunBudgets, spentText, type BudgetNotice } from '../runs/budget/run-budgets';
import { OtherRunsWatch } from '../runs/measuring/other-runs';
import { RunReader } from '../runs/journal/run-reader';
import type { CombinedSettings } from '../runs/settings/layers';
import { errorCode } from '../system/files';
import type { ForegroundCommand } from './foreground-command';
import { CommandError, type Io } from './io';
import { journalOf } from './journal';

/**
 * The budgets of this run, with what other runs have used of them.
 *
 * @throws CommandError if other runs have used up a budget that interrupts a run
 */
export async function budgetsOf(
  io: Io,
  { onBudget }: { readonly onBudget: 'warn' | 'interrupt' },
  { watched: limits }: Pick<CombinedSettings, 'watched'>,
  own: () => string | null,
  say: (sentence: string) => void,
): Promise<RunBudgets> {
  const journal = limits.some(({ period }) => period !== 'run') ? journalOf(io, say) : null;
  const reader = new RunReader(journal);
  const others = new OtherRunsWatch(
    own,
    io.cwd,
    () => reader.newest(),
    (error) =>
      say(
        `the other runs cannot be read (${errorCode(error) ?? String(error)}), so budgets for several runs count only this one.`,
      ),
  );
  const now = io.clock.wallMilliseconds();
  if (journal !== null) await others.refresh(now);
  const budgets = new RunBudgets(limits, (period) => others.of(period, io.clock.wallMilliseconds()));
  const spent = budgets.spentByOthers(now);
  if (onBudget === 'interrupt' && spent !== null) {
    throw new CommandError(
      `${spentText(spent)}, so the command was not started; raise the budget, or leave out --on-budget interrupt.`,
    );
  }
  return budgets;
}

/** Says that a budget is nearly or quite used, and interrupts the command if the user asked for that. */
export function announceBudget(
  name: string,
  notice: BudgetNotice,
  action: 'warn' | 'interrupt',
  command: ForegroundCommand,
  say: (sentence: string) => void,
): void {
  const text = budgetText(name, notice);
  if (notice.level === 'near') say(text);
  else if (action === 'interrupt') {
    say(`${text} The command was interrupted (SIGINT), so that it can save its work.`);
    command.signal('SIGINT');
  } else say(`${text} The command continues.`);
}
