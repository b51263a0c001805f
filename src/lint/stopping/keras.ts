import type { Call, PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { argumentsOf, type BoundArguments } from '../../python/signatures';
import { field, partsOf } from '../../python/syntax';
import { addArgument, inOrder, insertAt, replaceNode } from '../edits';
import { EARLY_STOPPING, monitorOf } from '../keras/callbacks';
import { kerasFits, type KerasFit } from '../keras/fits';
import { kerasName } from '../keras/imports';
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
      fixes: watchTraining(module, callbacks.earlyStopping),
    };
  }
}

/** A tenth of the epochs, within what people use. Keras' own default, 0, stops at the first bad epoch. */
function patienceFor(epochs: number): number {
  return Math.min(10, Math.max(3, Math.round(epochs / 10)));
}

function addEarlyStopping(module: PythonModule, { call, args }: KerasFit, patience: number): readonly Fix[] {
  const name = kerasName(module, 'callbacks', 'EarlyStopping', call.node);
  if (name === null) return [];
  const edit = withCallback(call.node, args, `${name.text}(patience=${patience}, restore_best_weights=True)`);
  if (edit === null) return [];
  return [
    {
      title: `Add EarlyStopping(patience=${patience}, restore_best_weights=True)`,
      safe: false,
      edits: [...name.edits, edit],
    },
  ];
}

/** Adds to the callbacks of a fit, however they are given; null if they are not written there. */
function withCallback(fit: Node, args: BoundArguments, callback: string): Edit | null {
  const given = args.get('callbacks');
  if (given === null) return args.complete ? addArgument(fit, `callbacks=[${callback}]`) : null;
  const { node, value } = given;
  if (node === null) return null;
  if (node.type === 'list')
    return insertAt(node.startIndex + 1, partsOf(node).length === 0 ? callback : `${callback}, `);
  switch (value.kind) {
    case 'none':
      return replaceNode(node, `[${callback}]`);
    case 'instance':
      return replaceNode(node, `[${callback}, ${node.text}]`);
    case 'sequence':
      return replaceNode(
        node,
        `[${callback}, *${node.type === 'identifier' || node.type === 'attribute' ? node.text : `(${node.text})`}]`,
      );
    default:
      return null;
  }
}

/** Lets each EarlyStopping watch the number of the training in place of that of the validation; none if one is not plain. */
function watchTraining(module: PythonModule, stoppings: readonly Call[]): readonly Fix[] {
  const edits = stoppings.map((stopping) => {
    const args = module.bind(stopping, EARLY_STOPPING);
    const monitor = args.get('monitor');
    if (monitor !== null)
      return monitor.node?.type === 'string' ? replaceNode(monitor.node, monitor.node.text.replace('val_', '')) : null;
    const list = field(stopping.node, 'arguments');
    if (list === null || !args.complete) return null;
    return insertAt(
      list.startIndex + 1,
      argumentsOf(stopping.node).length === 0 ? 'monitor="loss"' : 'monitor="loss", ',
    );
  });
  const made = edits.filter((edit) => edit !== null);
  return made.length < edits.length
    ? []
    : [{ title: 'Monitor the training instead of the validation', safe: false, edits: inOrder(made) }];
}
