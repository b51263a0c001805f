import { Command, Option } from 'commander';
import { version } from '../../package.json';
import { emissionsStatement, type StatementFormat } from '../present/report/statement';
import { statementFacts } from '../present/report/statement-facts';
import { summarise } from '../runs/summary';
import type { Io } from './io';
import { deliver } from './run-records';
import { addSelection, selectRuns, type SelectionOptions } from './run-selection';

interface StatementOptions extends SelectionOptions {
  readonly format: StatementFormat;
  readonly output?: string;
}

/** `green-ml runs statement`: a paragraph about energy and emissions for a paper. */
export function statementCommand(io: Io): Command {
  return addSelection(new Command('statement').description('write a statement about energy and emissions for a paper'))
    .addOption(new Option('--format <format>', 'format of the text').choices(['markdown', 'latex']).default('markdown'))
    .option('--output <file>', 'write to a file instead of standard output')
    .action(async (ids: string[], { format, output, ...selection }: StatementOptions) => {
      const runs = await selectRuns(io, ids, selection);
      await deliver(io, emissionsStatement(statementFacts(summarise(runs), version), format), output);
    });
}
