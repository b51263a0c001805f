import { element } from '../dom';
import { EditorLink } from '../editor-link';
import { Page } from './page';
import './practices.css';
import type { PageState, PracticesProtocol, PageMemory, ToPage } from './protocol';

const editor = new EditorLink<PracticesProtocol>();
const root = element('main');
document.body.append(root);

let page: Page | null = null;
/** Where the page was before a reload; used once, when there is something to scroll. */
let scroll: number | null = null;

/** What the page kept before it was hidden; fields that are missing or of another kind are as at the first time. */
function recall(): PageMemory {
  const { folder, expanded, filter, search, scroll: at } = editor.recall();
  return {
    folder: typeof folder === 'string' ? folder : null,
    expanded: Array.isArray(expanded) ? expanded.filter((each) => typeof each === 'number') : [],
    filter: typeof filter === 'string' ? filter : 'all',
    search: typeof search === 'string' ? search : '',
    scroll: typeof at === 'number' ? at : 0,
  };
}

function receive(message: ToPage): void {
  switch (message.type) {
    case 'content': {
      const remembered = recall();
      scroll = remembered.scroll;
      document.documentElement.dataset['place'] = message.content.place;
      page = new Page(root, message.content, editor, remembered);
      break;
    }
    case 'state':
      show(message.state);
      break;
    case 'reveal':
      page?.reveal(message.practice);
      break;
  }
}

function show(state: PageState): void {
  page?.show(state);
  if (scroll !== null) window.scrollTo({ top: scroll, behavior: 'instant' });
  scroll = null;
}

editor.onMessage(receive);
editor.announce({ type: 'ready', folder: recall().folder });
