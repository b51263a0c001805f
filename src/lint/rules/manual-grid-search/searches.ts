import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { contains, field, isComprehension } from '../../../python/syntax';
import { product } from '../../libraries/grids';
import { choosesData } from './data-sets';
import { mayVaryEstimators } from './estimators-in-text';
import { settingLoops, settingsIn, type LoopSetting, type SettingLoop } from './loops';
import { estimator, estimatorPackages, howToCompute } from '../../libraries/sklearn/estimators';
import { splitterNames, splitsOf } from '../../libraries/sklearn/splits';
import { isValidation, splitsOfValidation, validationWords, allValidations } from '../../libraries/sklearn/validation';
import { called, query, type Query } from '../../engine/query';

/** A grid search that is written as loops. */
export interface ManualSearch {
  /** The outermost loop of the search. */
  readonly loop: SettingLoop;
  /** The estimator's class. */
  readonly estimator: string;
  /** The parameters that the loops set; empty if they are unpacked. */
  readonly parameters: readonly string[];
  readonly candidates: number | null;
  readonly splits: number | null;
  readonly fits: number | null;
}

const fits: readonly string[] = ['fit', 'fit_predict'];

export const manualSearches: Query<ManualSearch> = query(
  {
    clues: [
      {
        packages: estimatorPackages,
        imported: true,
        groups: [called([...fits, ...validationWords])],
        where: mayVaryEstimators,
      },
    ],
    apis: allValidations,
    methods: fits,
    related: ['sklearn.model_selection.ParameterGrid', 'itertools.product', ...splitterNames],
  },
  searchesIn,
);

function* searchesIn(module: PythonModule): Generator<ManualSearch> {
  const reported = new Set<number>();
  for (const site of fitSites(module)) {
    const outermost = module
      .repetitions(site)
      .filter(({ node }) => node.type !== 'while_statement')
      .at(-1)?.node;
    if (outermost === undefined || reported.has(outermost.id)) continue;
    const found = searchIn(module, outermost, site);
    if (found === null) continue;
    reported.add(outermost.id);
    yield found;
  }
}

/** The calls that fit or cross-validate, and the calls of the module's own functions that do. */
function* fitSites(module: PythonModule): Generator<Node> {
  const looked = new Set<number>();
  for (const call of module.calls([...fits, ...validationWords])) {
    if (call.receiver === null && !isValidation(call)) continue;
    yield call.node;
    const own = (module.place(call.node)?.scopes ?? []).find(({ type }) => type === 'function_definition');
    if (own === undefined || looked.has(own.id)) continue;
    looked.add(own.id);
    yield* callsOfFunctionAround(module, call.node);
  }
}

/** The calls of the function that a node is in, by its name; methods are not called by their name alone. */
export function callsOfFunctionAround(module: PythonModule, node: Node): readonly Node[] {
  const scopes = module.place(node)?.scopes ?? [];
  const own = scopes.find(({ type }) => type === 'function_definition');
  const name = own === undefined || scopes[1]?.type === 'class_definition' ? null : field(own, 'name');
  return (name === null ? [] : module.identifiers(name.text)).flatMap(({ id, parent }) =>
    parent?.type === 'call' && field(parent, 'function')?.id === id ? [parent] : [],
  );
}

function searchIn(module: PythonModule, outermost: Node, site: Node): ManualSearch | null {
  if (/\b(?:GridSearchCV|RandomizedSearchCV|Halving\w+SearchCV|suggest_\w+)\b/.test(outermost.text)) return null;
  for (const constructor of outermost.descendantsOfType('call')) {
    const callee = field(constructor, 'function');
    const target = callee === null ? null : module.evaluate(callee);
    if (target?.kind !== 'reference' || !estimator.test(target.name)) continue;
    const loops = settingLoops(module, constructor);
    const found = searchOver(module, settingsOf(module, argumentsOf(constructor), loops), loops, site);
    if (found !== null) return { ...found, estimator: target.name.slice(target.name.lastIndexOf('.') + 1) };
  }
  return null;
}

/** The search that loops make by what they set, with what is fitted at a place; null if they make none. */
export function searchOver(
  module: PythonModule,
  { settings: given, unpacksGrid }: Settings,
  loops: readonly SettingLoop[],
  site: Node,
): Omit<ManualSearch, 'estimator'> | null {
  const settings = given.filter((setting) => !isOverData(module, setting));
  const parameters = [...new Set(settings.flatMap(({ parameter }) => parameter ?? []))];
  const taking = loops.filter((loop) => settings.some((setting) => setting.loop === loop));
  const innermost = taking[0];
  const outer = taking.at(-1);
  if (innermost === undefined || outer === undefined) return null;
  const several = new Set(settings.map(({ key }) => key)).size > 1 && parameters.length > 1;
  if (
    !(several || (unpacksGrid && settings.some(({ parameter }) => parameter === null))) ||
    taking.some(({ isGrid, length }) => !isGrid && length === null)
  )
    return null;
  if (!contains(innermost.node, site) || isNoComparison(module, innermost.node)) return null;
  const candidates = product(taking.map((loop) => (mixesInData(module, loop) ? null : loop.length)));
  if (candidates !== null && candidates < 2) return null;
  const { splits, repeated } = splitsWithin(module, innermost.node, site);
  return {
    loop: outer,
    parameters,
    candidates,
    splits,
    fits: candidates === null || (repeated && splits === null) ? null : candidates * (splits ?? 1),
  };
}

