import { element } from '../dom';
import { EditorLink } from '../editor-link';
import { Page } from './page';
import './practices.css';
import { pageMemory, toPage, type PageState, type PracticesProtocol, type ToPage } from './protocol';

const editor = new EditorLink<PracticesProtocol>(toPage, pageMemory);
const root = element('main');
document.body.append(root);

let page: Page | null = null;
/** The scroll position before a reload; restored once, when there is content to scroll. */
let scroll: number | null = null;

function receive(message: ToPage): void {
  switch (message.type) {
    case 'content': {
      const remembered = editor.recall();
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
  // A person may have begun to use the list already.
  if (scroll !== null && scroll > 0) window.scrollTo({ top: scroll, behavior: 'instant' });
  scroll = null;
}

// The list is there before the editor answers.
const first = editor.first();
if (first !== null) receive(first);
editor.onMessage(receive);
editor.announce({ type: 'ready', folder: editor.recall().folder });
