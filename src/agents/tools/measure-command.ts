import * as v from 'valibot';
import { intervalOfMean } from '../../runs/compare/paired-change';
import { shownTotal } from '../../runs/describe';
import type { RunRecord } from '../../runs/record';
import { notJson, parseJson } from '../../system/shapes';
import { commandWords } from '../command-words';
import { rangeOf } from '../figures';
import { number, wholeNumber, words } from '../parameters';
import { existingFolder } from '../project-path';
import { notesOf, runAnswer } from '../run-answer';
import { asParameters, currentFolder, option } from '../terminal-answer';
import { tailOf } from '../tail';
import { AgentError, type AgentAnswer, type AgentTool, type AgentWorld, type TerminalAnswer } from '../tool';

/** Characters; the person sees all of it. */
const longestCommand = 8000;

const parameters = v.strictObject({
  command: v.pipe(
    v.union([
      v.pipe(v.string(), v.minLength(1), v.maxLength(longestCommand)),
      v.pipe(v.array(v.pipe(v.string(), v.maxLength(longestCommand))), v.minLength(1), v.maxLength(500)),
    ]),
    v.description(
      'Program and arguments, as words or one line, such as "python3 train.py --epochs 3". No shell: no pipes, redirections or variables.',
    ),
  ),
  folder: words('Folder to run it in, relative to the project.'),
  repeat: wholeNumber(1, 10, 'Times to run it, one after the other; default 1.'),
  time_limit_seconds: number(1, 86_400, 'Stop each run after this many seconds; default 600.'),
  budget: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(30),
      v.description('Interrupt a run that reaches this energy or emissions, such as 5Wh or 2g.'),
    ),
  ),
  name: words('Name of the runs in the history; default: the script.'),
});

type Input = v.InferOutput<typeof parameters>;

const names = { budget: '--budget', name: '--name', repeat: '--repeat' };

/** Seconds. */
const usualLimit = 600;
/** The meter gets ready before the command starts, and writes the record after it. */
const aroundSeconds = 2;
/** Sentences of the meter. */
const mostSaid = 4;

export const measureCommand: AgentTool = {
  name: 'measure_command',
  title: 'Measure a Command',
  description:
    'Runs a command in the project under the energy meter. For each run: id, energy (Wh above idle) with range and method (counter and sensor are measured, model is modelled, assumed is a guess), duration (s), exit code, the metrics that it printed, and the end of its output. It executes code: the person is asked first. Measure before and after a change, three times or more each, in turn; then call compare_runs.',
  parameters,
  effect: 'runs a command',
  check(input) {
    wordsOf(input as Input);
  },
  async call(input, world) {
    return measure(input as Input, world);
  },
};

/** @throws AgentError if it is not a command without a shell */
function wordsOf({ command: given }: Input): readonly string[] {
  const command = typeof given === 'string' ? commandWords(given) : given;
  if ((command[0] ?? '') === '') throw new AgentError('The command is empty; give a program and its arguments.');
  const { length } = command.join(' ');
  if (length > longestCommand)
    throw new AgentError(`command has ${length} characters; give at most ${longestCommand}.`);
  return command;
}

interface Measured {
  readonly run: RunRecord | null;
  readonly output: AgentAnswer;
  readonly isLate: boolean;
}

async function measure(input: Input, world: AgentWorld): Promise<AgentAnswer> {
  const command = wordsOf(input);
  const folder = input.folder === undefined ? null : await existingFolder(input.folder, world);
  const cwd = folder?.path ?? currentFolder(world);
  const seconds = input.time_limit_seconds ?? usualLimit;
  const runs: Measured[] = [];
  const of = input.repeat ?? 1;
  for (let done = 0; done < of; done++) {
    const which = of === 1 ? '' : `Run ${done + 1} of ${of}`;
    if (done > 0) world.report?.(which);
    const report = (text: string): void => world.report?.(which === '' ? text : `${which}: ${text}`);
    const measured = await once(command, { ...input, cwd, seconds }, { ...world, report });
    runs.push(measured);
    if (measured.isLate || measured.run?.exitCode !== 0) break;
  }
  const last = runs.at(-1);
  const home = folder?.folder ?? cwd;
  const records = runs.flatMap(({ run }) => (run === null ? [] : [run]));
  return {
    runs: records.map((run) => brief(runAnswer(run, home), records.length)),
    ...(records.length > 1 ? { mean: meanOf(records) } : {}),
    ...(last?.isLate === true
      ? { stopped: `It was stopped at the time limit of ${seconds} s, so the figures are of a part of the work.` }
      : {}),
    ...(runs.length < of
      ? { note: `Only ${runs.length} of ${of} runs were made, because the last one did not end well.` }
      : {}),
    ...(last?.output ?? {}),
    ...notesBesides(records[0], last?.output['meterSays']),
  };
}

