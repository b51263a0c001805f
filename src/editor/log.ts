import { window, type LogOutputChannel } from 'vscode';

/** The one output channel, made when the first thing is to be told. */
export class Log {
  private channel: LogOutputChannel | null = null;

  info(message: string): void {
    this.open().info(message);
  }

  warn(message: string): void {
    this.open().warn(message);
  }

  error(message: string, error: unknown): void {
    this.open().error(message, error);
  }

  dispose(): void {
    this.channel?.dispose();
  }

  private open(): LogOutputChannel {
    this.channel ??= window.createOutputChannel('Green ML', { log: true });
    return this.channel;
  }
}
