// Written by `npm run docs` from the files of this folder: add a rule as a file, not here.
import type { DocumentedRule, Rule } from '../engine/rule';
import { alwaysOnEndpoint } from './always-on-endpoint';
import { constantPadding } from './constant-padding';
import { costlySelection } from './costly-selection';
import { dataLoading } from './data-loading';
import { dataParallel } from './data-parallel';
import { deepDenseStack } from './deep-dense-stack';
import { denseFeedForward } from './dense-feed-forward';
import { discardedCompute } from './discarded-compute';
import { fixedSchedule } from './fixed-schedule';
import { fullDataDebugging } from './full-data-debugging';
import { fullPrecisionInference } from './full-precision-inference';
import { generationWithoutEngine } from './generation-without-engine';
import { gradientsInInference } from './gradients-in-inference';
import { graphRetention } from './graph-retention';
import { gridSearch } from './grid-search';
import { highCarbonRegion } from './high-carbon-region';
import { hostedCallsInLoop } from './hosted-calls-in-loop';
import { imbalancedClasses } from './imbalanced-classes';
import { inertEarlyStopping } from './inert-early-stopping';
import { largeModelInference } from './large-model-inference';
import { manualGridSearch } from './manual-grid-search';
import { manyDevices } from './many-devices';
import { missingEarlyStopping } from './missing-early-stopping';
import { noBaseline } from './no-baseline';
import { noMixedPrecision } from './no-mixed-precision';
import { oldHardware } from './old-hardware';
import { oversizedDenseLayer } from './oversized-dense-layer';
import { oversizedRandomSearch } from './oversized-random-search';
import { parallelSearch } from './parallel-search';
import { probabilitySvc } from './probability-svc';
import { rowIteration } from './row-iteration';
import { runCap } from './run-cap';
import { saturatingActivation } from './saturating-activation';
import { searchWithoutPruning } from './search-without-pruning';
import { singleObjectiveSearch } from './single-objective-search';
import { slowRecurrentKernel } from './slow-recurrent-kernel';
import { trainingFromScratch } from './training-from-scratch';
import { unbatchedGeneration } from './unbatched-generation';
import { unbatchedMap } from './unbatched-map';
import { unboundedTraining } from './unbounded-training';
import { unmeasuredTraining } from './unmeasured-training';
import { unpackedFineTuning } from './unpacked-fine-tuning';
import { unusedSuppression } from './unused-suppression';

/** All rules as their files declare them, in the order of their ids; see documented.ts for their texts. */
export const declaredRules: readonly DocumentedRule[] = [
  alwaysOnEndpoint,
  constantPadding,
  costlySelection,
  dataLoading,
  dataParallel,
  deepDenseStack,
  denseFeedForward,
  discardedCompute,
  fixedSchedule,
  fullDataDebugging,
  fullPrecisionInference,
  generationWithoutEngine,
  gradientsInInference,
  graphRetention,
  gridSearch,
  highCarbonRegion,
  hostedCallsInLoop,
  imbalancedClasses,
  inertEarlyStopping,
  largeModelInference,
  manualGridSearch,
  manyDevices,
  missingEarlyStopping,
  noBaseline,
  noMixedPrecision,
  oldHardware,
  oversizedDenseLayer,
  oversizedRandomSearch,
  parallelSearch,
  probabilitySvc,
  rowIteration,
  runCap,
  saturatingActivation,
  searchWithoutPruning,
  singleObjectiveSearch,
  slowRecurrentKernel,
  trainingFromScratch,
  unbatchedGeneration,
  unbatchedMap,
  unboundedTraining,
  unmeasuredTraining,
  unpackedFineTuning,
  unusedSuppression,
];

/** All rules as the linter needs them. */
export const allRules: readonly Rule[] = declaredRules;
