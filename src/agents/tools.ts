import * as v from 'valibot';
import { AgentError, type AgentAnswer, type AgentTool, type AgentWorld } from './tool';
import { compareRuns } from './tools/compare-runs';
import { estimateTraining } from './tools/estimate-training';
import { explainRule } from './tools/explain-rule';
import { findCleanWindow } from './tools/find-clean-window';
import { lintMlCode } from './tools/lint-ml-code';
import { listRuns } from './tools/list-runs';
import { measureCommand } from './tools/measure-command';
import { explainPractice, getPractices } from './tools/practices';
import { recommendRegion } from './tools/recommend-region';

/** All tools, in the order of a list. */
export const agentTools: readonly AgentTool[] = [
  lintMlCode,
  explainRule,
  estimateTraining,
  measureCommand,
  compareRuns,
  listRuns,
  recommendRegion,
  findCleanWindow,
  getPractices,
  explainPractice,
];

/** A whole file fits; a data set does not. */
const longestInput = 400_000;

/**
 * Checks input as it came from a model.
 *
 * @returns the input in the tool's own shape
 * @throws AgentError with one sentence that tells the model what to do next
 */
export function checkInput(
  tool: AgentTool,
  rawInput: unknown,
  { whyNoCommands }: Pick<AgentWorld, 'whyNoCommands'>,
): Readonly<Record<string, unknown>> {
  // Models write null for what they leave out.
  const input = withoutNulls(rawInput ?? {});
  if (lengthOf(input) > longestInput)
    throw new AgentError(
      `The input is longer than ${longestInput / 1000} thousand characters, the limit; give a path instead of text, or less of it.`,
    );
  const checked = v.safeParse(tool.parameters, input);
  if (!checked.success) throw new AgentError(faultOf(tool, checked.issues[0]));
  if (tool.effect === 'runs a command' && whyNoCommands !== null) throw new AgentError(whyNoCommands);
  // Text goes to standard input.
  for (const [name, value] of Object.entries(checked.output))
    if (name !== 'text' && hasNull(value)) throw new AgentError(`${name} has a null character; leave it out.`);
  tool.check?.(checked.output);
  return checked.output;
}

/**
 * Calls a tool with input as it came from a model.
 *
 * @throws AgentError with one sentence that tells the model what to do next
 */
export async function callTool(tool: AgentTool, rawInput: unknown, world: AgentWorld): Promise<AgentAnswer> {
  return tool.call(checkInput(tool, rawInput, world), world);
}

/** @throws AgentError if it is nested so deeply that it cannot be written */
function lengthOf(input: unknown): number {
  try {
    return JSON.stringify(input).length;
  } catch {
    throw new AgentError('The input is nested too deeply; give the parameters of the tool as its schema says.');
  }
}

const hasNull = (value: unknown): boolean =>
  Array.isArray(value) ? value.some(hasNull) : typeof value === 'string' && value.includes('\0');

function withoutNulls(input: unknown): unknown {
  if (typeof input !== 'object' || input === null || Array.isArray(input)) return input;
  return Object.fromEntries(Object.entries(input).filter(([, value]) => value !== null));
}

/** What is wrong with the input, and what would be right. */
function faultOf(tool: AgentTool, issue: v.BaseIssue<unknown>): string {
  const name = v.getDotPath(issue) ?? '';
  const known = Object.keys((tool.parameters as unknown as { entries?: object }).entries ?? {});
  if (issue.type === 'strict_object' && issue.expected === 'never')
    return `"${name.slice(0, 60)}" is not a parameter of ${tool.name}; it takes ${known.join(', ')}.`;
  if (name === '') return `The input of ${tool.name} must be an object with ${known.join(', ')}.`;
  if (issue.received === 'undefined') return `${tool.name} needs ${name}.`;
  const length = lengthFault(issue);
  if (length !== null) return `${name} ${length}`;
  return `${name} cannot be ${issue.received.slice(0, 60)}: expected ${issue.type === 'integer' ? 'a whole number' : (issue.expected ?? 'another value').slice(0, 200)}.`;
}

/** What is wrong with the length of a text or list; null if something else is. */
function lengthFault({ type, input, requirement }: v.BaseIssue<unknown>): string | null {
  if (type !== 'min_length' && type !== 'max_length') return null;
  const unit = Array.isArray(input) ? 'entries' : 'characters';
  const { length } = input as string | readonly unknown[];
  return `has ${length} ${unit}; give at ${type === 'min_length' ? 'least' : 'most'} ${String(requirement)}.`;
}
