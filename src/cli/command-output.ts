import type { Io } from './io';
import { tapOutput, textOf, type OutputTap } from './output-tap';
import { openTerminalRelay, type TerminalRelay } from './terminal-relay/terminal-relay';

/** The output of the command on its way to pipes and to the terminal, read as it passes. */
export class CommandOutput {
  private constructor(
    private readonly reader: { take: (text: string) => void },
    private readonly tap: OutputTap,
    /** The terminal of the command's own; null where it gets the real one, or none. */
    readonly relay: TerminalRelay | null,
  ) {}

  /** @param hangup `ignored`: the command outlives its terminal, so it keeps the real one */
  static async open(io: Io, hangup: 'default' | 'ignored'): Promise<CommandOutput> {
    const reader = { take: (_text: string): void => undefined };
    const onText = (text: string): void => reader.take(text);
    const tap = await tapOutput(onText, io.clock);
    const open = (): Promise<TerminalRelay | null> =>
      openTerminalRelay({ ...io, targets: tap.targets, onBytes: textOf(onText, io.clock) });
    return new CommandOutput(reader, tap, hangup === 'ignored' ? null : await open());
  }

  get targets(): OutputTap['targets'] {
    return this.tap.targets;
  }

  /** Resolves when all that the command has printed was read, or will not be read any more. */
  get drained(): Promise<void> {
    return Promise.all([this.tap.drained, this.relay?.drained]).then(() => undefined);
  }

  /** Resolves when everybody who writes into a pipe of ours has ended. */
  get passed(): Promise<void> {
    return this.tap.drained;
  }

  /** `\r\n` as long as the terminal is in raw mode. */
  get lineEnd(): string {
    return this.relay?.isRaw === true ? '\r\n' : '\n';
  }

  onText(take: (text: string) => void): void {
    this.reader.take = take;
  }

  /** To be called once the command has been started, or has failed to. */
  started(): void {
    this.tap.started();
  }

  /** To be called when the command's processes were looked at for the last time, or it was never started. */
  close(): void {
    this.tap.started();
    this.relay?.release();
  }
}
