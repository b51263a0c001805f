import { window, type LogOutputChannel } from 'vscode';

/** The one output channel, made when the first thing is to be told. */
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

  dispose(): void {
    this.channel?.dispose();
  }

  private write(line: (channel: LogOutputChannel) => void): void {
    try {
      this.channel ??= window.createOutputChannel('Green ML', { log: true });
      line(this.channel);
    } catch {
      // The editor throws where it has closed the channel; a line that nobody can read is not worth a failed run.
    }
  }
}
