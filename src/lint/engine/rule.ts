import type { Node } from '../../python/parser';
import type { PythonModule } from '../../python/module';
import type { Wanted } from './query';
import type { VersionedPackage } from '../../project/requirements';

/** How much a finding asks of its reader, least first. */
export const allSeverities = ['hint', 'information', 'warning'] as const;
export type Severity = (typeof allSeverities)[number];

/** Figures behind a finding, such as `{ candidates: 72, splits: 5, fits: 361 }`; null is unknown. */
export type FindingFigures = Readonly<Record<string, number | string | null>>;

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
  /** What an editor underlines, if not the name of `node`. */
  readonly mark?: Node;
  readonly severity: Severity;
  readonly message: string;
  /** The figure in a few words, for the lens above the line: `361 fits`. Null for no lens. */
  readonly headline: string | null;
  /** What it would be instead, in a few words after the headline: `201 with random search`. Null if nothing is known. */
  readonly wayOut: string | null;
  readonly estimate: FindingFigures | null;
  readonly fixes: readonly Fix[];
}

/** The sentences of a rule by name: a text, or one that is made of the figures it is given. */
export type Messages = Readonly<Record<string, string | ((data: never) => string)>>;

/** A number that a configuration may change, by `thresholds."rule".name` in the settings of a project. */
export interface Threshold {
  readonly default: number;
  /** What is counted: `epochs`, `candidates`; a `share` is a part of a whole, from 0 to 1. */
  readonly unit: string;
  /** What happens from this number on, as a comment beside it. */
  readonly meaning: string;
}

export type Thresholds = Readonly<Record<string, Threshold>>;

/** What the findings of a rule say about an item of its practice's checklist. */
export interface EvidenceDeclaration {
  /** The item's id in the checklist. */
  readonly item: string;
  /** True if findings contradict a ticked item; others are only worth a look. */
  readonly contradicts: boolean;
  /** What one finding is called, and several. */
  readonly one: string;
  readonly several: string;
}

/** What the linter gives a rule that looks at one module. */
interface Situation {
  readonly module: PythonModule;
  /** The value of one of the rule's thresholds, as configured. */
  readonly threshold: (name: string) => number;
  /** What the project or the file asks of a package; null if that is not known. */
  readonly requirement: (name: VersionedPackage) => string | null;
  /** What the cell of a notebook that a node is in printed when it last ran; null if that is not kept. */
  readonly printed: (node: Node) => string | null;
  /** How many seconds the cell took that runs a node; null if that is not recorded, and for the body of a function. */
  readonly took: (node: Node) => number | null;
  /** True for cells of a notebook, which record what their code did; what their authors cleared away is not known. */
  readonly inNotebook: boolean;
}

/** One question that a rule asks of modules, with its judgement of what is found. */
export type Listener = (situation: Situation) => Iterable<Report>;

/** Code that the rule reports. Examples are shown on the rule's page, and they are its tests. */
interface NonCompliantExample {
  readonly code: string;
  /** What the first finding says, each as far as it is given. */
  readonly severity?: Severity;
  readonly estimate?: FindingFigures;
  /** The code after the first finding's first fix. */
  readonly fixed?: string;
}

/** A rule as the linter needs it: what it looks for, what it says and what that means. `defineRule` makes one. */
export interface Rule extends Wanted {
  readonly id: string;
  /** The number of the practice that it serves, 1 to 17; null for waste beyond those. */
  readonly practice: number | null;
  /** The highest severity that it reports with. */
  readonly severity: Severity;
  /** False for rules that run only where they are selected. */
  readonly enabled: boolean;
  /** What it finds, in one sentence. Markdown, like all texts here. */
  readonly summary: string;
  readonly thresholds: Thresholds;
  /** What it means for the checklist of its practice; null if it says nothing about it. */
  readonly evidence: EvidenceDeclaration | null;
  /** What a module's text must match for there to be something to find. */
  readonly needs: RegExp | null;
  /** What in a module's text leaves the rule nothing to say. */
  readonly unless: RegExp | null;
  /**
   * For rules that speak of a whole project: what in any of its files leaves them nothing to say. Of their findings a
   * project shows one. Null for all others.
   */
  readonly settledBy: RegExp | null;
  /** True if a project shows each sentence of the rule once, because it would be as true of every other file that says it. */
  readonly oncePerProject: boolean;
  /** False if what the rule finds is no waste in a test. */
  readonly inTests: boolean;
  readonly listeners: readonly Listener[];
}

/** What the page of a rule says beyond its summary, in Markdown. */
export interface RuleTexts {
  readonly details: string;
  /** Why that is waste, with figures and their sources. */
  readonly why: string;
  readonly remedy: string;
  readonly nonCompliant: readonly NonCompliantExample[];
  readonly compliant: readonly string[];
}

/** A rule with its texts; in the built product only `rules/documented.ts` has them. */
export interface DocumentedRule extends Rule, RuleTexts {}

export function lower(severity: Severity): Severity {
  return severity === 'warning' ? 'information' : 'hint';
}

/** The lower one of two severities. */
export function atMost(severity: Severity, limit: Severity): Severity {
  return allSeverities.indexOf(severity) <= allSeverities.indexOf(limit) ? severity : limit;
}
