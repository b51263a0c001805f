import {
  boosterCv,
  boosterTrain,
  catboostModels,
  optunaOptimize,
  roundNames,
  sklearnIterations,
} from '../../lint/libraries/rounds';
import { StepBudget } from '../../python/budget';
import { PythonModule } from '../../python/module';
import type { Node, PythonParser } from '../../python/parser';
import { field } from '../../python/syntax';
import { toInteger } from '../../python/values';
import { readSmallText } from '../../system/files';
import type { ProgressUnit } from '../progress/epoch-event';
import { scriptOf } from '../command/script';

/** How many epochs, rounds and so on a script asks for, from its source; absent if it gives none or several numbers. */
export type ScriptTotals = Readonly<Partial<Record<ProgressUnit, number>>>;

const allRoundNames: ReadonlySet<string> = new Set(Object.values(roundNames).flat());
/** Other libraries count something else with these. */
const ambiguous: ReadonlySet<string> = new Set(['iterations', 'max_iter', 'n_iter']);

/** Names for the number of each: as a keyword, a dictionary key or an option of the script. */
const names: Readonly<Record<string, ProgressUnit>> = {
  epochs: 'epoch',
  n_epochs: 'epoch',
  num_epochs: 'epoch',
  max_epochs: 'epoch',
  num_train_epochs: 'epoch',
  nb_epoch: 'epoch',
  nb_epochs: 'epoch',
  total_epochs: 'epoch',
  train_epochs: 'epoch',
  epochs_num: 'epoch',
  n_epoch: 'epoch',
  num_epoch: 'epoch',
  num_boost_rounds: 'round',
  ...Object.fromEntries(
    [...allRoundNames].filter((name) => !ambiguous.has(name)).map((name) => [name, 'round'] as const),
  ),
  n_trials: 'trial',
  num_trials: 'trial',
  max_trials: 'trial',
  max_evals: 'trial',
  max_iters: 'iteration',
  max_steps: 'iteration',
  num_steps: 'iteration',
  train_steps: 'iteration',
  total_steps: 'iteration',
  num_train_steps: 'iteration',
  max_train_steps: 'iteration',
  n_iters: 'iteration',
  num_iters: 'iteration',
  n_steps: 'iteration',
};

/** Positional arguments with such a number: the position, by qualified name or method. */
const places = new Map<string, readonly [place: number, unit: ProgressUnit]>([
  ...Object.entries({ ...boosterTrain, ...boosterCv }).map(
    ([name, { positional }]) => [name, [positional.findIndex((each) => allRoundNames.has(each)), 'round']] as const,
  ),
  ['optimize', [optunaOptimize.positional.indexOf('n_trials'), 'trial']],
]);

/** What estimators of scikit-learn or CatBoost count with names that mean different things, by class and argument. */
const own = new Map<string, ProgressUnit>([
  ...Object.values(sklearnIterations).flatMap(({ classes, argument, counts }) =>
    classes.map((name) => [`${lastPart(name)}.${argument}`, counts] as const),
  ),
  ...catboostModels.flatMap((name) =>
    roundNames.catboost.map((argument) => [`${lastPart(name)}.${argument}`, 'round'] as const),
  ),
]);

/** Forests have estimators too, but print no rounds. */
const forests = /Forest|ExtraTrees|Bagging|AdaBoost/;

/** Evaluation steps for one script; real code needs a hundredth of them. */
const stepsForScript = 1_000_000;
const mostCounted = 1e9;

/**
 * Reads the amount of work from a script, in case its output does not show it: keywords (`num_boost_round=200`,
 * `Trainer(max_epochs=…)`), loops over epochs, entries of dictionaries, with constants and the script's own options.
 *
 * @param args the arguments of the script, which override the defaults of its options
 */
export function totalsIn(text: string, args: readonly string[], parser: PythonParser): ScriptTotals {
  const tree = parser.parse(text);
  try {
    const module = new PythonModule(tree, new Map(), new Set(), new StepBudget(stepsForScript, stepsForScript));
    const found = new Map<ProgressUnit, Set<number | null>>();
    const add = (unit: ProgressUnit, node: Node | null): void => {
      if (node === null) return;
      const count = toInteger(module.evaluate(node)) ?? optionOf(node, args, tree.root, module);
      const numbers = found.get(unit) ?? new Set();
      found.set(unit, numbers.add(count !== null && count > 0 && count <= mostCounted ? count : null));
    };
    for (const node of tree.root.descendantsOfType(['keyword_argument', 'pair', 'for_statement', 'call']))
      visit(node, module, add);
    return Object.fromEntries(
      [...found].flatMap(([unit, [first = null, ...others]]) =>
        first === null || others.length > 0 ? [] : [[unit, first]],
      ),
    );
  } catch {
    // Too large, or not Python: then the script gives no totals.
    return {};
  } finally {
    tree.dispose();
  }
}