/** The notes of a run that the meter has not said already. */
function notesBesides(run: RunRecord | undefined, said: unknown): AgentAnswer {
  const notes = run === undefined ? [] : notesOf(run).filter((note) => !Array.isArray(said) || !said.includes(note));
  return notes.length === 0 ? {} : { notes };
}

/** What is the same for all repetitions is said by the first one's id in `list_runs`. */
function brief(answer: AgentAnswer, of: number): AgentAnswer {
  if (of === 1) return answer;
  const { id, exitCode, durationSeconds, energyWh, method, progress } = answer;
  return { id, exitCode, durationSeconds, energyWh, method, ...(progress === undefined ? {} : { progress }) };
}

/** The mean of repetitions; its limits are how sure the mean is, besides what the method says. */
function meanOf(records: readonly RunRecord[]): AgentAnswer {
  const energies = records.map(shownTotal);
  const known = energies.filter((value) => value !== null);
  const interval = (values: readonly number[]): AgentAnswer => {
    const { mean, reach } = intervalOfMean(values);
    return rangeOf({ value: mean, low: Math.max(0, mean - reach), high: mean + reach });
  };
  return {
    energyWh: known.length < energies.length ? null : interval(known),
    durationSeconds: interval(records.map((run) => run.durationSeconds)),
    interval: '95 % for the mean of the repetitions; the error of the method is not in it',
  };
}

async function once(
  command: readonly string[],
  { budget, name, cwd, seconds }: Input & { readonly cwd: string; readonly seconds: number },
  world: AgentWorld,
): Promise<Measured> {
  const answer = await world.terminal(
    {
      args: [
        ...['run', '--json=-', '--quiet'],
        ...option('--name', name),
        ...(budget === undefined ? [] : [`--budget=${budget}`, '--on-budget=interrupt']),
        ...['--', ...command],
      ],
      cwd,
      seconds: seconds + aroundSeconds,
      ...(world.report === undefined ? {} : { onProgress: world.report }),
    },
    world.signal,
  );
  const { run, stdout } = splitOutput(answer.stdout);
  if (run === null && answer.killedBy !== undefined)
    throw new AgentError(
      `The meter was ended from outside (${answer.killedBy}), and the command was ended with it, so there is no result; measure it once more.`,
    );
  if (run === null && answer.isLate !== true) throw new AgentError(asParameters(answer.stderr, names, world.folders));
  return { run, isLate: answer.isLate === true, output: outputOf(stdout, answer) };
}

/** The record is the last thing that the meter writes, behind what the command wrote. */
function splitOutput(text: string): { readonly run: RunRecord | null; readonly stdout: string } {
  const start = text.lastIndexOf('{\n  "version": 1,\n');
  if (start < 0) return { run: null, stdout: text };
  const end = text.indexOf('\n}\n', start);
  const record = parseJson(text.slice(start, end < 0 ? undefined : end + 2));
  if (record === notJson) return { run: null, stdout: text };
  return { run: record as RunRecord, stdout: text.slice(0, start) };
}

function outputOf(stdout: string, { stderr }: TerminalAnswer): AgentAnswer {
  const lines = stderr.split('\n');
  const said = lines
    .filter((line) => line.startsWith('green-ml: '))
    .map((line) => line.slice('green-ml: '.length).trim());
  const errors = lines.filter((line) => !line.startsWith('green-ml: ')).join('\n');
  return {
    output: tailOf(stdout),
    ...(errors.trim() === '' ? {} : { errorOutput: tailOf(errors) }),
    ...(said.length === 0 ? {} : { meterSays: said.slice(0, mostSaid) }),
  };
}