/** True for a setting that comes with the data: of a list of pairs, all of it does. */
const isOverData = (module: PythonModule, setting: LoopSetting): boolean =>
  setting.loop.isGrid ? choosesData(module, setting) : mixesInData(module, setting.loop);

const mixesInData = (module: PythonModule, loop: SettingLoop): boolean =>
  loop.variables.some((variable) => choosesData(module, { loop, variable, key: variable }));

/** A setting that an argument takes. */
interface ArgumentSetting extends LoopSetting {
  /** The name of the argument, or what is given where it has none; null for a point of a grid that is unpacked. */
  readonly parameter: string | null;
}

/** What loops set. */
interface Settings {
  readonly settings: readonly ArgumentSetting[];
  /** True if a point of a grid is unpacked into the call. */
  readonly unpacksGrid: boolean;
}

/** The settings among the arguments of a call. */
export function settingsOf(module: PythonModule, given: readonly Node[], loops: readonly SettingLoop[]): Settings {
  const settings: ArgumentSetting[] = [];
  let unpacksGrid = false;
  for (const argument of given) {
    const name = argument.type === 'keyword_argument' ? (field(argument, 'name')?.text ?? '') : argument.text;
    const value = argument.type === 'keyword_argument' ? field(argument, 'value') : argument;
    if (value === null || howToCompute.has(name)) continue;
    const found = settingsIn(module, value, loops);
    if (found.length === 0) continue;
    if (argument.type === 'dictionary_splat' || argument.type === 'list_splat') {
      const [{ loop }] = found as [LoopSetting];
      // A plain list of dicts is a choice, not a grid; and a grid with one setting is only a list of values.
      if (!loop.isGrid || loop.settings === 1) continue;
      unpacksGrid = true;
      settings.push(...found.map((setting) => ({ ...setting, parameter: null })));
    } else settings.push(...found.map((setting) => ({ ...setting, parameter: name })));
  }
  return { settings, unpacksGrid };
}

/** Functions and methods that say how good a model is. */
const scores =
  /(?:^|[._])(?:score|scores|error|loss|accuracy|auc|rmse|rmsle|mse|mae|mape|r2|f1|precision|recall|metrics?|evaluate|eval|report|cross_val_score|cross_validate|silhouette)(?:_|$)|_(?:score|error|loss)$/i;
const draws =
  /^(?:plt|ax|axs|axes|sns|fig|go|px|pyplot|pylab)\b|(?:^|\.)(?:plot\w*|contourf?|scatter|imshow|hist|bar|from_estimator|display)$/;
const drawingLibraries = /\b(?:matplotlib|seaborn|plotly|bokeh|pylab)\b/;
const compared = /\b(\w+)(?=\s*[<>])|[<>]=?\s*(\w+)/g;
const extreme = /best|max|min|top|highest|lowest/i;

const clocks = /(?:^|\.)(?:time|perf_counter|process_time|monotonic|default_timer|time_ns|perf_counter_ns)$/;

/** True if the loop only plots its models, or measures how long they take, and does not score them. */
function isNoComparison(module: PythonModule, loop: Node): boolean {
  if ([...loop.text.matchAll(compared)].some(([, left, right]) => extreme.test(left ?? right ?? ''))) return false;
  const names = loop.descendantsOfType('call').map((call) => field(call, 'function')?.text.replace(/\s+/g, '') ?? '');
  const scored = names.some((name) => scores.test(name)) || keepsScore(loop);
  const drawn = names.some((name) => draws.test(name));
  const timed = names.some((name) => clocks.test(name));
  return drawn || (!scored && (timed || drawingLibraries.test(module.text)));
}

/** True if a loop keeps what it calls a score by hand: `accuracy[i, j] = (predicted == y_test).mean()` */
const keepsScore = (loop: Node): boolean =>
  loop.descendantsOfType('assignment').some((assignment) => {
    const target = field(assignment, 'left');
    const kept = target?.type === 'subscript' ? field(target, 'value') : null;
    return kept !== null && scores.test(kept.text);
  });

interface SplitsWithin {
  readonly splits: number | null;
  /** True if each candidate may be fitted more than once. */
  readonly repeated: boolean;
}

/** How often one round of the innermost loop fits: in a cross-validation, or in a loop over splits. */
function splitsWithin(module: PythonModule, innermost: Node, site: Node): SplitsWithin {
  const validations = module.calls(validationWords).filter(({ node }) => contains(innermost, node));
  const [validation] = validations;
  const around = module
    .repetitions(site)
    .filter(({ node }) => node.id !== innermost.id && contains(innermost, node) && !isComprehension(node));
  if (validation !== undefined) {
    const splits = validations.length > 1 || around.length > 0 ? null : splitsOfValidation(module, validation).count;
    return { splits, repeated: true };
  }
  const [inner, ...more] = around;
  if (inner === undefined) return { splits: null, repeated: false };
  const iterable = field(inner.node, 'right');
  const splits =
    iterable === null || more.length > 0 ? null : splitsOf(module, module.evaluate(withoutEnumerate(iterable))).count;
  return { splits: splits ?? null, repeated: true };
}

function withoutEnumerate(iterable: Node): Node {
  const isEnumerate = iterable.type === 'call' && field(iterable, 'function')?.text === 'enumerate';
  return isEnumerate ? (argumentsOf(iterable)[0] ?? iterable) : iterable;
}
