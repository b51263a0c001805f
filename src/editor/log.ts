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
