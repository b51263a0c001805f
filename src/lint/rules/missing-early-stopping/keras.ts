import type { PythonModule } from '../../../python/module';
import type { Node } from '../../../python/parser';
import type { BoundArguments } from '../../../python/signatures';
import { partsOf } from '../../../python/syntax';
import { addArgument, insertAt, replaceNode } from '../../fixes/edits';
import {
  hasDenseLayersAlone,
  hasRivals,
  isAdversarial,
  isCompared,
  isFinal,
  isForOthers,
  isOfMadeUpData,
  isRepeated,
  knowsStopping,
  mixesValidation,
  needsEveryEpoch,
  refusesSplit,
  stopsInOtherBranch,
  validatesOnCopies,
  validatesOnItself,
  type KerasFit,
} from '../../libraries/keras/fits';
import { isOfSmallData } from '../../libraries/made-up-data';
import { briefSeconds } from '../../libraries/recorded-runs';
import { endedBefore, recordedStop } from '../../libraries/keras/record';
import { refusesItsImages } from '../../libraries/keras/applications';
import { patienceFor } from '../../libraries/keras/callbacks';
import { kerasName } from '../../libraries/keras/imports';
import type { Edit, Fix } from '../../engine/rule';
import { counted } from '../../../present/words';
import { fewer, type Context, type FoundTraining } from './messages';

/** Reports a Keras training of many epochs that does not stop early. */
export function kerasWithoutStopping(
  fit: KerasFit,
  { module, threshold, printed, took, inNotebook }: Context,
): FoundTraining | null {
  const { call, args, epochs, isOption, callbacks } = fit;
  const isOnItself = fit.validates === true && validatesOnItself(fit);
  const validates = isOnItself ? false : fit.validates;
  if (epochs === null || epochs < threshold('information-epochs') || callbacks.stop !== false) return null;
  // Whoever runs it chooses; without validation data, that is all that there is to say.
  if (isOption && validates !== true) return null;
  // One batch again and again shows whether a model can learn at all.
  if (/^\w*batch$/i.test(args.get('x')?.node?.text ?? '')) return null;
  // What waits for a plateau to lower the rate must be waited for.
  const patience = Math.max(patienceFor(epochs), 2 * (callbacks.plateau ?? 0));
  if (patience >= epochs) return null;
  if (isAdversarial(module, fit) || isFinal(module, fit) || stopsInOtherBranch(module, fit)) return null;
  if (knowsStopping(module, fit) || mixesValidation(module) || refusesItsImages(module)) return null;
  if (validates === true && validatesOnCopies(module, fit)) return null;
  if (validates !== true && isOfMadeUpData(module, fit)) return null;
  if (endedBefore(printed(call.node), epochs) || refusesSplit(module, fit)) return null;
  const found = { node: call.node, headline: counted(epochs, 'epoch'), wayOut: fewer, estimate: { epochs } };
  // A model with steps of its own need not log a loss.
  if (validates === true && ownSteps.test(module.text))
    return { ...found, severity: 'information', message: 'kerasOwnSteps', data: { epochs, isOption } };
  const seconds = took(call.node);
  const needsAll = validates === true && needsEveryEpoch(module, fit);
  const recorded = validates === true ? recordedStop(printed(call.node), epochs, patience, seconds) : null;
  if (recorded?.saves === false) return null;
  const isSmall =
    isOfSmallData(module.text) ||
    isOfMadeUpData(module, fit) ||
    recorded?.isBrief === true ||
    (seconds ?? Infinity) < briefSeconds;
  const isSure =
    validates === true &&
    epochs >= threshold('warning-epochs') &&
    // The loss often falls when a schedule lowers the rate.
    !callbacks.schedules &&
    !isOption &&
    !isCompared(module, fit) &&
    (recorded === null
      ? !inNotebook && epochs >= threshold('unrecorded-epochs') && isLikelyWaste(module, fit)
      : recorded.isWorthwhile);
  return {
    ...found,
    severity: needsAll || isSmall || epochs < threshold('warning-epochs') ? 'hint' : isSure ? 'warning' : 'information',
    ...(recorded === null
      ? {
          message:
            validates === true
              ? ('keras' as const)
              : isOnItself
                ? ('kerasOnItself' as const)
                : ('kerasUnvalidated' as const),
          data: { epochs, isOption, patience },
        }
      : {
          message: 'kerasRecorded' as const,
          data: { epochs, patience, ...recorded },
        }),
    fixes: validates === true && !needsAll ? addEarlyStopping(module, fit, patience) : [],
  };
}

/** What is not recorded must be likely: a model whose training takes a while, and that nobody compares or leaves to others. */
const isLikelyWaste = (module: PythonModule, fit: KerasFit): boolean =>
  !hasDenseLayersAlone(module) &&
  !hasRivals(module, fit) &&
  !isRepeated(module, fit) &&
  !isForOthers(module, fit) &&
  !schedules.test(module.text);

/** Schedules that an optimizer is given: the loss often falls in their last epochs. */
const schedules =
  /\b(?:\w{0,30}Decay\w{0,20}|CosineDecay\w{0,20}|OneCycle\w{0,20}|\w{0,20}[lL]earning_?[rR]ate_?[sS]chedule\w{0,20}|lr_sched\w{0,20})\s{0,9}\(|\bdecay\s{0,3}=/;

const ownSteps = /\bdef (?:test|train)_step\s*\(/;

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

/** Adds a callback to a fit, however its callbacks are given; null if they are not written there. */
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
