import type { Clock } from '../system/clock';
import type { Programs } from '../system/spawn';
import { HelperStream } from './helper-stream';
import { PowerIntegral } from './power-integral';
import type { Band, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';

/** One device whose power a helper program reports. */
interface HelperDevice {
  readonly source: SourceDescription;
  /** Replaces the source's band over a short time, in which the helper's steps matter more. */
  readonly short?: { readonly seconds: number; readonly band: Band };
}

/** Mean power since the helper's previous line, by the name of the source; null if the helper gave no figure. */
export type HelperFigures = ReadonlyMap<string, number | null>;

interface HelperSourceOptions {
  readonly programs: Programs;
  readonly clock: Clock;
  readonly command: string;
  readonly args: readonly string[];
  readonly devices: readonly HelperDevice[];
  /** An older figure says nothing about the present. */
  readonly staleSeconds: number;
  readonly silenceSeconds: number;
  /** How long its first line may take; like any other line if absent. */
  readonly firstSilenceSeconds?: number;
  /** Null for a line without figures: a heading, or a line that was cut short. */
  parse(line: string, now: number): HelperFigures | null;
  /** The helper restarts: what `parse` remembers of earlier lines is no longer valid. */
  onRestart?(): void;
}

/** Power of devices from a long-lived helper program that writes one line a second. */
export class HelperSource implements PowerSource {
  readonly descriptions: readonly SourceDescription[];
  private readonly integrals: ReadonlyMap<string, PowerIntegral>;
  private readonly stream: HelperStream;

  constructor(private readonly options: HelperSourceOptions) {
    const { devices, staleSeconds, programs, clock, command, args, silenceSeconds, firstSilenceSeconds } = options;
    this.descriptions = devices.map(({ source }) => source);
    this.integrals = new Map(
      devices.map(({ source, short }) => [
        source.name,
        new PowerIntegral({
          staleSeconds,
          limitWatts: null,
          band: source.band,
          readingsAreMeans: true,
          ...(short === undefined ? {} : { short }),
        }),
      ]),
    );
    this.stream = new HelperStream({
      programs,
      clock,
      command,
      args,
      silenceSeconds,
      ...(firstSilenceSeconds === undefined ? {} : { firstSilenceSeconds }),
      onLine: (line) => this.take(line),
      onBroken: (problem) => {
        options.onRestart?.();
        this.loseAll(`${command} failed (${problem})`);
      },
    });
  }

  get helpers(): readonly number[] {
    const { pid } = this.stream;
    return pid === null ? [] : [pid];
  }

  read(context: ReadContext): Promise<readonly SourceReading[]> {
    this.stream.start();
    this.stream.check();
    const now = this.options.clock.monotonicSeconds();
    const readings = this.descriptions.flatMap((source): SourceReading[] => {
      const outcome = this.integrals.get(source.name)?.read(now, context) ?? null;
      return outcome === null ? [] : [{ source, outcome, users: null }];
    });
    return Promise.resolve(readings);
  }

  pause(): void {
    this.stream.stop();
    this.options.onRestart?.();
    this.loseAll('the source was not being read');
  }

  dispose(): void {
    this.pause();
  }

  private take(line: string): void {
    const now = this.options.clock.monotonicSeconds();
    const figures = this.options.parse(line, now);
    if (figures === null) return;
    for (const [name, integral] of this.integrals) {
      const watts = figures.get(name);
      if (watts === undefined || watts === null) integral.lose(`${this.options.command} gave no figure`);
      else integral.sample(now, watts);
    }
  }

  private loseAll(problem: string): void {
    for (const integral of this.integrals.values()) integral.lose(problem);
  }
}
