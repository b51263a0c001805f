import * as v from 'valibot';
import { pageOf, pageParameters, shortPage } from '../paging';
import { currentFolder, askTerminal, insideOptions, option, textOfTerminal } from '../terminal-answer';
import { existingPath, possiblePath, shown, shownPath } from '../project-path';
import { AgentError, type AgentAnswer, type AgentTool, type AgentWorld } from '../tool';

const usualLimit = 20;

const parameters = v.strictObject({
  path: v.exactOptional(
    v.pipe(
      v.string(),
      v.maxLength(4096),
      v.description('File or folder, relative to the project. With text: the name of its file.'),
    ),
  ),
  text: v.exactOptional(
    v.pipe(v.string(), v.maxLength(300_000), v.description('Python code to check instead of a file.')),
  ),
  rules: v.exactOptional(
    v.pipe(
      v.array(v.pipe(v.string(), v.maxLength(60))),
      v.maxLength(50),
      v.description('Only these: rule ids such as grid-search, or practices such as P16.'),
    ),
  ),
  return_fixed: v.exactOptional(
    v.pipe(
      v.boolean(),
      v.description(
        'Also return the code after all safe fixes (for text), or a diff (for a path). Nothing is written.',
      ),
    ),
  ),
  ...pageParameters(usualLimit),
});

type Input = v.InferOutput<typeof parameters>;

interface Finding {
  readonly rule: string;
  readonly severity: string;
  readonly message: string;
  readonly path: string;
  readonly cell: number | null;
  readonly line: number;
  readonly estimate: Readonly<Record<string, unknown>> | null;
  readonly fix: { readonly title: string; readonly safe: boolean } | null;
}

interface Report {
  readonly files: number;
  readonly findings: readonly Finding[];
  readonly errors: readonly { readonly path: string; readonly message: string }[];
}

/** Longer code costs a model more than it helps. */
const longestFixed = 60_000;

/** Messages of errors are for people; a few show what is wrong. */
const errorsShown = 5;

const names = { rules: '--select' };

export const lintMlCode: AgentTool = {
  name: 'lint_ml_code',
  title: 'Find Waste in ML Code',
  description:
    'Finds wasted energy in ML code (Python, notebooks, W&B sweeps) without running it: exhaustive searches, no early stopping, full precision, idle GPUs. Give text, or a path (default: the whole project). A finding has a rule, a 1-based line (in notebooks, of its 0-based cell), a message with numbers from the code, and safeFix if there is a fix: true keeps behaviour, false changes results and is your decision. Use it before code runs and after each change. A clean result does not prove that code is efficient.',
  parameters,
  effect: 'reads',
  async call(input, world) {
    return lint(input, world);
  },
};

async function lint(input: Input, world: AgentWorld): Promise<AgentAnswer> {
  const target = await targetOf(input, world);
  const select = option('--select', input.rules);
  const options = ['--exit-zero', ...select, ...insideOptions(world)];
  const report = (await askTerminal(
    world,
    { ...target, args: ['lint', '--format=json', ...options, ...target.args] },
    names,
  )) as unknown as Report;
  if (report.files === 0 && report.errors.length > 0 && input.path !== undefined)
    throw new AgentError(`${shown(input.path)} cannot be checked. ${report.errors[0]?.message ?? ''}`.trim());
  const paths = new Set(report.findings.map(({ path }) => path));
  const [path] = paths;
  // One path for all is said once.
  const isWithPath = input.text === undefined && paths.size > 1;
  const head = {
    ...(input.text === undefined && paths.size === 1 ? { path } : {}),
    files: report.files,
    total: report.findings.length,
    safeFixes: report.findings.filter(isSafe).length,
  };
  const errors = errorsOf(report, target);
  const { offset = 0, limit = usualLimit } = input;
  const { shown: page } = pageOf(report.findings, { offset, limit });
  const findings = shortPage(
    page.map((finding) => findingOf(finding, isWithPath)),
    limit,
    { ...head, ...errors },
  );
  const end = offset + findings.length;
  return {
    ...head,
    findings,
    ...(end < report.findings.length ? { nextOffset: end } : {}),
    ...errors,
    ...(input.return_fixed === true ? await fixedOf(input, target, options, report.findings, world) : {}),
  };
}

/** What text is called that has no name. */
const unnamed = 'agent-code.py';

interface Target {
  readonly args: readonly string[];
  readonly cwd: string | null;
  readonly stdin?: string;
}

async function targetOf({ path, text }: Input, world: AgentWorld): Promise<Target> {
  if (text === undefined) {
    if (path === undefined) return { args: ['.'], cwd: currentFolder(world) };
    const found = await existingPath(path, world);
    return { args: ['--', shownPath(found.path, found.folder)], cwd: found.folder };
  }
  if (path === undefined && world.folders.length === 0)
    return { args: [`--stdin-filename=${unnamed}`, '-'], cwd: null, stdin: text };
  const found = await possiblePath(path ?? unnamed, world);
  return {
    args: [`--stdin-filename=${shownPath(found.path, found.folder)}`, '-'],
    cwd: found.folder,
    stdin: text,
  };
}

const isSafe = ({ fix }: Finding): boolean => fix?.safe === true;

function errorsOf({ errors }: Report, { cwd }: Target): AgentAnswer {
  return errors.length === 0
    ? {}
    : {
        errors: errors
          .slice(0, errorsShown)
          .map(({ path, message }) => ({ path: shown(shownPath(path, cwd ?? '')), message })),
      };
}

function findingOf(finding: Finding, isWithPath: boolean): AgentAnswer {
  const { rule, severity, message, path, cell, line, estimate, fix } = finding;
  return {
    ...(isWithPath ? { path } : {}),
    ...(cell === null ? {} : { cell }),
    line,
    rule,
    severity,
    message,
    ...(estimate === null ? {} : { numbers: estimate }),
    ...(fix === null ? {} : { safeFix: fix.safe }),
  };
}

async function fixedOf(
  { text }: Input,
  target: Target,
  options: readonly string[],
  findings: readonly Finding[],
  world: AgentWorld,
): Promise<AgentAnswer> {
  if (!findings.some(isSafe))
    return { fixed: null, note: 'There is no safe fix; change the code by hand as the findings say.' };
  const way = text === undefined ? '--diff' : '--fix';
  const fixed = await textOfTerminal(world, { ...target, args: ['lint', way, ...options, ...target.args] }, names);
  if (fixed.length > longestFixed)
    return { fixed: null, note: 'The fixed code is too long to return; ask for one file, or for fewer rules.' };
  return text === undefined ? { diff: fixed } : { fixed };
}
