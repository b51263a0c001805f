import { window, type LogOutputChannel } from 'vscode';

/** The output channel, created with its first line. */
export class Log {
  private channel: LogOutputChannel | null = null;

  info(message: string): void {
    this.write((channel) => channel.info(message));
  }

  warn(message: string): void {
    this.write((channel) => channel.warn(message));
  }

  error(message: string, error: unknown): void {
    this.write((channel) => channel.error(message, error));
  }

  /** Shows the channel, which says so if there is nothing to read. */
  show(): void {
    if (this.channel === null) this.info('Nothing went wrong in this window so far.');
    this.channel?.show(true);
  }

  dispose(): void {
    this.channel?.dispose();
  }

  private write(line: (channel: LogOutputChannel) => void): void {
    try {
      this.channel ??= window.createOutputChannel('Green ML', { log: true });
      line(this.channel);
    } catch {
      // VS Code throws if the channel is closed already. A lost log line must not fail a run.
    }
  }
}
