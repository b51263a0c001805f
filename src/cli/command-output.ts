import type { Io } from './io';
import { tapOutput, textReader, type OutputTap } from './output-tap';
import { openTerminalRelay, type TerminalRelay } from './terminal-relay/terminal-relay';

/** The output of the command, read on its way to pipes and to the terminal. */
export class CommandOutput {
  private constructor(
    private readonly reader: { take: (text: string) => void },
    private readonly tap: OutputTap,
    /** The command's own terminal; null if it gets the real one, or none. */
    readonly relay: TerminalRelay | null,
    private readonly endRelayed: () => void,
  ) {}

  /** @param hangup with `ignored` the command outlives its terminal, so it keeps the real one */
  static async open(io: Io, hangup: 'default' | 'ignored'): Promise<CommandOutput> {
    const reader = { take: (_text: string): void => undefined };
    const onText = (text: string): void => reader.take(text);
    const tap = await tapOutput(onText, io.clock);
    const relayed = textReader(onText, io.clock);
    const open = (): Promise<TerminalRelay | null> =>
      openTerminalRelay({ ...io, targets: tap.targets, onBytes: relayed.read });
    return new CommandOutput(reader, tap, hangup === 'ignored' ? null : await open(), relayed.end);
  }

  get targets(): OutputTap['targets'] {
    return this.tap.targets;
  }

  /** Resolves when all output of the command has been read, or will not be read any more. */
  get drained(): Promise<void> {
    return Promise.all([this.tap.drained, this.relay?.drained]).then(() => undefined);
  }

  /** Resolves when all writers of our pipes have ended. */
  get passed(): Promise<void> {
    return this.tap.drained;
  }

  /** `\r\n` while the terminal is in raw mode. */
  get lineEnd(): string {
    return this.relay?.isRaw === true ? '\r\n' : '\n';
  }

  onText(take: (text: string) => void): void {
    this.reader.take = take;
  }

  /** Gives what was held back of the end of the output. Call this when the command has ended. */
  endText(): void {
    this.tap.endText();
    this.endRelayed();
  }

  /** Call this once the command has started or has failed to start. */
  started(): void {
    this.tap.started();
  }

  /** Call this after the last sample of the command's processes, or if it never started. */
  close(): void {
    this.tap.started();
    this.relay?.release();
  }
}
