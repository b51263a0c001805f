import * as v from 'valibot';
import type { CarbonIntensity } from '../place/intensity';
import type { Shaped } from '../system/shapes';
import {
  type clusterShape,
  type gapShape,
  type gitShape,
  fieldsOf,
  type progressShape,
  type recordKindShape,
  runFields,
  type scopeShape,
} from './run';

const recordShape = v.object(fieldsOf('record', runFields));

/** The public JSON of one run (`green-ml run --json`, `runs show --json`); its members are described in ./run. */
export type RunRecord = Shaped<typeof recordShape>;

/** Carbon intensity in a record, always with its year, basis and source. */
export type RecordedIntensity = CarbonIntensity;

export type RecordedGap = Shaped<typeof gapShape>;

/** The nodes and devices of a run on a cluster. */
export type RecordedCluster = Shaped<typeof clusterShape>;

/** The progress of a training, read from its output. */
export type RecordedProgress = Shaped<typeof progressShape>;

/** The git commit of a run's folder, and whether its files differed from it. */
export type GitState = Shaped<typeof gitShape>;

/** What started a run: `launch` is "run without debugging", `command` is `green-ml run`, `job` is a job of a cluster. */
export type RunKind = Shaped<typeof recordKindShape>;

/** Whose energy counts: the run's share above idle, or the whole machine (on a dedicated one). */
export type Scope = Shaped<typeof scopeShape>;
