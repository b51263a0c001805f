import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import { argumentsOf } from '../../../python/signatures';
import { contains, field, isField, partsOf } from '../../../python/syntax';
import { toText } from '../../../python/values';
import { libraryBase } from '../../engine/derived';
import { called, query, type Query } from '../../engine/query';
import { trainingArguments } from '../../libraries/hugging-face/trainers';
import { boosterCv, boosterTrain } from '../../libraries/rounds';
import { settingLoops, settingsIn, type SettingLoop } from './loops';
import { callsOfFunctionAround, searchOver, settingsOf, type ManualSearch } from './searches';

/** Arguments of a training that say where its results go. */
const elsewhere = /^(?:output_dir|logging_dir|run_name|report_to|logging_\w+|save_\w+|hub_\w+|seed|data_seed)$/;

/** Loops over values that are written in the text, as lists or as names of lists. */
const values = /\bin\s{1,9}(?:\w{1,40}\()?[[(]|\bproduct\s{0,9}\(|=\s{0,9}[[(]\s{0,9}[\d'"]/;
const several = (text: string): boolean =>
  ((text.match(/\bfor\b/g) ?? []).length > 1 || /\bproduct\s{0,9}\(/.test(text)) && values.test(text);

/** Grids over the training arguments of Hugging Face: a training for each. */
export const gridsOfFineTunings: Query<ManualSearch> = query(
  { ...trainingArguments, also: [called(['train'])], where: several },
  function* (module) {
    const trainings = module.calls(['train']).filter(({ receiver }) => receiver !== null);
    for (const { call, name } of trainingArguments.find(module)) {
      const loops = settingLoops(module, call.node);
      const site = trainings.find(({ node }) => loops.some((loop) => contains(loop.node, node)));
      if (site === undefined) continue;
      const given = argumentsOf(call.node).filter(
        (each) => each.type === 'keyword_argument' && !elsewhere.test(field(each, 'name')?.text ?? ''),
      );
      const found = searchOver(module, settingsOf(module, given, loops), loops, site.node);
      if (found !== null) yield { ...withoutSplits(found), estimator: name.slice(name.lastIndexOf('.') + 1) };
    }
  },
);

/** Loops around a training are folds, seeds or data sets: how often it runs is then not said. */
const withoutSplits = <Found extends Pick<ManualSearch, 'splits' | 'fits'>>(found: Found): Found => ({
  ...found,
  splits: null,
  fits: found.splits === null ? found.fits : null,
});

const boosters = { ...boosterTrain, ...boosterCv };

/** Grids over the dictionary of parameters that `xgboost.train` and the like take. */
export const gridsOfBoosters: Query<ManualSearch> = query(
  {
    packages: ['xgboost', 'lightgbm', 'catboost'],
    apis: Object.keys(boosters),
    also: [called(['train', 'cv'])],
    where: several,
  },
  function* (module) {
    for (const call of module.calls(['train', 'cv'])) {
      const parameters = call.name === null ? undefined : boosters[call.name];
      const given = parameters === undefined ? null : (module.bind(call, parameters).get('params')?.node ?? null);
      const loops = given === null ? [] : settingLoops(module, call.node);
      const dictionary = given === null ? null : dictionaryAt(module, given, loops);
      if (dictionary === null) continue;
      const found = searchOver(module, settingsOfDictionary(module, dictionary, loops), loops, call.node);
      if (found === null) continue;
      const isValidation = call.name?.endsWith('.cv') === true;
      yield { ...withoutSplits(found), ...(isValidation ? { fits: null } : {}), estimator: call.name ?? '' };
    }
  },
);

/** The dictionary that is given, or that the loop assigns to the name that is given. */
function dictionaryAt(module: PythonModule, given: Node, loops: readonly SettingLoop[]): Node | null {
  if (given.type === 'dictionary') return given;
  const outermost = loops.at(-1)?.node;
  if (given.type !== 'identifier' || outermost === undefined) return null;
  let found: Node | null = null;
  for (const identifier of module.identifiersBetween(given.text, outermost.startIndex, given.startIndex)) {
    module.spend(stepsOfALook);
    const assignment = identifier.parent;
    // params["eta"] = 0.1 afterwards
    if (assignment?.type === 'subscript' && assignment.parent?.type === 'assignment') return null;
    if (assignment?.type === 'assignment' && isField(assignment, 'left', identifier))
      found = field(assignment, 'right');
  }
  return found?.type === 'dictionary' ? found : null;
}

const stepsOfALook = 4;

function settingsOfDictionary(
  module: PythonModule,
  dictionary: Node,
  loops: readonly SettingLoop[],
): ReturnType<typeof settingsOf> {
  const taken = partsOf(dictionary).flatMap((pair) => {
    const [key, value] = [field(pair, 'key'), field(pair, 'value')];
    const name = key === null ? null : toText(module.evaluate(key));
    const settings = value === null ? [] : settingsIn(module, value, loops);
    return name === null || settings.length === 0 || /seed|verbos|thread|jobs|device/.test(name)
      ? []
      : settings.map((setting) => ({ ...setting, parameter: name }));
  });
  return { settings: taken, unpacksGrid: false };
}

const bases = ['torch.nn.Module', 'keras.Model', 'lightning.LightningModule', 'pytorch_lightning.LightningModule'];

/** Grids over the arguments of a network that the module defines. */
export const gridsOfNetworks: Query<ManualSearch> = query(
  {
    methods: ['fit', 'backward'],
    related: bases,
    clues: [
      { packages: ['torch'], imported: true, groups: [called(['backward'])], where: several },
      {
        packages: ['keras', 'tensorflow'],
        imported: true,
        groups: [called(['fit']), called(['compile'])],
        where: several,
      },
    ],
  },
  function* (module) {
    const seen = new Set<number>();
    for (const { node } of module.calls(['fit', 'backward'])) {
      for (const site of [node, ...callsOfFunctionAround(module, node)]) {
        const outermost = module
          .repetitions(site)
          .filter((each) => each.node.type === 'for_statement')
          .at(-1)?.node;
        if (outermost === undefined || seen.has(outermost.id)) continue;
        seen.add(outermost.id);
        const found = networkSearch(module, outermost, site);
        if (found !== null) yield found;
      }
    }
  },
);

function networkSearch(module: PythonModule, outermost: Node, site: Node): ManualSearch | null {
  if (/\bsuggest_\w+|\bhp\.|\btrial\b/.test(outermost.text)) return null;
  for (const made of outermost.descendantsOfType('call')) {
    const callee = field(made, 'function');
    if (callee === null || !makesNetwork(module, callee) || contains(made, site)) continue;
    const loops = settingLoops(module, made);
    const found = searchOver(module, settingsOf(module, argumentsOf(made), loops), loops, site);
    // The loops around a training are epochs as well, so the fits are not known.
    if (found !== null) return { ...found, estimator: callee.text, splits: null, fits: null };
  }
  return null;
}

/** True for a class of the module that is a network, and for a function that builds and compiles one. */
function makesNetwork(module: PythonModule, callee: Node): boolean {
  if (callee.type !== 'identifier') return false;
  const value = module.evaluate(callee);
  if (value.kind !== 'definition') return false;
  return value.node.type === 'class_definition'
    ? libraryBase(module, value.node, new Set(bases)) !== null
    : /\.compile\s*\(/.test(value.node.text) &&
        /\breturn\b/.test(value.node.text) &&
        !/\.fit\s*\(/.test(value.node.text);
}
