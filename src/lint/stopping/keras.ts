import type { PythonModule } from '../../python/module';
import { argumentsOf } from '../../python/signatures';
import { field } from '../../python/syntax';
import { kerasFits, type KerasFit } from '../keras/fits';
import { kerasName } from '../keras/imports';
import { monitorOf } from '../keras/callbacks';
import type { Edit, Fix, Report, RuleContext } from '../rule';

/** Keras trainings of many epochs that nothing ends early. */
export function* kerasWithoutStopping(module: PythonModule, context: RuleContext): Generator<Report> {
  for (const fit of kerasFits(module)) {
    const { call, epochs, validates, callbacks } = fit;
    if (epochs === null || epochs < context.threshold('information-epochs') || callbacks.stop !== false) continue;
    const loud = validates === true && epochs >= context.threshold('warning-epochs');
    const patience = patienceFor(epochs);
    yield {
      node: call.node,
      severity: loud ? 'warning' : 'information',
      message:
        validates === true
          ? `All ${epochs} epochs run, whether they help or not. EarlyStopping(patience=${patience}, restore_best_weights=True) ends the training when the validation loss stops falling.`
          : `All ${epochs} epochs run, and nothing says whether they help. Add validation data and EarlyStopping(patience=${patience}, restore_best_weights=True).`,
      headline: `${epochs} epochs`,
      estimate: { epochs },
      fixes: validates === true ? addEarlyStopping(module, fit, patience) : [],
    };
  }
}

/** Trainings whose EarlyStopping watches a number that never comes. */
export function* inertEarlyStopping(module: PythonModule): Generator<Report> {
  for (const { call, epochs, validates, callbacks, args } of kerasFits(module)) {
    if (validates !== false || !args.complete) continue;
    const monitors = callbacks.earlyStopping.map((stopping) => monitorOf(module, stopping));
    const [monitor] = monitors;
    // One that works is enough.
    if (typeof monitor !== 'string' || !monitors.every((each) => each?.startsWith('val_') === true)) continue;
    yield {
      node: call.node,
      severity: 'warning',
      message: `EarlyStopping watches ${monitor}, but this fit has no validation data, so it never stops${epochs === null ? '' : ` and all ${epochs} epochs run`}. Give validation_data or validation_split.`,
      headline: epochs === null ? 'never stops early' : `${epochs} epochs, never stops early`,
      estimate: epochs === null ? null : { epochs },
      fixes: [],
    };
  }
}

/** A tenth of the epochs, within what people use. Keras' own default, 0, stops at the first bad epoch. */
function patienceFor(epochs: number): number {
  return Math.min(10, Math.max(3, Math.round(epochs / 10)));
}

function addEarlyStopping(module: PythonModule, { call, args }: KerasFit, patience: number): readonly Fix[] {
  const name = kerasName(module, 'callbacks', 'EarlyStopping');
  if (name === null) return [];
  const stopping = `${name.text}(patience=${patience}, restore_best_weights=True)`;
  const callbacks = args.get('callbacks');
  let edit: Edit | null = null;
  if (callbacks === null) {
    const last = argumentsOf(call.node).at(-1);
    if (last !== undefined && args.complete) edit = { start: last.endIndex, end: last.endIndex, text: `, callbacks=[${stopping}]` };
  } else if (callbacks.node?.type === 'list') {
    const first = callbacks.node.firstNamedChild;
    const at = callbacks.node.startIndex + 1;
    edit = { start: at, end: at, text: first === null ? stopping : `${stopping}, ` };
  } else if (callbacks.node?.type === 'none' && callbacks.keyword !== null) {
    const value = field(callbacks.keyword, 'value');
    if (value !== null) edit = { start: value.startIndex, end: value.endIndex, text: `[${stopping}]` };
  }
  if (edit === null) return [];
  return [{ title: 'Stop when the validation loss stops falling', safe: false, edits: [...name.edits, edit] }];
}
