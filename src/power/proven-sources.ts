import type { CpuModel } from './cpu-model';
import { powerRange, type KnownHardware, type PowerRange } from './hardware-range';
import { Liveness } from './liveness';
import type { MemoryModel } from './memory-model';
import { judgeReading } from './plausible';
import type { Component, PowerSource, ReadContext, SourceDescription, SourceReading } from './source';

const componentWords: Readonly<Record<Component, string>> = {
  cpu: 'CPU',
  memory: 'memory',
  gpu: 'GPU',
  system: 'whole-machine',
};

/** What replaces sources that are missing or do not work. */
interface Models {
  readonly cpu: CpuModel;
  readonly memory: MemoryModel;
  /** The machine's hardware, to check counters against. */
  readonly hardware: KnownHardware;
}

/**
 * The sources of processor, memory and whole machine: measured sources as long as they work, and models for the
 * rest. No model is added to a figure of the whole machine, which already includes it.
 */
export class ProvenSources implements PowerSource {
  private readonly liveness = new Map<string, Liveness>();

  constructor(
    private readonly measured: readonly PowerSource[],
    private readonly models: Models,
  ) {}

  /** A source that answers late has descriptions only after its first answer. */
  private get measuredDescriptions(): readonly SourceDescription[] {
    return this.measured.flatMap(({ descriptions }) => descriptions);
  }

  /** Null for a GPU inside a processor, which may use no energy at rest. */
  private livenessOf(source: SourceDescription): Liveness | null {
    if (source.component === 'gpu') return null;
    const known = this.liveness.get(source.name) ?? new Liveness(source, this.rangeOf(source));
    this.liveness.set(source.name, known);
    return known;
  }

  /** The sources in use now: a source that turns out to be dead is replaced by the model. */
  get descriptions(): readonly SourceDescription[] {
    return [
      ...this.measuredDescriptions.filter((each) => this.isUsed(each)),
      ...this.substitutes().flatMap(({ descriptions }) => descriptions),
    ];
  }

  get helpers(): readonly number[] {
    return this.measured.flatMap(({ helpers = [] }) => helpers);
  }

  /** Whether it is known for every measured source whether it works. */
  get isProved(): boolean {
    return this.measuredDescriptions.every(
      ({ component, name }) => component === 'gpu' || this.liveness.get(name)?.isProved === true,
    );
  }

  /** Why existing sources are not used, by name. */
  get problems(): ReadonlyMap<string, string> {
    const problems = new Map<string, string>();
    for (const description of this.measuredDescriptions) {
      const own = this.liveness.get(description.name)?.problem ?? null;
      if (own !== null) problems.set(description.name, `Not used: ${own}.`);
      else if (!this.isUsed(description))
        problems.set(description.name, 'Not used: another counter of the whole platform does not work.');
    }
    return problems;
  }

  /** One sentence for each problem that a person should read with a figure. */
  get notes(): readonly string[] {
    const modelled = new Set(
      this.substitutes().flatMap(({ descriptions }) => descriptions.map(({ component }) => component)),
    );
    return [...this.problems].map(([name, problem]) => {
      const component = this.measuredDescriptions.find((each) => each.name === name)?.component ?? 'cpu';
      const isModelled =
        modelled.has(component) ||
        (component === 'system' && modelled.has('cpu')) ||
        (component === 'cpu' && modelled.has('system'));
      return `The ${componentWords[component]} source ${name} is ${problem.charAt(0).toLowerCase()}${problem.slice(1)}${isModelled ? ' A model is used instead.' : ''}`;
    });
  }

  uses(model: PowerSource): boolean {
    return this.substitutes().includes(model);
  }

  /** Whether this component is known only as part of the whole machine's figure. */
  isInsideSystem(component: 'cpu' | 'memory'): boolean {
    const isWhole =
      this.hasSystem ||
      this.substitutes().some(({ descriptions }) => descriptions.some((each) => each.component === 'system'));
    return isWhole && !this.descriptions.some((each) => each.component === component);
  }

  async read(context: ReadContext): Promise<readonly SourceReading[]> {
    if (this.measured.length === 0) return [];
    const read = (await Promise.all(this.measured.map((source) => source.read(context)))).flat();
    const judged = read.map((reading) => this.judge(reading, context));
    return judged.filter(({ source }) => source.component === 'gpu' || this.isUsed(source) || this.isMissed(source));
  }

  async readModelled(context: ReadContext): Promise<readonly SourceReading[]> {
    return (await Promise.all(this.substitutes().map((model) => model.read(context)))).flat();
  }

  pause(): void {
    for (const source of this.measured) source.pause();
  }

  dispose(): void {
    for (const source of this.measured) source.dispose();
  }

  private judge(reading: SourceReading, context: ReadContext): SourceReading {
    const { source } = reading;
    const plausible = judgeReading(reading, context.seconds, context.late, this.rangeOf(source).most ?? undefined);
    const outcome = this.livenessOf(source)?.judge(plausible.outcome, context) ?? plausible.outcome;
    return { ...plausible, outcome };
  }

  private rangeOf(source: SourceDescription): PowerRange {
    const isAlike = ({ component, method }: SourceDescription): boolean =>
      component === source.component && method === source.method;
    return powerRange(source, this.measuredDescriptions.filter(isAlike).length, this.models.hardware);
  }

  /** A whole machine is known only when all its counters work. */
  private get hasSystem(): boolean {
    const systems = this.measuredDescriptions.filter(({ component }) => component === 'system');
    return systems.length > 0 && systems.every((each) => this.isAlive(each));
  }

  private isAlive({ name }: SourceDescription): boolean {
    return (this.liveness.get(name)?.problem ?? null) === null;
  }

  private isUsed(source: SourceDescription): boolean {
    return this.isAlive(source) && (source.component !== 'system' || this.hasSystem);
  }

  /** Whether this source does not work while others of its kind do, so that part of the figure is missing. */
  private isMissed({ component }: SourceDescription): boolean {
    return component !== 'system' && this.has(component);
  }

  private has(component: Component): boolean {
    return this.measuredDescriptions.some((each) => each.component === component && this.isUsed(each));
  }

  private substitutes(): readonly PowerSource[] {
    if (this.hasSystem) return [];
    const { cpu, memory } = this.models;
    const needsCpu = !this.has('cpu');
    const isWhole = needsCpu && cpu.descriptions[0].component === 'system';
    return [...(needsCpu ? [cpu] : []), ...(this.has('memory') || isWhole ? [] : [memory])];
  }
}