function visit(node: Node, module: PythonModule, add: (unit: ProgressUnit, node: Node | null) => void): void {
  switch (node.type) {
    case 'keyword_argument': {
      const name = field(node, 'name')?.text ?? '';
      const call = lastPart(field(node.parent?.parent ?? node, 'function')?.text ?? '');
      const unit = own.get(`${call}.${name}`) ?? (forests.test(call) ? undefined : names[name]);
      if (unit !== undefined) add(unit, field(node, 'value'));
      return;
    }
    case 'pair': {
      const key = /^["'](\w{1,40})["']$/.exec(field(node, 'key')?.text ?? '')?.[1];
      const unit = key === undefined ? undefined : names[key];
      if (unit !== undefined) add(unit, field(node, 'value'));
      return;
    }
    case 'for_statement': {
      if (!/^(?:epoch|ep|epoch_\w+|_?epoch_?idx|i_epoch)$/.test(field(node, 'left')?.text ?? '')) return;
      addLoop(field(node, 'right'), add);
      return;
    }
    default:
      addPlace(node, module, add);
  }
}

function lastPart(name: string): string {
  return name.slice(name.lastIndexOf('.') + 1);
}

/** `range(EPOCHS)`, also inside `tqdm(…)` and with options of the script. */
function addLoop(iterable: Node | null, add: (unit: ProgressUnit, node: Node | null) => void): void {
  if (iterable?.type !== 'call') return;
  const called = lastPart(field(iterable, 'function')?.text ?? '');
  const [first, ...others] =
    field(iterable, 'arguments')?.namedChildren.filter((child) => child.type !== 'keyword_argument') ?? [];
  if (first === undefined) return;
  if (called === 'tqdm') addLoop(first, add);
  else if (called === 'range' || called === 'trange') {
    // range(1, EPOCHS + 1)
    const [last] = others;
    if (last === undefined) add('epoch', first);
    else if (first.text === '0') add('epoch', last);
    else if (first.text === '1' && last.type === 'binary_operator' && last.text.replace(/\s/g, '').endsWith('+1'))
      add('epoch', field(last, 'left'));
  }
}

function addPlace(call: Node, module: PythonModule, add: (unit: ProgressUnit, node: Node | null) => void): void {
  const callee = field(call, 'function');
  if (callee === null) return;
  const target = module.evaluate(callee);
  const method = callee.type === 'attribute' ? (field(callee, 'attribute')?.text ?? '') : '';
  const place = places.get(target.kind === 'reference' ? target.name : method);
  if (place === undefined) return;
  const given = field(call, 'arguments')?.namedChildren ?? [];
  const node = given[place[0]] ?? null;
  if (
    node !== null &&
    given
      .slice(0, place[0] + 1)
      .every((each) => !['keyword_argument', 'list_splat', 'dictionary_splat'].includes(each.type))
  )
    add(place[1], node);
}

/** `args.epochs`: the value on the command line, else the default of `add_argument('--epochs', default=20)`. */
function optionOf(node: Node, args: readonly string[], root: Node, module: PythonModule): number | null {
  const name = node.type === 'attribute' ? (field(node, 'attribute')?.text ?? '') : '';
  if (!/^\w{1,40}$/.test(name)) return null;
  const spellings = new Set([`--${name}`, `--${name.replace(/_/g, '-')}`]);
  for (const [index, word] of args.entries()) {
    const [option = '', value = args[index + 1]] = word.split('=', 2);
    if (spellings.has(option)) return value !== undefined && /^\d{1,12}$/.test(value) ? Number(value) : null;
  }
  for (const call of root.descendantsOfType('call')) {
    const children = field(call, 'arguments')?.namedChildren ?? [];
    if (!children.some((child) => child.type === 'string' && spellings.has(child.text.slice(1, -1)))) continue;
    // Its short form on the command line: `-e 5`.
    const short = children
      .find((child) => child.type === 'string' && /^["']-\w["']$/.test(child.text))
      ?.text.slice(1, -1);
    const at = short === undefined ? -1 : args.indexOf(short);
    if (at >= 0) return /^\d{1,12}$/.test(args[at + 1] ?? '') ? Number(args[at + 1]) : null;
    const fallback = children.find(
      (child) => child.type === 'keyword_argument' && field(child, 'name')?.text === 'default',
    );
    const value = fallback === undefined ? null : field(fallback, 'value');
    return value === null ? null : toInteger(module.evaluate(value));
  }
  return null;
}

/** The amount of work according to a run's script. Empty if it cannot be read; only regular files of sane size are read. */
export async function scriptTotals(
  run: Parameters<typeof scriptOf>[0],
  parser: () => Promise<PythonParser>,
): Promise<ScriptTotals> {
  const script = scriptOf(run);
  if (script === null) return {};
  const read = await readSmallText(script.path);
  if (read.kind !== 'text') return {};
  const loaded = await parser();
  try {
    return totalsIn(read.text, script.args, loaded);
  } finally {
    loaded.dispose();
  }
}
