import { resolve } from 'node:path';
import { StepBudget } from '../../src/python/budget';
import { PythonModule } from '../../src/python/module';
import { PythonParser, type Node } from '../../src/python/parser';
import type { Value } from '../../src/python/values';
import { Vocabulary } from '../../src/python/vocabulary';

let loading: Promise<PythonParser> | null = null;

/** One parser for all tests: its memory never shrinks. */
export function loadParser(): Promise<PythonParser> {
  loading ??= PythonParser.load(resolve('dist'));
  return loading;
}

/** The module of a text, whose `calls` know the given words. */
export async function moduleOf(
  text: string,
  words: readonly string[] = ['probe'],
  known: readonly string[] = [],
): Promise<PythonModule> {
  const parser = await loadParser();
  return new PythonModule(
    parser.parse(text),
    new Vocabulary(words, []).find(text),
    new Set(known),
    new StepBudget(1e6, 1e6),
  );
}

/** What the argument of `probe(…)` is known to be, in plain JavaScript: see `plain`. */
export async function probe(text: string): Promise<unknown> {
  const module = await moduleOf(text);
  const argument = module.calls(['probe'])[0]?.node.childForFieldName('arguments')?.firstNamedChild;
  if (!argument) throw new Error(`no probe(…) in ${text}`);
  return plain(module.evaluate(argument));
}

/** A value in plain JavaScript; '?' stands for unknown, `#n` for a sequence of which only the length is known. */
export function plain(value: Value): unknown {
  switch (value.kind) {
    case 'unknown':
      return '?';
    case 'none':
      return null;
    case 'boolean':
    case 'number':
    case 'string':
      return value.value;
    case 'sequence':
      return value.items === null ? `#${value.length}` : value.items.map(plain);
    case 'dict':
      return Object.fromEntries([
        ...value.entries.map(({ key, value: item }): [string, unknown] => [String(plain(key)), plain(item)]),
        ...(value.open ? [['...', true] as [string, unknown]] : []),
      ]);
    case 'reference':
      return `<${value.name}>`;
    case 'definition':
      return `<own ${nameOf(value.node)}>`;
    case 'instance':
      return `<made by ${value.call.childForFieldName('function')?.text ?? ''}>`;
    case 'member':
      return `<${value.name} of what is made by ${value.of.childForFieldName('function')?.text ?? ''}>`;
  }
}

const nameOf = (node: Node): string => node.childForFieldName('name')?.text ?? node.type;
