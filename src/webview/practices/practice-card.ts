import { ChecklistRow } from './checklist-row';
import { element } from '../dom';
import { icon, Region } from './parts';
import { evidenceElements } from './evidence-list';
import { NotApplicable } from './not-applicable';
import type { FigureView, LinkView, PracticeContent, PracticeView, StatusView, ToHost } from './protocol';
import { grouped, plural } from '../../present/words';
import { filterNames } from './filter';
import { t } from '../l10n';

const statusTexts: Readonly<Record<StatusView, string>> = filterNames;

/** One practice: a line that unfolds to the checklist, the evidence, the reasons and the buttons. */
export class PracticeCard {
  readonly element: HTMLDetailsElement;
  private readonly mark: Region<StatusView>;
  private readonly badges: Region<readonly string[]>;
  private readonly rows: readonly ChecklistRow[];
  private readonly evidence: Region<PracticeView['evidence']>;
  private readonly actions: Region<PracticeView['actions']>;
  private readonly notApplicable: NotApplicable;
  private latest: PracticeView | null = null;

  constructor(
    readonly content: PracticeContent,
    private readonly send: (message: ToHost) => void,
    onToggle: () => void,
  ) {
    const { number, title, what, why, figures, links, items } = content;
    this.mark = new Region(element('span', { class: 'mark' }), (status) => [
      icon(status),
      element('span', { class: 'sr-only' }, statusTexts[status]),
    ]);
    this.badges = new Region(element('span', { class: 'badges' }), (texts) =>
      texts.map((text) => element('span', { class: 'badge' }, text)),
    );
    this.rows = items.map((item) => new ChecklistRow(number, item, send));
    this.evidence = new Region(element('div', { class: 'evidence' }), (evidence) => evidenceElements(evidence, send));
    this.actions = new Region(element('div', { class: 'actions' }), (actions) =>
      actions.map(({ id, title: action }, index) =>
        element(
          'button',
          {
            type: 'button',
            class: index === 0 ? 'button' : 'button secondary',
            click: () => send({ type: 'action', practice: number, action: id }),
          },
          action,
        ),
      ),
    );
    this.notApplicable = new NotApplicable(number, title, send);
    this.element = element(
      'details',
      { class: 'practice', id: `practice-${number}`, toggle: onToggle },
      element(
        'summary',
        {},
        icon('chevron'),
        this.mark.element,
        element('span', { class: 'number' }, String(number)),
        element('span', { class: 'headline' }, element('h3', {}, title), element('span', { class: 'what' }, what)),
        this.badges.element,
      ),
      element(
        'div',
        { class: 'body' },
        element(
          'ul',
          { class: 'checklist', 'aria-label': t('Checklist: {0}', title) },
          ...this.rows.map((row) => row.element),
        ),
        this.evidence.element,
        this.actions.element,
        element(
          'div',
          { class: 'why' },
          element('h4', {}, t('Why')),
          element('p', {}, why),
          figureList(figures),
          readMore(links),
        ),
        this.notApplicable.element,
      ),
    );
  }

  get view(): PracticeView | null {
    return this.latest;
  }

  show(view: PracticeView, editable: boolean): void {
    this.latest = view;
    this.element.dataset['status'] = view.status;
    this.mark.show(view.status);
    this.badges.show(badgesOf(view));
    for (const [index, row] of this.rows.entries()) {
      const item = view.items[index];
      if (item !== undefined) row.show(item, editable && view.notApplicable === null);
    }
    this.evidence.show(view.evidence);
    this.actions.show(view.actions);
    this.notApplicable.show(view.notApplicable, editable);
  }

  /** Unfolds the practice, scrolls to it and focuses it. */
  reveal(): void {
    this.element.open = true;
    const smooth = !matchMedia('(prefers-reduced-motion: reduce)').matches;
    this.element.scrollIntoView({ block: 'start', behavior: smooth ? 'smooth' : 'auto' });
    this.element.querySelector('summary')?.focus({ preventScroll: true });
  }
}

/** A few words next to the title: how much is ticked, and what was found. */
function badgesOf({ status, items, evidence }: PracticeView): readonly string[] {
  if (status === 'not-applicable') return [statusTexts[status]];
  const done = items.filter((item) => item.done).length;
  const found = evidence
    .filter(({ verdict }) => verdict === 'against')
    .reduce((sum, { places }) => sum + Math.max(1, places.length), 0);
  return [
    ...(status === 'contradicted' ? [statusTexts[status]] : []),
    ...(found === 0 ? [] : [t(plural(found, '{0} finding', '{0} findings'), grouped(found))]),
    ...(done === 0 ? [] : [t('{0} of {1}', done, items.length)]),
  ];
}

function figureList(figures: readonly FigureView[]): HTMLElement | null {
  if (figures.length === 0) return null;
  return element(
    'ul',
    { class: 'figures' },
    ...figures.map(({ text, source }) => element('li', {}, `${text} `, sourceLink(source, source.name))),
  );
}

function readMore(links: readonly LinkView[]): HTMLElement {
  const listed = links.flatMap((link, index) => [
    ...(index === 0 ? [] : [', ']),
    sourceLink(link, `${link.name}: ${link.title}`),
  ]);
  return element('p', { class: 'read-more' }, `${t('Read more:')} `, ...listed);
}

export function sourceLink({ url, title }: LinkView, text: string): HTMLElement {
  return element('a', { href: url, title }, text);
}
