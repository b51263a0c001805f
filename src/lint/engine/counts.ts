import { grouped, plural } from '../../present/words';

/** "1 fit", "1,441 fits": numbers of a program's work have many digits. */
export const counted = (count: number, one: string, several?: string): string =>
  `${grouped(count)} ${plural(count, one, several)}`;
