import { element, setText } from '../dom';
import type { ClusterStory } from './protocol';
import { t } from '../l10n';

/** The nodes and devices of a run on a cluster, what the figures contain, and which nodes wait. */
export class ClusterFigure {
  readonly section: HTMLElement;
  private readonly boundary = element('p');
  private readonly selection = element('code', { class: 'command' });
  private readonly stragglers = element('p', { class: 'news' });
  private readonly tables = element('div', { class: 'nodes' });

  constructor() {
    this.section = element(
      'section',
      { 'aria-labelledby': 'cluster', hidden: '' },
      element('h2', { id: 'cluster' }, t('Nodes and devices')),
      this.boundary,
      this.selection,
      this.stragglers,
      this.tables,
    );
  }

  show(cluster: ClusterStory | null): void {
    this.section.hidden = cluster === null;
    if (cluster === null) return;
    setText(this.boundary, cluster.boundary);
    setText(this.selection, cluster.selection);
    setText(this.stragglers, cluster.stragglers ?? '');
    this.stragglers.hidden = cluster.stragglers === null;
    this.tables.replaceChildren(...cluster.tables.flatMap(tableOf));
  }
}

function tableOf({ columns, rows, rest }: ClusterStory['tables'][number]): readonly HTMLElement[] {
  const table = element(
    'table',
    {},
    element('thead', {}, element('tr', {}, ...columns.map((column) => element('th', { scope: 'col' }, column)))),
    element(
      'tbody',
      {},
      ...rows.map((cells) =>
        element(
          'tr',
          {},
          ...cells.map((cell, index) =>
            index === 0
              ? element('th', { scope: 'row' }, cell)
              : element('td', { 'data-title': columns[index] ?? '' }, cell),
          ),
        ),
      ),
    ),
  );
  return [table, ...(rest === null ? [] : [element('p', { class: 'quiet' }, rest)])];
}
