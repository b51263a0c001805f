import { AgentError } from '../agents/tool';

/** What a person can start an agent with. */

interface PromptText {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly argument: { readonly name: string; readonly description: string };
  /** What it asks for, given the argument. */
  readonly text: (argument: string | null) => string;
}

/** Nobody writes a longer name or question. */
const longestArgument = 500;

const all: readonly PromptText[] = [
  {
    name: 'make_greener',
    title: 'Make This Training Greener',
    description: 'Finds waste in a training, changes it, measures before and after, and keeps what is proven.',
    argument: { name: 'file', description: 'The training script or notebook, relative to the folder of the project.' },
    text: (file) =>
      `Make the training in ${file ?? 'this project'} greener, at equal accuracy, and prove it by measuring.

1. Call lint_ml_code on it. Read explain_rule where a finding is not clear.
2. Call measure_command for the training as it is, at least three times (repeat). Note energy, its range and method, and the metric.
3. Change one thing at a time, the largest saving first. Use safe fixes from return_fixed where there are any.
4. Measure the changed training as often, and call compare_runs with the ids before and after.
5. Keep the change only if the verdict is "less" and the metric is equal or better. Undo it otherwise.
6. Tell me the text of compare_runs for each change that you kept, and what you tried and undid. Do not claim a saving that was not measured.`,
  },
  {
    name: 'plan_training',
    title: 'Plan a Training',
    description: 'Estimates a planned job, and finds where and when to run it with the lowest emissions.',
    argument: { name: 'job', description: 'The job: hours, hardware, place, deadline.' },
    text: (job) =>
      `Plan this job with the lowest emissions: ${job ?? 'ask me for its hours, hardware, place and deadline'}.

Call estimate_training for its energy, recommend_region for where to run it, and find_clean_window for when to start. Ask me before you use live services over the network. Show the figures with their ranges, say what is estimated and what is not known, and say in one sentence what you recommend.`,
  },
  {
    name: 'review_practices',
    title: 'Review the Green ML Practices',
    description: 'Goes through the 17 practices for this project, with evidence, and proposes the next steps.',
    argument: { name: 'focus', description: 'What to look at most, such as data loading.' },
    text: (focus) =>
      `Review the green-ML practices of this project${focus === null ? '' : `, above all ${focus}`}.

Call get_practices, then explain_practice for each that is open or contradicted. Name the three next steps that save most, each with its evidence (file and line) and why it helps. Change nothing yet.`,
  },
];

/** The list for clients. */
export const prompts = all.map(({ name, title, description, argument }) => ({
  name,
  title,
  description,
  arguments: [{ ...argument, required: false }],
}));

/** @throws AgentError if there is no such prompt */
export function getPrompt(
  name: string,
  given: Readonly<Record<string, string>>,
): { description: string; messages: { role: 'user'; content: { type: 'text'; text: string } }[] } {
  const prompt = all.find((each) => each.name === name);
  if (prompt === undefined)
    throw new AgentError(
      `There is no prompt "${name.slice(0, 60)}"; the prompts are ${all.map((each) => each.name).join(', ')}.`,
    );
  const argument = given[prompt.argument.name]?.trim() ?? '';
  if (argument.length > longestArgument)
    throw new AgentError(`${prompt.argument.name} is longer than ${longestArgument} characters; write it shorter.`);
  return {
    description: prompt.description,
    messages: [{ role: 'user', content: { type: 'text', text: prompt.text(argument === '' ? null : argument) } }],
  };
}
