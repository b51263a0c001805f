import type { Rule } from '../rule';
import { costlySelection } from './costly-selection';
import { deepDenseStack } from './deep-dense-stack';
import { gradientsInInference } from './gradients-in-inference';
import { graphRetention } from './graph-retention';
import { gridSearch } from './grid-search';
import { inertEarlyStopping } from './inert-early-stopping';
import { manualGridSearch } from './manual-grid-search';
import { missingEarlyStopping } from './missing-early-stopping';
import { oversizedDenseLayer } from './oversized-dense-layer';
import { oversizedRandomSearch } from './oversized-random-search';
import { parallelSearch } from './parallel-search';
import { probabilitySvc } from './probability-svc';
import { runCap } from './run-cap';
import { saturatingActivation } from './saturating-activation';
import { searchWithoutPruning } from './search-without-pruning';
import { singleObjectiveSearch } from './single-objective-search';
import { slowRecurrentKernel } from './slow-recurrent-kernel';
import { unboundedTraining } from './unbounded-training';
import { unusedSuppression } from './unused-suppression';

/** All rules, in the order of the catalogue. */
export const RULES: readonly Rule[] = [
  gridSearch,
  manualGridSearch,
  missingEarlyStopping,
  inertEarlyStopping,
  unboundedTraining,
  runCap,
  searchWithoutPruning,
  oversizedRandomSearch,
  singleObjectiveSearch,
  parallelSearch,
  oversizedDenseLayer,
  deepDenseStack,
  slowRecurrentKernel,
  saturatingActivation,
  probabilitySvc,
  graphRetention,
  gradientsInInference,
  costlySelection,
  unusedSuppression,
];
