import type { filters, PracticeContent, PracticeView, StatusView } from './protocol';
import { inContext } from '../../present/l10n';
import { t } from '../l10n';

export type PracticeFilter = (typeof filters)[number];

export const filterNames: Readonly<Record<PracticeFilter, string>> = {
  all: t('All'),
  open: inContext(t, 'Open', 'practice'),
  contradicted: t('Contradicted'),
  done: t('Done'),
  'not-applicable': t('Not applicable'),
};

/** A contradicted practice also counts as open: there is something to do. */
export function passes(filter: PracticeFilter, status: StatusView): boolean {
  return filter === 'all' || filter === status || (filter === 'open' && status === 'contradicted');
}

/** Whether each word of the search occurs somewhere in the practice. "16" and "p16" find practice 16. */
export function matches(search: string, content: PracticeContent, view: PracticeView | null): boolean {
  const words = search
    .toLowerCase()
    .split(/\s+/)
    .filter((word) => word !== '');
  if (words.length === 0) return true;
  const text = [
    content.title,
    content.what,
    content.why,
    ...content.figures.map(({ text: figure }) => figure),
    ...content.items.map(({ text: item }) => item),
    ...(view?.items.map(({ note }) => note ?? '') ?? []),
    ...(view?.evidence.flatMap((evidence) => [evidence.text, ...evidence.places.map(({ label }) => label)]) ?? []),
    view?.notApplicable ?? '',
  ]
    .join('\n')
    .toLowerCase();
  return words.every((word) => text.includes(word) || word.replace(/^p/, '') === String(content.number));
}
