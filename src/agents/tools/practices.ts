import * as v from 'valibot';
import { flag } from '../parameters';
import { askTerminal, insideOptions } from '../terminal-answer';
import { AgentError, type AgentAnswer, type AgentTool, type AgentWorld } from '../tool';

interface Evidence {
  readonly item: number | null;
  readonly source: string;
  readonly verdict: string;
  readonly text: string;
  readonly places: readonly { readonly path: string; readonly cell: number | null; readonly line: number }[];
}

interface Assessed {
  readonly key: string;
  readonly number: number;
  readonly title: string;
  readonly what: string;
  readonly why: string;
  readonly status: string;
  readonly notApplicable: string | null;
  readonly items: readonly Readonly<Record<string, unknown>>[];
  readonly evidence: readonly Evidence[];
}

interface Report {
  readonly progress: unknown;
  readonly practices: readonly Assessed[];
  readonly next: readonly { readonly key: string; readonly reason: string }[];
  readonly notes: readonly string[];
}

/** Places that an answer names; the linter gives all. */
const placesNamed = 5;

async function reportOn(world: AgentWorld): Promise<Report> {
  return (await askTerminal(world, { args: ['practices', '--json', ...insideOptions(world)] })) as unknown as Report;
}

export const getPractices: AgentTool = {
  name: 'get_practices',
  title: 'Show the Green ML Practices',
  description:
    'Lists the 17 green-ML practices with their status in this project (done, open, contradicted: ticked against evidence, not applicable), and what to do next and why. Reads code and recorded runs; runs nothing.',
  parameters: v.strictObject({
    open_only: flag('Leave out what is done or not applicable.'),
  }),
  effect: 'reads',
  async call({ open_only: openOnly }, world) {
    const { progress, practices, next, notes } = await reportOn(world);
    return {
      progress,
      practices: practices
        .filter(({ status }) => openOnly !== true || status === 'open' || status === 'contradicted')
        .map(({ key, title, status }) => ({ key, title, status })),
      next: next.map(({ key, reason }) => ({ key, reason })),
      ...(notes.length === 0 ? {} : { notes }),
    };
  },
};

export const explainPractice: AgentTool = {
  name: 'explain_practice',
  title: 'Explain a Practice',
  description:
    'Explains a practice of get_practices: what, why and how (its items), and the evidence for and against it in this project, with files and lines.',
  parameters: v.strictObject({
    practice: v.pipe(
      v.string(),
      v.regex(/^[Pp]?\d{1,2}$/, 'a key such as P16'),
      v.description('The key of the practice: P1 to P17.'),
    ),
  }),
  effect: 'reads',
  async call({ practice }, world) {
    const number = Number(String(practice).replace(/^p/i, ''));
    const found = (await reportOn(world)).practices.find((each) => each.number === number);
    if (found === undefined) throw new AgentError(`There is no practice "${String(practice)}"; give P1 to P17.`);
    return explained(found);
  },
};

function explained({ key, title, what, why, status, notApplicable, items, evidence }: Assessed): AgentAnswer {
  return {
    key,
    title,
    what,
    why,
    status,
    ...(notApplicable === null ? {} : { notApplicable }),
    items,
    evidence: evidence.map(({ verdict, text, source, places }) => ({
      verdict,
      text,
      source,
      ...(places.length === 0
        ? {}
        : {
            places: places
              .slice(0, placesNamed)
              .map(({ path, cell, line }) => (cell === null ? `${path}:${line}` : `${path}, cell ${cell}:${line}`)),
          }),
      ...(places.length > placesNamed ? { morePlaces: places.length - placesNamed } : {}),
    })),
  };
}
