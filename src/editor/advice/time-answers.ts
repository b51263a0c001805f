import * as v from 'valibot';
import type { Memento } from 'vscode';
import { aboveZero, lenient, type Shaped } from '../../system/shapes';

/** What the user answered about the job whose start is sought, stored for each project. Null means not answered. */
const answersShape = lenient({
  hours: aboveZero,
  /** As written: `24h`, `2d`, or an ISO 8601 time. */
  deadline: v.string(),
  kilowattHours: aboveZero,
});

export type TimeAnswers = Shaped<typeof answersShape>;

const key = 'bestTime.answers';

export function readTimeAnswers(memory: Memento): TimeAnswers {
  return v.parse(answersShape, memory.get(key));
}

export async function keepTimeAnswers(memory: Memento, answers: TimeAnswers): Promise<void> {
  await memory.update(key, answers);
}
