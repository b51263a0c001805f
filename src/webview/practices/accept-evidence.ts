import { grouped, plural } from '../../present/words';
import { element } from '../dom';
import { Region } from './parts';
import type { PageContent, PageState, ToHost } from './protocol';
import { t } from '../l10n';

/** An item that is not ticked although the evidence suggests that it is done. */
interface Suggested {
  readonly practice: number;
  readonly item: string;
}

/** Below the next steps: what the evidence suggests is done, and a button that ticks all of it. */
export class AcceptEvidence {
  readonly element: HTMLElement;
  private readonly region: Region<readonly Suggested[] | null>;
  private readonly texts: ReadonlyMap<string, string>;

  constructor(
    content: PageContent,
    private readonly send: (message: ToHost) => void,
  ) {
    this.texts = new Map(
      content.groups.flatMap(({ practices }) =>
        practices.flatMap(({ number, items }) => items.map(({ id, text }) => [`${number} ${id}`, text] as const)),
      ),
    );
    this.region = new Region(element('section', { class: 'accept', 'aria-label': t('Evidence to accept') }), (all) =>
      this.rows(all),
    );
    this.element = this.region.element;
  }

  /** @param state null until the evidence is gathered; the line is there all the time, so that nothing below it moves */
  show(state: Pick<PageState, 'practices' | 'editable'> | null): void {
    this.element.hidden = state?.editable === false;
    if (state === null) {
      this.region.show(null);
      return;
    }
    const suggested = state.practices.flatMap(({ number, notApplicable, items }) =>
      notApplicable === null
        ? items.flatMap(({ id, looksDone }) => (looksDone ? [{ practice: number, item: id }] : []))
        : [],
    );
    this.region.show(suggested);
  }

  private rows(all: readonly Suggested[] | null): readonly HTMLElement[] {
    if (all === null) return [];
    if (all.length === 0) return [element('p', { class: 'nothing' }, t('The evidence suggests nothing more to tick.'))];
    return [
      element(
        'div',
        { class: 'accept-line' },
        element(
          'p',
          {},
          t(
            plural(
              all.length,
              '{0} item looks done and is not ticked yet.',
              '{0} items look done and are not ticked yet.',
            ),
            grouped(all.length),
          ),
        ),
        element(
          'button',
          {
            type: 'button',
            class: 'button',
            click: () => this.send({ type: 'change', change: { kind: 'accept', items: [...all] } }),
          },
          t(plural(all.length, 'Tick it', 'Tick all {0}'), all.length),
        ),
      ),
      element(
        'details',
        {},
        element('summary', {}, t(plural(all.length, 'Which one', 'Which ones'))),
        element(
          'ul',
          {},
          ...all.map(({ practice, item }) =>
            element(
              'li',
              {},
              element('span', { class: 'number' }, String(practice)),
              this.texts.get(`${practice} ${item}`) ?? item,
            ),
          ),
        ),
      ),
    ];
  }
}
