import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { resolve } from 'node:path';

type Event = {
  readonly pid?: number;
  readonly out?: string;
  readonly settings?: string;
  readonly exit?: number;
  readonly end?: boolean;
};

/** A person at a real terminal in which a command runs: a pseudo-terminal, driven by Python. */
export class Person {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly events: Event[] = [];
  private readonly waiting = new Set<() => void>();
  private chunks: Buffer[] = [];

  constructor(command: readonly string[], { cwd, env }: { readonly cwd: string; readonly env: NodeJS.ProcessEnv }) {
    this.child = spawn('python3', [resolve('test/support/at-terminal.py'), ...command], { cwd, env, stdio: 'pipe' });
    let problem = '';
    this.child.stderr.on('data', (chunk) => (problem += String(chunk)));
    this.child.stdin.on('error', () => undefined);
    createInterface({ input: this.child.stdout }).on('line', (line) => {
      const event = JSON.parse(line) as Event;
      if (event.out !== undefined) this.chunks.push(Buffer.from(event.out, 'base64'));
      else this.events.push(event);
      this.wake();
    });
    this.child.once('close', () => {
      if (problem !== '') this.chunks.push(Buffer.from(problem));
      this.events.push({ end: true });
      this.wake();
    });
  }

  /** Everything that was written to the screen so far. */
  get bytes(): Buffer {
    this.chunks = [Buffer.concat(this.chunks)];
    return this.chunks[0] ?? Buffer.alloc(0);
  }

  get text(): string {
    return this.bytes.toString();
  }

  type(text: string | Buffer): void {
    this.act({ type: Buffer.from(text).toString('base64') });
  }

  resize(rows: number, columns: number): void {
    this.act({ resize: [rows, columns] });
  }

  /** Whether the terminal reads output. While it does not, the program has to wait. */
  read(isReading: boolean): void {
    this.act({ read: isReading });
  }

  close(): void {
    this.act({ close: true });
  }

  /** The output of `stty` for the terminal. */
  async settings(): Promise<string> {
    const before = this.events.filter(({ settings }) => settings !== undefined).length;
    this.act({ settings: true });
    await this.when(() => this.events.filter(({ settings }) => settings !== undefined).length > before, 'its settings');
    return this.events.filter(({ settings }) => settings !== undefined).at(-1)?.settings ?? '';
  }

  /** Resolves when the text has appeared `times` times since the start. */
  async until(text: string | RegExp, times = 1): Promise<void> {
    const count = (): number =>
      typeof text === 'string'
        ? this.text.split(text).length - 1
        : [...this.text.matchAll(new RegExp(text, 'g'))].length;
    await this.when(() => count() >= times, `${String(text)} (${times} times)`);
  }

  async pid(): Promise<number> {
    await this.when(() => this.events.some(({ pid }) => pid !== undefined), 'its start');
    return this.events.find(({ pid }) => pid !== undefined)?.pid ?? 0;
  }

  /** Resolves to the exit code of the command; below zero, the signal that killed it. */
  async exit(): Promise<number> {
    await this.when(() => this.events.some(({ end }) => end === true), 'its end');
    return this.events.find(({ exit }) => exit !== undefined)?.exit ?? NaN;
  }

  /** Ends the terminal and the command. */
  dispose(): void {
    this.child.kill('SIGKILL');
  }

  private act(act: object): void {
    this.child.stdin.write(`${JSON.stringify(act)}\n`);
  }

  private async when(condition: () => boolean, what: string): Promise<void> {
    while (!condition()) {
      if (this.events.some(({ end }) => end === true)) {
        if (condition()) return;
        throw new Error(`the terminal has ended without ${what}; it shows: ${this.text}`);
      }
      await new Promise<void>((wake) => this.waiting.add(wake));
    }
  }

  private wake(): void {
    const waiting = [...this.waiting];
    this.waiting.clear();
    for (const wake of waiting) wake();
  }
}
