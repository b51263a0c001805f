import * as v from 'valibot';
import type { Uri } from 'vscode';
import { budgetPeriods } from '../../runs/budget';
import type { RunRecord } from '../../runs/record';
import { aboveZero, fits, listOf, moment, positiveInteger, type DeepReadonly } from '../../system/shapes';

/*
 * What commands take. Key bindings, links and other extensions may send anything, so every argument has a shape:
 * handlers get only what fits, and the types of the arguments are taken from here.
 */

type Arguments = readonly unknown[];

/** The shape of all arguments of a command, in their order. */
export type ArgumentsShape<Args extends Arguments> = v.GenericSchema<Arguments, Args>;

type Shapes = readonly v.GenericSchema[];

/** The arguments of these shapes: those that may be undefined may also be left out. */
type ArgumentsOf<All extends Shapes> = All extends readonly [
  infer First extends v.GenericSchema,
  ...infer Rest extends Shapes,
]
  ? undefined extends v.InferOutput<First>
    ? [v.InferOutput<First>?, ...ArgumentsOf<Rest>]
    : [v.InferOutput<First>, ...ArgumentsOf<Rest>]
  : [];

function list<const All extends Shapes>(...all: All): ArgumentsShape<ArgumentsOf<All>> {
  // A tuple makes undefined of what is left out at its end, which the types of valibot do not say.
  return v.tuple(all) as v.GenericSchema as ArgumentsShape<ArgumentsOf<All>>;
}

/** The arguments as a handler gets them; null where one that a command cannot do without is missing or wrong. */
export function checkedArguments<Args extends Arguments>(shape: ArgumentsShape<Args>, given: Arguments): Args | null {
  const { success, output } = v.safeParse(shape, given);
  return success ? output : null;
}

/** An argument that counts as left out where it does not fit. */
function optional<S extends v.GenericSchema>(shape: S) {
  return v.fallback(v.optional(shape), undefined);
}

/** By its members, since only the editor itself has the class. */
const uri = v.custom<Uri>((value) =>
  fits(v.object({ scheme: v.string(), path: v.string(), fsPath: v.string(), with: v.function() }), value),
);

/** It becomes a part of an address. */
const ruleId = v.pipe(v.string(), v.regex(/^[a-z-]+$/));

const practiceNumber = v.number();

/** It becomes the name of a file. */
const runId = v.pipe(v.string(), v.regex(/^[^/\\]+$/));

const historyNode = v.variant('type', [
  v.object({
    type: v.literal('group'),
    group: v.object({
      /** Stays the same while the group does. */
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
]);

/** One line of the history. */
export type HistoryNode = DeepReadonly<v.InferOutput<typeof historyNode>>;

/** Runs that stand below one heading, newest first. */
export type RunGroup = Extract<HistoryNode, { type: 'group' }>['group'];

const documentRequest = v.object({ format: optional(v.string()), target: optional(uri) });

/** Where a document goes and in what form; what is left out is asked of the person. */
export type DocumentRequest = Readonly<v.InferOutput<typeof documentRequest>>;

const budgetRequest = v.object({
  period: v.picklist(budgetPeriods),
  /** Empty: no limit any more. */
  amount: v.string(),
});

/** What another command or a test may say at once. */
export type BudgetRequest = Readonly<v.InferOutput<typeof budgetRequest>>;

const bestTimeRequest = v.object({
  location: optional(v.string()),
  hours: optional(aboveZero),
  /** `24h`, `2d`, or an ISO 8601 time. */
  deadline: optional(v.string()),
});

/** What another command or a test may say at once; what is left out is asked of the person. */
export type BestTimeRequest = Readonly<v.InferOutput<typeof bestTimeRequest>>;

/** How much a comment or setting silences, from the narrowest to the widest. */
const reach = v.picklist(['line', 'cell', 'file', 'project']);

export type Reach = v.InferOutput<typeof reach>;

export const noArguments = list();

/** The arguments of one command each, or of several that take the same. */
export const takes = {
  lintWorkspace: list(optional(v.union([uri, v.pipe(listOf(v.string()), v.readonly())]))),
  /** The number of a practice, and the folder or a file that it is about. */
  openPractices: list(optional(practiceNumber), optional(uri)),
  /** The clicked line, null if it is none of ours; all selected lines; and answers that need not be asked for. */
  history: list(
    v.fallback(v.nullable(v.optional(historyNode)), null),
    optional(v.pipe(listOf(historyNode), v.readonly())),
    optional(documentRequest),
  ),
  region: list(v.string()),
  regionOrAsk: list(optional(v.string())),
  bestTime: list(optional(bestTimeRequest)),
  budget: list(optional(budgetRequest)),
  process: list(optional(positiveInteger)),
  run: list(optional(v.string())),
  /** The document, the rule, the row of the finding, and how much to ignore. */
  ignoreFinding: list(uri, ruleId, v.number(), optional(reach)),
  rule: list(ruleId),
  practiceOrRule: list(v.fallback(v.nullable(practiceNumber), null), ruleId),
  moment: list(moment),
};
