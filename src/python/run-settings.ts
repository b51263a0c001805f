import type { StepBudget } from './budget';
import { stepsOfANode } from './events';
import type { Node } from './parser';
import { placeOf } from './places';
import type { ReadText } from './standings';
import { field, partsOf } from './syntax';
import { entryNamed, unknownValue, type Value } from './values';

/** What a library calls the settings of a run: `wandb.config`, and `config` of what `wandb.init` returns (wandb 0.31). */
const settings = 'wandb.config';
const start = 'wandb.init';
const attribute = 'config';

/** What sets them otherwise: a sweep, and changes of all or of one that is named by a text. */
const changedElsewhere =
  /\bsweep|\bagent\b|\bconfig\.(?:update|setdefaults)\b|\bconfig\[["']\w{1,40}["']\]\s{0,9}=(?!=)/;

interface Expressions {
  readonly budget: StepBudget;
  evaluate(node: Node): Value;
}

/** The settings of a run that a module starts with `wandb.init(config={…})`, as far as nothing but that sets them. */
export class RunSettings {
  /** The settings that the only start of a run is given; null if there are several, or none that is known. */
  private given: Value | null = null;
  private isRead = false;

  constructor(
    private readonly read: ReadText,
    private readonly expressions: Expressions,
  ) {}

  /** True for a value that stands for the settings. */
  areMeant(value: Value): boolean {
    if (value.kind === 'reference') return value.name === settings;
    return value.kind === 'member' && value.name === attribute && this.isStart(value.of);
  }

  /** One setting by its name. */
  get(name: string): Value {
    if (!this.isRead) {
      this.isRead = true;
      this.given = changedElsewhere.test(this.read.text) ? null : this.findGiven();
    }
    return this.given?.kind === 'dict' && !this.given.open
      ? (entryNamed(this.given, name) ?? unknownValue)
      : unknownValue;
  }

  private findGiven(): Value | null {
    const starts = [...this.starts()];
    const [only] = starts;
    if (only === undefined || starts.length > 1) return null;
    const given = field(only, 'arguments');
    const config = partsOf(given ?? only).find((part) => field(part, 'name')?.text === attribute);
    const value = config === undefined ? null : field(config, 'value');
    return value === null ? null : this.expressions.evaluate(value);
  }

  private *starts(): Generator<Node> {
    for (const offset of this.read.standings('init')) {
      this.expressions.budget.spend(stepsOfANode);
      const node = this.read.root.descendantForIndex(offset, offset + 'init'.length);
      const callee = node?.parent?.type === 'attribute' ? node.parent : node;
      const call = callee?.parent;
      if (call?.type === 'call' && field(call, 'function')?.id === callee?.id && this.isStart(call)) yield call;
    }
  }

  private isStart(call: Node): boolean {
    const callee = field(call, 'function');
    const value = callee === null ? unknownValue : this.expressions.evaluate(callee);
    return value.kind === 'reference' && value.name === start && placeOf(call) !== null;
  }
}
