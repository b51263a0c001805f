import { Disposable, type Memento, type SecretStorage } from 'vscode';
import { commands } from '../contributions/commands';
import { registerCommand } from '../contributions/use-commands';
import type { ManualRuns } from './manual-runs';
import type { RunHost } from './run-host';

/** What the questions about a cluster need. */
export interface ClusterPorts {
  readonly secrets: SecretStorage;
  /** Remembers the last selectors of the workspace. */
  readonly memory: Memento;
}

/** Jobs of a cluster, measured by Prometheus. The code for it is loaded when a person asks. */
export class ClusterRuns implements Disposable {
  private readonly registrations: Disposable;

  constructor(host: RunHost, manual: ManualRuns, ports: ClusterPorts) {
    const guard = async (task: Promise<void>): Promise<void> => task.catch((error: unknown) => host.failed(error));
    this.registrations = Disposable.from(
      registerCommand(commands.measureCluster, (given) =>
        guard(import('./measure-cluster').then(({ measureCluster }) => measureCluster(host, manual, ports, given))),
      ),
      registerCommand(commands.setPrometheusToken, () =>
        guard(import('./prometheus').then(({ askToken }) => askToken(ports.secrets))),
      ),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
