import { element } from '../dom';
import { Region } from './parts';
import type { ItemView, ToHost } from './protocol';
import { t } from '../l10n';

/** One item of a checklist: a checkbox, what the evidence says about the item, and a note. */
export class ChecklistRow {
  readonly element: HTMLLIElement;
  private readonly box: HTMLInputElement;
  private readonly remark: Region<string | null>;
  private readonly noteButton: HTMLButtonElement;
  private readonly note: HTMLTextAreaElement;
  private readonly noteText: HTMLElement;
  private latest: ItemView | null = null;

  constructor(
    private readonly practice: number,
    private readonly item: { readonly id: string; readonly text: string },
    private readonly send: (message: ToHost) => void,
  ) {
    const id = `item-${item.id}`;
    this.box = element('input', {
      type: 'checkbox',
      id,
      'aria-describedby': `${id}-remark`,
      change: () => send({ type: 'change', change: { kind: 'tick', practice, item: item.id, done: this.box.checked } }),
    });
    this.remark = new Region(element('span', { class: 'remark', id: `${id}-remark` }), (text) => [text]);
    this.noteButton = element(
      'button',
      { type: 'button', class: 'link-button', 'aria-expanded': 'false', click: () => this.edit() },
      t('Add a note'),
    );
    this.noteText = element('p', { class: 'note' });
    this.note = element('textarea', {
      rows: '2',
      maxlength: '1000',
      'aria-label': t('Note: {0}', item.text),
      placeholder: t('What the team should remember. Press Enter to save or Escape to cancel.'),
      hidden: true,
      keydown: (event) => this.key(event as KeyboardEvent),
      blur: () => this.keep(),
    });
    this.element = element(
      'li',
      { class: 'item' },
      element('div', { class: 'item-line' }, this.box, element('label', { for: id }, item.text), this.noteButton),
      this.remark.element,
      this.noteText,
      this.note,
    );
  }

  show(view: ItemView, editable: boolean): void {
    this.latest = view;
    this.box.checked = view.done;
    this.box.disabled = !editable;
    this.element.classList.toggle('contradicted', view.contradicted);
    this.remark.show(remarkOf(view));
    this.noteText.textContent = view.note ?? '';
    this.noteText.hidden = view.note === null || !this.note.hidden;
    this.noteButton.textContent = view.note === null ? t('Add a note') : t('Edit the note');
    this.noteButton.setAttribute('aria-label', `${this.noteButton.textContent}: ${this.item.text}`);
    this.noteButton.hidden = !editable || !this.note.hidden;
    if (!editable) this.close();
  }

  private edit(): void {
    this.note.value = this.latest?.note ?? '';
    this.note.hidden = false;
    this.noteText.hidden = true;
    this.noteButton.hidden = true;
    this.noteButton.setAttribute('aria-expanded', 'true');
    this.note.focus();
  }

  private key(event: KeyboardEvent): void {
    if (event.key === 'Escape') {
      this.note.value = this.latest?.note ?? '';
      this.finish();
    } else if (event.key === 'Enter' && !event.shiftKey) {
      event.preventDefault();
      this.finish();
    }
  }

  /** Saves the note and returns the focus to the button. */
  private finish(): void {
    this.keep();
    this.noteButton.focus();
  }

  private keep(): void {
    if (this.note.hidden) return;
    const note = this.note.value.trim();
    this.close();
    if (note !== (this.latest?.note ?? '')) {
      this.send({ type: 'change', change: { kind: 'note', practice: this.practice, item: this.item.id, note } });
    }
  }

  private close(): void {
    this.note.hidden = true;
    this.noteText.hidden = (this.latest?.note ?? null) === null;
    this.noteButton.hidden = this.box.disabled;
    this.noteButton.setAttribute('aria-expanded', 'false');
  }
}

function remarkOf({ contradicted, looksDone }: ItemView): string | null {
  if (contradicted) return t('Ticked, but the evidence below contradicts it.');
  return looksDone ? t('The evidence below suggests that this is done.') : null;
}
