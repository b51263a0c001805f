import type { Node } from '../python/parser';
import type { PythonModule } from '../python/module';

/** How much a finding asks of its reader, least first. */
export const SEVERITIES = ['hint', 'information', 'warning'] as const;
export type Severity = (typeof SEVERITIES)[number];

/** Figures behind a finding, such as `{ candidates: 72, splits: 5, fits: 361 }`; null is unknown. */
export type Estimate = Readonly<Record<string, number | string | null>>;

/** A replacement of the text from `start` to `end`, offsets into the module's text. */
export interface Edit {
  readonly start: number;
  readonly end: number;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  /** True only if the program does the same afterwards, apart from the waste. */
  readonly safe: boolean;
  readonly edits: readonly Edit[];
}

/** What a rule found at a node. */
export interface Report {
  readonly node: Node;
  /** Where the finding ends, if not with `node`: a loop's header ends with what it runs over. */
  readonly end?: Node;
  readonly severity: Severity;
  readonly message: string;
  /** The figure in a few words, for the lens above the line: `361 fits`. Null for no lens. */
  readonly headline: string | null;
  readonly estimate: Estimate | null;
  readonly fixes: readonly Fix[];
}

/** What there is to say of something, wherever it stands. */
export type Judgement = Pick<Report, 'severity' | 'message' | 'headline' | 'estimate'>;

/** What most findings do without: a figure, and a fix. */
type Extra = 'headline' | 'estimate' | 'fixes';

export interface RuleContext {
  /** What is left out of the report is null, or no fix. */
  report(report: Omit<Report, Extra> & Partial<Pick<Report, Extra>>): void;
  /** The value of one of the rule's thresholds, as configured. */
  threshold(name: string): number;
}

/** Code that the rule reports. Examples are shown on the rule's page, and they are its tests. */
export interface NonCompliantExample {
  readonly code: string;
  /** What the first finding says, each as far as it is given. */
  readonly severity?: Severity;
  readonly estimate?: Estimate;
  /** The code after the first finding's first fix. */
  readonly fixed?: string;
}

/** A rule: what it looks for, why that is waste, and how it finds it. */
export interface Rule {
  readonly id: string;
  /** The number of the practice that it serves, 1 to 17; null for waste beyond those. */
  readonly practice: number | null;
  /** The highest severity that it reports with. */
  readonly severity: Severity;
  /** False for rules that run only where they are selected. */
  readonly enabled: boolean;
  /** What it finds, in one sentence. Markdown, like all texts here. */
  readonly summary: string;
  readonly details: string;
  /** Why that is waste, with figures and their sources. */
  readonly why: string;
  readonly remedy: string;
  readonly nonCompliant: readonly NonCompliantExample[];
  readonly compliant: readonly string[];
  /** Names of numbers that a configuration may change, with their defaults. */
  readonly thresholds: Readonly<Record<string, number>>;
  /** Qualified names of the classes and functions that it looks for. */
  readonly apis: readonly string[];
  /** Names of methods that it looks for, whatever their object. */
  readonly methods: readonly string[];
  /** Names of arguments that it looks for, whatever is called. */
  readonly words: readonly string[];
  /** Further qualified names that matter in arguments, and that `import *` may bring. */
  readonly related: readonly string[];
  /** Packages without whose name in the text there is nothing to find. */
  readonly packages: readonly string[];
  /**
   * For rules that speak of a whole project: what in any of its files leaves them nothing to say. Of their findings a
   * project shows the first. Null for all others.
   */
  readonly settledBy: RegExp | null;
  check(module: PythonModule, context: RuleContext): void;
}

export function lower(severity: Severity): Severity {
  return severity === 'warning' ? 'information' : 'hint';
}

/** The lower one of two severities. */
export function atMost(severity: Severity, limit: Severity): Severity {
  return SEVERITIES.indexOf(severity) <= SEVERITIES.indexOf(limit) ? severity : limit;
}

/** The last part of a qualified name. */
export const lastName = (name: string): string => name.slice(name.lastIndexOf('.') + 1);
