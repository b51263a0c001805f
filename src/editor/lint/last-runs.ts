import { EventEmitter, type Disposable, type Uri } from 'vscode';
import type { RecordedRuns } from '../recorded-runs';

/** What the last measured run of each file used. The records are read when somebody asks first. */
export class LastRuns implements Disposable {
  private reading: Promise<ReadonlyMap<string, string>> | null = null;
  private readonly changed = new EventEmitter<void>();
  private readonly subscription: Disposable;

  /** Fires when an answer may be another one. */
  readonly onDidChange = this.changed.event;

  constructor(private readonly runs: RecordedRuns) {
    this.subscription = runs.onDidChangeRuns(() => {
      if (this.reading === null) return;
      this.reading = null;
      this.changed.fire();
    });
  }

  /** "~3.2 Wh"; null if no run of this file was measured. */
  async of(file: Uri): Promise<string | null> {
    if (file.scheme !== 'file') return null;
    this.reading ??= this.read();
    return (await this.reading).get(file.fsPath) ?? null;
  }

  dispose(): void {
    this.subscription.dispose();
    this.changed.dispose();
  }

  private async read(): Promise<ReadonlyMap<string, string>> {
    try {
      const { lastEnergies } = await import('../../runs/last-energy');
      return lastEnergies(await this.runs.list());
    } catch {
      // Without records nothing is known.
      return new Map();
    }
  }
}
