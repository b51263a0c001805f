import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { wantedBy, type Query, type Wanted } from './query';
import type { VersionedPackage } from '../../project/requirements';
import type {
  DocumentedRule,
  FindingFigures,
  EvidenceDeclaration,
  Fix,
  Listener,
  Messages,
  Report,
  RuleTexts,
  Severity,
  Thresholds,
} from './rule';

/** One of the rule's messages by its name, with the figures that it takes. */
type RuleMessage<M extends Messages> = {
  readonly [Name in keyof M]: M[Name] extends (data: infer Data) => string
    ? { readonly message: Name; readonly data: Data }
    : { readonly message: Name };
}[keyof M];

/** A rule's judgement of what a query found. What is left out is null, no fix, or the rule's own severity. */
export type Judgement<M extends Messages> = RuleMessage<M> & {
  readonly node: Node;
  /** Where the finding ends, if not with `node`: a loop's header ends with what it runs over. */
  readonly end?: Node | undefined;
  /** What an editor underlines, if not the name of `node`. */
  readonly mark?: Node | undefined;
  readonly severity?: Severity;
  readonly headline?: string | null;
  readonly wayOut?: string | null;
  readonly estimate?: FindingFigures | null;
  readonly fixes?: readonly Fix[];
};

/** What a rule reports about one thing that was found; null for nothing. */
type Verdict<M extends Messages> = Judgement<M> | Iterable<Judgement<M>> | null;

/** What a rule is given with each thing that was found. */
export interface RuleContext<T extends Thresholds = Thresholds> {
  readonly module: PythonModule;
  /** The value of one of the rule's thresholds, as configured. */
  readonly threshold: (name: keyof T & string) => number;
  /** What the project or the file asks of a package, as pip reads it; null if that is not known. */
  readonly requirement: (name: VersionedPackage) => string | null;
  /** What the cell of a notebook that a node is in printed when it last ran; null if that is not kept. */
  readonly printed: (node: Node) => string | null;
  /** How many seconds the cell took that runs a node; null if that is not recorded, and for the body of a function. */
  readonly took: (node: Node) => number | null;
  /** True for cells of a notebook, which record what their code did; what their authors cleared away is not known. */
  readonly inNotebook: boolean;
}

/** The declaration of a rule; most rules leave out what is optional. */
interface RuleFacts<M extends Messages, T extends Thresholds> extends RuleTexts {
  readonly id: string;
  readonly practice: number | null;
  readonly severity: Severity;
  /** True unless the rule runs only where it is selected. */
  readonly enabled?: boolean;
  readonly summary: string;
  readonly messages: M;
  readonly thresholds?: T;
  /** `several` is `one` with an s unless it is given. */
  readonly evidence?: Omit<EvidenceDeclaration, 'several'> & Partial<Pick<EvidenceDeclaration, 'several'>>;
  readonly needs?: RegExp;
  readonly unless?: RegExp;
  readonly settledBy?: RegExp;
  readonly oncePerProject?: boolean;
  readonly inTests?: boolean;
}

/** A rule that can be given more to listen to. */
interface RuleDefinition<M extends Messages, T extends Thresholds> extends DocumentedRule {
  readonly messages: M;
  /** The same rule with one more query: it judges each thing that the query finds. */
  on<Found>(query: Query<Found>, judge: (found: Found, context: RuleContext<T>) => Verdict<M>): RuleDefinition<M, T>;
}

/**
 * A rule as it declares itself. What it looks for follows from the queries that it listens to; the index of rules, their
 * pages, the settings, the practices' evidence and the prefilter follow from the declaration.
 */
export function defineRule<M extends Messages, T extends Thresholds = Thresholds>(
  facts: RuleFacts<M, T>,
): RuleDefinition<M, T> {
  return withListeners(facts, [], []);
}

function withListeners<M extends Messages, T extends Thresholds>(
  facts: RuleFacts<M, T>,
  listeners: readonly Listener[],
  queries: readonly Wanted[],
): RuleDefinition<M, T> {
  const wanted = wantedBy(queries);
  const { evidence } = facts;
  return {
    ...facts,
    ...wanted,
    enabled: facts.enabled ?? true,
    thresholds: facts.thresholds ?? {},
    evidence: evidence === undefined ? null : { several: `${evidence.one}s`, ...evidence },
    needs: facts.needs ?? null,
    unless: facts.unless ?? null,
    settledBy: facts.settledBy ?? null,
    oncePerProject: facts.oncePerProject ?? false,
    inTests: facts.inTests ?? true,
    listeners,
    on: (query, judge) =>
      withListeners(
        facts,
        [
          ...listeners,
          function* ({ module, ...situation }) {
            for (const found of query.find(module)) {
              const verdict = judge(found, { module, ...situation });
              if (verdict === null) continue;
              for (const judgement of Symbol.iterator in verdict ? verdict : [verdict])
                yield reportOf(facts, judgement);
            }
          },
        ],
        [...queries, query],
      ),
  };
}

/** The sentence that a judgement names, in its words. */
function sentenceOf<M extends Messages>(messages: M, said: RuleMessage<M>): string {
  const message = messages[said.message];
  if (typeof message !== 'function') return message ?? '';
  return (message as (data: unknown) => string)('data' in said ? said.data : undefined);
}

function reportOf<M extends Messages>(
  { messages, severity }: { readonly messages: M; readonly severity: Severity },
  judgement: Judgement<M>,
): Report {
  return {
    node: judgement.node,
    ...(judgement.end === undefined ? {} : { end: judgement.end }),
    ...(judgement.mark === undefined ? {} : { mark: judgement.mark }),
    severity: judgement.severity ?? severity,
    message: sentenceOf(messages, judgement),
    headline: judgement.headline ?? null,
    wayOut: judgement.wayOut ?? null,
    estimate: judgement.estimate ?? null,
    fixes: judgement.fixes ?? [],
  };
}
