import { baselineModels } from '../lint/libraries/baselines';
import { savers } from '../lint/libraries/savers';
import { stoppers } from '../lint/libraries/stoppers';
import { trackerNames } from '../lint/libraries/trackers';
import { readNotebook } from '../python/notebook';
import type { CodeFact, CodeFactKind } from './facts';

/** A pattern of names, as libraries/ knows them, each as a word. */
const named = (names: readonly string[]): RegExp => new RegExp(String.raw`\b(${names.join('|')})\b`);

/**
 * Names in Python code that speak for a practice. They are looked for as words outside comments, without parsing: a
 * fact only ever supports, and shows where it was found, so that a person can judge it.
 */
const signs: readonly (readonly [kind: CodeFactKind, pattern: RegExp])[] = [
  ['tracker', named(trackerNames)],
  ['checkpoint', named(savers)],
  ['baseline', named(baselineModels)],
  ['early-stopping', named(stoppers)],
  [
    'best-weights',
    /\b(restore_best_weights\s*=\s*True|save_best_only\s*=\s*True|load_best_model_at_end\s*=\s*True|save_top_k)/,
  ],
  ['subset', /\b(fast_dev_run|limit_train_batches|overfit_batches|max_steps_per_epoch|nrows)\b/],
  [
    'pretrained',
    /\b(pretrained\s*=\s*True|weights\s*=\s*["']imagenet["']|AutoModel\w*\.from_pretrained|SentenceTransformer)/,
  ],
  [
    'pruner',
    /\b(MedianPruner|SuccessiveHalvingPruner|HyperbandPruner|PercentilePruner|WilcoxonPruner|ASHAScheduler|AsyncHyperBandScheduler|should_prune)\b/,
  ],
  ['multi-objective', /\bdirections\s*=\s*\[/],
  ['distilled', /\b(distil(?:bert|roberta|gpt2|-whisper)|MiniLM|TinyBERT|KnowledgeDistillation|distillation_loss)\b/i],
  [
    'better-search',
    /\b(RandomizedSearchCV|HalvingRandomSearchCV|BayesSearchCV|TPESampler|create_study|BayesianOptimization|randomized_search)\b/,
  ],
  [
    'sparse',
    /\b(MixtureOfExperts|SwitchTransformer|prune_low_magnitude|global_unstructured|l1_unstructured|Mixtral\w*)\b/,
  ],
];

/** One test tells that a Python file holds none of them, as most files of a project. */
const anySign = new RegExp(signs.map(([, { source }]) => source).join('|'), 'i');

/** The facts in one Python file or notebook; a notebook that cannot be read has none. */
export function findCodeFacts(path: string, text: string): readonly CodeFact[] {
  if (!path.endsWith('.ipynb')) return anySign.test(text) ? factsInLines(path, null, text.split('\n')) : [];
  const cells = readNotebook(text);
  return typeof cells === 'string'
    ? []
    : cells.flatMap(({ index, source }) => factsInLines(path, index, source.split('\n')));
}

function factsInLines(path: string, cell: number | null, lines: readonly string[]): CodeFact[] {
  return lines.flatMap((line, index) => {
    const code = withoutComment(line);
    return signs.flatMap(([kind, pattern]) => {
      const name =
        pattern.exec(code)?.[1] ?? (kind === 'multi-objective' && pattern.test(code) ? 'directions' : undefined);
      return name === undefined || usesNothing(code) ? [] : [{ kind, name: nameOf(name), path, cell, line: index + 1 }];
    });
  });
}

/** An import or a definition uses nothing yet. */
function usesNothing(code: string): boolean {
  return /^\s*(from|import|def|async def|class)\s/.test(code);
}

/** "restore_best_weights=True" is shown as the name alone. */
function nameOf(found: string): string {
  return (found.split('=')[0] ?? '').trimEnd();
}

/** A '#' that is not within quotes ends the code; strings that span lines are not followed. */
function withoutComment(line: string): string {
  let quote = '';
  for (let index = 0; index < line.length; index++) {
    const character = line.charAt(index);
    if (quote !== '') {
      if (character === '\\') index++;
      else if (character === quote) quote = '';
    } else if (character === '"' || character === "'") quote = character;
    else if (character === '#') return line.slice(0, index);
  }
  return line;
}
