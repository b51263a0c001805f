import { groups, groupTitles } from '../../practices/practice';
import { sources, type SourceId } from '../../practices/sources';
import { practices } from '../../practices/table';
import { furtherAdvice } from '../../practices/table/beyond';
import type { LinkView, PageContent, PagePlace } from '../../webview/practices/protocol';

/** What the page shows of the practices whatever the project: it is sent once. */
export function pageContent(place: PagePlace): PageContent {
  return {
    place,
    groups: groups.map((group) => ({
      title: groupTitles[group],
      practices: practices
        .filter((practice) => practice.group === group)
        .map(({ number, title, what, why, figures, links, items }) => ({
          number,
          title,
          what,
          why,
          figures: figures.map(({ text, source }) => ({ text, source: link(source) })),
          links: links.map(link),
          items,
        })),
    })),
    beyond: furtherAdvice.map(({ title, text, source }) => ({ title, text, source: link(source) })),
  };
}

function link(id: SourceId): LinkView {
  const { name, title, url } = sources[id];
  return { name, title, url };
}
