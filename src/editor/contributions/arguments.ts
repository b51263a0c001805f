import * as v from 'valibot';
import type { Uri } from 'vscode';
import { timeAnswers } from '../../present/advice/time-content';
import { budgetPeriods } from '../../runs/budget/budget';
import type { RunRecord } from '../../runs/record';
import { aboveZero, fits, listOf, moment, positiveInteger, type DeepReadonly } from '../../system/shapes';

/*
 * The arguments of commands. Key bindings, links and other extensions may send anything, so every argument has a shape.
 * Handlers get only arguments that fit, and their types come from here.
 */

type Arguments = readonly unknown[];

/** The shape of all arguments of a command, in order. */
export type ArgumentsShape<Args extends Arguments> = v.GenericSchema<Arguments, Args>;

type Shapes = readonly v.GenericSchema[];

/** The types of arguments with these shapes. Arguments that may be undefined may also be left out. */
type ArgumentsOf<All extends Shapes> = All extends readonly [
  infer First extends v.GenericSchema,
  ...infer Rest extends Shapes,
]
  ? undefined extends v.InferOutput<First>
    ? [v.InferOutput<First>?, ...ArgumentsOf<Rest>]
    : [v.InferOutput<First>, ...ArgumentsOf<Rest>]
  : [];

function list<const All extends Shapes>(...all: All): ArgumentsShape<ArgumentsOf<All>> {
  // A tuple turns missing arguments at its end into undefined, but the types of valibot do not know that.
  return v.tuple(all) as v.GenericSchema as ArgumentsShape<ArgumentsOf<All>>;
}

/** The arguments for the handler; null if a required one is missing or wrong. */
export function checkedArguments<Args extends Arguments>(shape: ArgumentsShape<Args>, given: Arguments): Args | null {
  const { success, output } = v.safeParse(shape, given);
  return success ? output : null;
}

/** An optional argument. A value that does not fit counts as missing. */
function optional<S extends v.GenericSchema>(shape: S) {
  return v.fallback(v.optional(shape), undefined);
}

/** Recognised by its members, because only the editor has the class. */
const uri = v.custom<Uri>((value) =>
  fits(v.object({ scheme: v.string(), path: v.string(), fsPath: v.string(), with: v.function() }), value),
);

/** Used in an address, so only these characters are allowed. */
const ruleId = v.pipe(v.string(), v.regex(/^[a-z-]+$/));

const practiceNumber = v.number();

/** Used as the name of a file, so it must not contain separators. */
const runId = v.pipe(v.string(), v.regex(/^[^/\\]+$/));

const historyNode = v.variant('type', [
  v.object({
    type: v.literal('group'),
    group: v.object({
      /** Identifies the group, even if its label changes. */
      key: v.string(),
      label: v.string(),
      ids: v.array(runId),
    }),
  }),
  v.object({
    type: v.literal('run'),
    record: v.custom<RunRecord>((value) => fits(v.object({ id: runId }), value)),
  }),
  v.object({ type: v.literal('problem'), sentence: v.string() }),
  /** Older runs that are not read yet. */
  v.object({ type: v.literal('older'), runs: v.number() }),
]);

/** One line of the history. */
export type HistoryNode = DeepReadonly<v.InferOutput<typeof historyNode>>;

/** The runs below one heading, newest first. */
export type RunGroup = Extract<HistoryNode, { type: 'group' }>['group'];

const documentRequest = v.object({ format: optional(v.string()), target: optional(uri) });

/** The format and target of a document. The user is asked for what is missing. */
export type DocumentRequest = Readonly<v.InferOutput<typeof documentRequest>>;

const budgetRequest = v.object({
  period: v.picklist(budgetPeriods),
  /** Empty to remove the limit. */
  amount: v.string(),
});

/** Answers that another command or a test gives in advance. */
export type BudgetRequest = Readonly<v.InferOutput<typeof budgetRequest>>;

const clusterRequest = v.object({
  /** As `--cluster` of the terminal takes it. */
  preset: v.string(),
  /** The selector, or the query of the presets `joules` and `watts`. */
  select: v.string(),
});

/** Answers that another command or a test gives in advance. The job is then measured until somebody stops it. */
export type ClusterRequest = Readonly<v.InferOutput<typeof clusterRequest>>;

const bestTimeRequest = v.object({
  location: optional(v.string()),
  hours: optional(aboveZero),
  /** `24h`, `2d`, or an ISO 8601 time. */
  deadline: optional(v.string()),
});

/** Answers that another command or a test gives in advance. The user is asked for the others. */
export type BestTimeRequest = Readonly<v.InferOutput<typeof bestTimeRequest>>;

/** How much a comment or setting suppresses, from the narrowest to the widest. */
const reach = v.picklist(['line', 'cell', 'file', 'project']);

export type Reach = v.InferOutput<typeof reach>;

export const noArguments = list();

/** The arguments of each command, or of several commands with the same arguments. */
export const takes = {
  lintWorkspace: list(optional(v.union([uri, v.pipe(listOf(v.string()), v.readonly())]))),
  /** The number of a practice, and the folder or a file of the project. */
  openPractices: list(optional(practiceNumber), optional(uri)),
  /** The clicked line, or null if it is not one of ours; all selected lines; answers given in advance. */
  history: list(
    v.fallback(v.nullable(v.optional(historyNode)), null),
    optional(v.pipe(listOf(historyNode), v.readonly())),
    optional(documentRequest),
  ),
  region: list(v.string()),
  /** The answer to ask for. */
  regionAnswer: list(v.picklist(['from', 'kilowattHours'])),
  regionOrAsk: list(optional(v.string())),
  bestTime: list(optional(bestTimeRequest)),
  budget: list(optional(budgetRequest)),
  cluster: list(optional(clusterRequest)),
  process: list(optional(positiveInteger)),
  run: list(optional(v.string())),
  runId: list(v.string()),
  /** The document, the rule, the row of the finding, and how much to ignore. */
  /** The address of a document as a text, because links cannot hold more. */
  applyFix: list(v.string(), ruleId, v.number(), v.string()),
  ignoreFinding: list(uri, ruleId, v.number(), optional(reach)),
  rule: list(ruleId),
  practiceOrRule: list(v.fallback(v.nullable(practiceNumber), null), ruleId),
  moment: list(moment),
  timeAnswer: list(v.picklist(timeAnswers)),
  /** The window, and the file to write. The user is asked for the file if it is missing. */
  calendar: list(v.object({ start: moment, end: moment }), optional(uri)),
};
