import { Disposable, window, type Terminal } from 'vscode';
import { commands } from '../contributions/commands';
import { registerCommand } from '../contributions/use-commands';
import type { ManualRuns } from './manual-runs';
import type { ClusterPorts } from './measure-cluster';
import type { RunHost } from './run-host';

/** Jobs of a cluster, measured by Prometheus. The code for it is loaded when a person asks. */
export class ClusterRuns implements Disposable {
  private readonly registrations: Disposable;
  /** The commands that run in terminals with shell integration, to choose from. */
  private readonly running = new Map<Terminal, string>();

  constructor(host: RunHost, manual: ManualRuns, ports: ClusterPorts) {
    const guard = async (task: Promise<void>): Promise<void> => task.catch((error: unknown) => host.failed(error));
    this.registrations = Disposable.from(
      window.onDidStartTerminalShellExecution(
        ({ terminal, execution }) => void this.running.set(terminal, execution.commandLine.value),
      ),
      window.onDidEndTerminalShellExecution(({ terminal }) => void this.running.delete(terminal)),
      window.onDidCloseTerminal((terminal) => void this.running.delete(terminal)),
      registerCommand(commands.measureCluster, (given) =>
        guard(
          (async () => {
            const { measureCluster } = await import('./measure-cluster');
            await measureCluster(host, manual, { ...ports, running: this.running }, given);
          })(),
        ),
      ),
      registerCommand(commands.setPrometheusToken, () =>
        guard(
          (async () => {
            const { askToken } = await import('./prometheus');
            await askToken(ports.secrets);
          })(),
        ),
      ),
    );
  }

  dispose(): void {
    this.registrations.dispose();
  }
}
