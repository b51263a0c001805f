import { dirname } from 'node:path';
import { l10n, EventEmitter, type Pseudoterminal } from 'vscode';
import { TreeTracker } from '../../processes/tree-tracker';
import type { ActiveRun } from '../../runs/measuring/active-run';
import { startAttached, type ChildProcess } from '../../system/spawn';
import { interruptProcess, type RunHost } from '../capture/run-host';

/** A terminal that shows what the example prints, and ends it with Ctrl+C or when it is closed. */
export class ExampleTerminal implements Pseudoterminal {
  private readonly written = new EventEmitter<string>();
  private child: ChildProcess | null = null;
  private isClosed = false;
  readonly onDidWrite = this.written.event;

  constructor(
    private readonly host: RunHost,
    private readonly script: string,
    private readonly ended: () => void,
  ) {}

  open(): void {
    this.run().catch((error: unknown) => {
      this.write(`${l10n.t('The example could not be started.')}\n`);
      this.ended();
      this.host.failed(error);
    });
  }

  close(): void {
    this.isClosed = true;
    this.child?.kill();
  }

  handleInput(typed: string): void {
    if (typed === '\u0003') this.child?.kill('SIGINT');
  }

  private async run(): Promise<void> {
    // Opening the power sources takes a moment, which would be missing from the figures.
    await this.host.processes();
    if (this.isClosed) {
      this.ended();
      return;
    }
    const { NODE_OPTIONS: _options, ...environment } = process.env;
    const child = startAttached(process.execPath, [this.script], {
      cwd: dirname(this.script),
      // The editor's own program is Node only with this variable; Node itself takes no notice.
      env: { ...environment, ELECTRON_RUN_AS_NODE: '1' },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    this.child = child;
    const code = new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    const run = await this.measure(child);
    for (const stream of [child.stdout, child.stderr])
      stream?.setEncoding('utf8').on('data', (text: string) => {
        this.write(text);
        if (run !== null) this.host.readOutput(run, text);
      });
    const exitCode = await code;
    this.child = null;
    this.ended();
    if (run !== null) await this.host.finish(run, exitCode);
  }

  private async measure({ pid }: ChildProcess): Promise<ActiveRun | null> {
    if (pid === undefined) return null;
    return this.host.start(
      null,
      {
        name: 'example',
        kind: 'manual',
        command: null,
        folder: null,
        tree: new TreeTracker(),
        root: { pid, countFrom: 'start' },
      },
      () => interruptProcess(pid),
    );
  }

  private write(text: string): void {
    this.written.fire(text.replaceAll('\n', '\r\n'));
  }
}
