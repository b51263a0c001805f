import type { SourceDescription } from '../source';
import type { ClusterEnergy } from './cluster-energy';
import type { ClusterSummary } from './summary';

/** What is known of a run on a cluster after its end. */
export interface ClusterResult {
  readonly kind: 'result';
  /** The length of the run by the server's clock. */
  readonly seconds: number;
  readonly energy: ClusterEnergy;
  readonly summary: ClusterSummary;
  readonly sources: readonly SourceDescription[];
  readonly scrapeSeconds: number;
  /** Sentences that readers of the figures should know. */
  readonly notes: readonly string[];
  /** Notes of the run's beginning that are no longer true; absent if all are. */
  readonly obsoleteNotes?: readonly string[];
}
