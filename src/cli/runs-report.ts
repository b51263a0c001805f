import { Command, Option } from 'commander';
import { CommandError, type Io } from './io';
import { atLeast, moreThanZero, most, share } from './number-option';
import { addSelection } from './run-selection';
import type { ReportOptions } from './report-options';

/** `green-ml runs report`: a project's energy and emissions, for readers outside the project. */
export function reportCommand(io: Io): Command {
  return addSelection(new Command('report').description('write a report on the energy and emissions of a project'))
    .addOption(
      new Option(
        '--format <format>',
        'format of the report (default: from the name of the file, else markdown)',
      ).choices(['markdown', 'html', 'json']),
    )
    .option('--output <file>', 'write to a file instead of standard output')
    .option('--title <text>', 'name of the project (default: the name of the folder)')
    .option(
      '--units <n>',
      'number of functional units that the runs served, for the SCI score',
      moreThanZero(most.units),
    )
    .option(
      '--unit <name>',
      'name of the functional unit: token, image, inference, workflow, parameter, FLOP or any other word',
      'unit',
    )
    .option('--embodied-kg <kg>', 'emissions from making the hardware, kg CO₂e', atLeast(0, most.kilograms))
    .option('--lifespan-hours <h>', 'hours that the hardware is used over its lifetime', moreThanZero(most.hours))
    .option(
      '--share <share>',
      'share of the machine that is reserved for the runs, 0 to 1; applies to energy and embodied emissions',
      share,
      1,
    )
    .option(
      '--no-practices',
      'leave out the practices of the folder; reading its code takes a while in a large project',
    )
    .addOption(
      new Option(
        '--team <dir>',
        "the journals of many people instead of your own: a folder with a folder for each, or a pattern such as '/home/*'",
      ).conflicts(['all', 'folder']),
    )
    .option('--pseudonyms', 'with --team, number the people instead of naming them')
    .action(async (ids: string[], options: ReportOptions) => {
      const { team } = options;
      if (team !== undefined) {
        if (ids.length > 0) throw new CommandError('give either ids of runs or --team, not both.');
        const { writeTeamReport } = await import('./team-report');
        await writeTeamReport(io, { ...options, team });
        return;
      }
      const { writeReport } = await import('./write-report');
      await writeReport(io, ids, options);
    });
}
