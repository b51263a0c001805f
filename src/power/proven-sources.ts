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

/** What takes the place of sources that are not there or do not work. */
export interface Models {
  readonly cpu: CpuModel;
  readonly memory: MemoryModel;
  /** What the machine is made of, against which its counters are held. */
  readonly hardware: KnownHardware;
}

/**
 * The sources of processor, memory and whole machine: what is measured, as long as it proves that it is alive, and a
 * model for what is not. Nothing modelled is added to a figure of the whole machine, which contains it.
 */
export class ProvenSources implements PowerSource {
  private readonly liveness = new Map<string, Liveness>();

  constructor(
    private readonly measured: readonly PowerSource[],
    private readonly models: Models,
  ) {}

  /** A source that answers late has its descriptions from its first answer on. */
  private get measuredDescriptions(): readonly SourceDescription[] {
    return this.measured.flatMap(({ descriptions }) => descriptions);
  }

  /** Null for a GPU: the graphics of a processor may rest. */
  private livenessOf(source: SourceDescription): Liveness | null {
    if (source.component === 'gpu') return null;
    const known = this.liveness.get(source.name) ?? new Liveness(source, this.rangeOf(source));
    this.liveness.set(source.name, known);
    return known;
  }

  /** Those in use now: a source that turns out to be dead gives way to the model. */
  get descriptions(): readonly SourceDescription[] {
    return [
      ...this.measuredDescriptions.filter((each) => this.isUsed(each)),
      ...this.substitutes().flatMap(({ descriptions }) => descriptions),
    ];
  }

  get helpers(): readonly number[] {
    return this.measured.flatMap(({ helpers = [] }) => helpers);
  }

  /** Whether every measured source has shown that it is alive, or dead. */
  get isProved(): boolean {
    return this.measuredDescriptions.every(
      ({ component, name }) => component === 'gpu' || this.liveness.get(name)?.isProved === true,
    );
  }

  /** Why sources that are there are not used, by name. */
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
      return `The ${componentWords[component]} source ${name} is ${problem.charAt(0).toLowerCase()}${problem.slice(1)}${isModelled ? ' A model takes its place.' : ''}`;
    });
  }

  uses(model: PowerSource): boolean {
    return this.substitutes().includes(model);
  }

  /** Whether the figure of the whole machine is all that is known of this component. */
  isInsideSystem(component: 'cpu' | 'memory'): boolean {
    const isWhole =
      this.hasSystem ||
      this.substitutes().some(({ descriptions }) => descriptions.some((each) => each.component === 'system'));
    return isWhole && !this.descriptions.some((each) => each.component === component);
  }

  async read(context: ReadContext): Promise<readonly SourceReading[]> {
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

  /** One of several of its kind that does not work, while the others do: a part of the figure is missing. */
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
