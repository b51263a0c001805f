import type { FakeFiles } from './fake-files';

export interface FakeZoneOptions {
  readonly name: string;
  /** Microjoules; null if the kernel gives none. */
  readonly range?: number | null;
  readonly start?: number;
}

/** One energy counter in a fake `/sys/class/powercap`. Tests feed it with joules. */
export class FakeZone {
  private microjoules: number;
  private readonly range: number | null;

  constructor(
    private readonly files: FakeFiles,
    readonly id: string,
    { name, range = 262_143_328_850, start = 1_000_000 }: FakeZoneOptions,
  ) {
    this.range = range;
    this.microjoules = start;
    files.set(`${this.path}/name`, `${name}\n`);
    if (range !== null) files.set(`${this.path}/max_energy_range_uj`, `${range}\n`);
    this.write();
  }

  get path(): string {
    return `/sys/class/powercap/${this.id}`;
  }

  /** Increases the counter, which wraps to 0 at its range. */
  add(joules: number): void {
    this.microjoules += Math.round(joules * 1e6);
    if (this.range !== null) this.microjoules %= this.range;
    this.write();
  }

  /** Resets the counter, like a deep sleep or a reload of its driver. */
  resetTo(microjoules: number): void {
    this.microjoules = microjoules;
    this.write();
  }

  /** Makes the counter read as this text, until `add` is called. */
  garble(text: string): void {
    this.files.set(`${this.path}/energy_uj`, text);
  }

  fail(code: string): void {
    this.files.set(`${this.path}/energy_uj`, { fails: code });
  }

  private write(): void {
    this.files.set(`${this.path}/energy_uj`, `${this.microjoules}\n`);
  }
}
