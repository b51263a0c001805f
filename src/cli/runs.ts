import { Command, Option } from 'commander';
import { describeRun, headline, headlineOf, howItEnded } from '../runs/describe';
import type { ListedRun } from '../runs/journal/listed-run';
import type { RunRecord } from '../runs/record';
import { formatDuration } from '../present/words';
import { inLine } from '../present/plain-text';
import { columns } from '../present/text-table';
import { CommandError, type Io } from './io';
import { allRuns, eachListedRun, findId, findRun, newestRuns, readJournal, requireJournal } from './run-records';
import { wholeNumber } from './number-option';
import { compareCommand } from './runs-compare';
import { exportCommand } from './runs-export';
import { importCommand } from './runs-import';
import { reportCommand } from './runs-report';
import { statementCommand } from './runs-statement';

interface ListOptions {
  readonly json?: boolean;
  readonly last?: number;
  readonly before?: string;
  readonly folder?: string;
}

/** `green-ml runs`: recorded runs of the editor and the terminal. */
export function runsCommand(io: Io): Command {
  const command = new Command('runs').description('show, compare, export, import and delete recorded runs');
  command
    .command('list')
    .description('list the recorded runs, newest last')
    .addOption(
      new Option('--last <n>', 'only the newest runs; needs --json').argParser(
        wholeNumber(1, 10_000, 'Write how many, from 1 to 10000.'),
      ),
    )
    .option('--before <id>', 'only runs older than this one; needs --last')
    .option('--folder <dir>', 'only runs that were started in this folder or below; needs --last')
    .option('--json', 'print JSON')
    .action(async ({ json, last, before, folder }: ListOptions) => {
      if ((before !== undefined || folder !== undefined) && last === undefined)
        throw new CommandError(`${before === undefined ? '--folder' : '--before'} needs --last.`);
      if (last !== undefined && json !== true) throw new CommandError('--last needs --json.');
      if (json !== true) return printList(io);
      const runs = await (last === undefined ? allRuns(io) : newestRuns(io, { last, before, folder }));
      const { writeJson } = await import('./writing');
      await writeJson(io.stdout, { version: 1, runs });
    });
  command
    .command('show')
    .description('show one run')
    .argument('<id>', 'the id of a run, its first characters if they are unique, or "last"')
    .option('--json', 'print the whole record as JSON')
    .action(async (id: string, { json }: { json?: boolean }) => {
      const { record } = await findRun(io, id);
      io.stdout.write(json === true ? `${JSON.stringify(record, null, 2)}\n` : showText(record));
    });
  command
    .command('delete')
    .description('delete the record of one run')
    .argument('<id>', 'the id of a run, or its first characters if they are unique')
    .action(async (id: string) => {
      const journal = requireJournal(io);
      const found = await findId(journal, id);
      // Damaged records can be deleted too.
      const stored = await journal.read(found).catch(() => null);
      if (stored?.record.status === 'running')
        throw new CommandError(`${found} is still in progress; end it before you delete its record.`);
      await readJournal(journal, () => journal.delete(found));
      io.stdout.write(`Deleted the record of ${inLine(found)}.\n`);
    });
  command.addCommand(exportCommand(io));
  command.addCommand(importCommand(io));
  command.addCommand(compareCommand(io));
  command.addCommand(reportCommand(io));
  command.addCommand(statementCommand(io));
  return command;
}

/** How much text is printed at a time. */
const printedLength = 65_536;

/** Prints while it reads: of many thousands of runs, little is in memory. */
async function printList(io: Io): Promise<void> {
  let text = 'No runs have been recorded yet. Start with: green-ml run -- python3 train.py\n';
  let isFirst = true;
  await eachListedRun(io, (run) => {
    text = `${isFirst ? '' : text}${inLine(listLine(run))}\n`;
    isFirst = false;
    if (text.length < printedLength) return;
    io.stdout.write(text);
    text = '';
  });
  if (text !== '') io.stdout.write(text);
}

function listLine(run: ListedRun): string {
  return `${run.id}  ${headlineOf(run)}  ${formatDuration(run.durationSeconds)}  ${run.name}${statusText(run)}`;
}

function statusText(run: Pick<RunRecord, 'status' | 'exitCode' | 'stoppedBy'>): string {
  const ended = run.status === 'running' ? run.status : (howItEnded(run)?.text ?? null);
  return ended === null ? '' : `  (${ended})`;
}

function showText(record: RunRecord): string {
  const text = withoutTables(describeRun(record))
    .replace(/\*\*/g, '')
    .replace(/\\([\\`*_{}[\]()#+!|<>~$])/g, '$1');
  return `${inLine(`${record.name}, ${record.startedAt}`)}${statusText(record)}\n${headline(record)}\n\n${text}\n`;
}

/** Markdown tables as aligned columns, because a terminal does not render them. */
function withoutTables(markdown: string): string {
  return markdown.replace(/(?:^\|.*\n)+/gm, (table) => {
    const [header = [], , ...rows] = table
      .trimEnd()
      .split('\n')
      .map((line) =>
        line
          .split('|')
          .slice(1, -1)
          .map((cell) => cell.trim()),
      );
    return columns(
      header,
      rows.map((row) => row.map((cell) => cell.replace(/\*\*/g, ''))),
      header.map((_title, column) => column).slice(1),
    );
  });
}
