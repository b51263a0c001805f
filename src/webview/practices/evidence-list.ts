import { placesShown } from '../../present/words';
import { element } from '../dom';
import { icon } from './parts';
import type { EvidenceView, PlaceView, ToHost } from './protocol';
import { localisable } from '../../present/l10n';
import { t } from '../l10n';

const verdictTexts = localisable({ for: 'Evidence for:', against: 'Evidence against:', neutral: 'Good to know:' });

/** The evidence for and against one practice; empty if there is none. */
export function evidenceElements(
  evidence: readonly EvidenceView[],
  send: (message: ToHost) => void,
): readonly HTMLElement[] {
  if (evidence.length === 0) return [];
  return [element('h4', {}, t('Evidence')), element('ul', {}, ...evidence.map((each) => evidenceItem(each, send)))];
}

function evidenceItem({ text, verdict, source, places }: EvidenceView, send: (message: ToHost) => void): HTMLElement {
  const shown = places.slice(0, placesShown);
  const rest = places.slice(placesShown);
  return element(
    'li',
    { class: `verdict-${verdict}` },
    icon(verdict),
    element(
      'span',
      {},
      element('span', { class: 'sr-only' }, `${t(verdictTexts[verdict])} `),
      text,
      element('span', { class: 'source' }, ` (${source})`),
      ...(shown.length === 0 ? [] : [' ', ...placeButtons(shown, send)]),
      rest.length === 0 ? null : moreButton(rest, send),
    ),
  );
}

function placeButtons(places: readonly PlaceView[], send: (message: ToHost) => void): HTMLElement[] {
  return places.map(({ label, path, cell, line }) =>
    element(
      'button',
      { type: 'button', class: 'link-button place', click: () => send({ type: 'open-place', path, cell, line }) },
      label,
    ),
  );
}

/** A button that replaces itself with the other places and focuses the first of them. */
function moreButton(places: readonly PlaceView[], send: (message: ToHost) => void): HTMLElement {
  const button = element(
    'button',
    {
      type: 'button',
      class: 'link-button',
      click: () => {
        const buttons = placeButtons(places, send);
        button.replaceWith(...buttons);
        buttons[0]?.focus();
      },
    },
    t('and {0} more', places.length),
  );
  return button;
}
