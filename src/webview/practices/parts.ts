import { html } from '../../present/html';
import { element, type Child } from '../dom';

const svgNamespace = 'http://www.w3.org/2000/svg';

/** Outlines in a square of 16, drawn with the text's colour. */
const outlines = {
  done: html`<circle cx="8" cy="8" r="7" class="fill"/><path d="m4.8 8.3 2.2 2.2 4.3-4.8" class="cut"/>`,
  open: html`<circle cx="8" cy="8" r="6.3"/>`,
  contradicted: html`<path d="M8 1.6 15 14H1Z" class="fill"/><path d="M8 6.2v3.6M8 11.6v.5" class="cut"/>`,
  'not-applicable': html`<circle cx="8" cy="8" r="6.3"/><path d="M4.8 8h6.4"/>`,
  chevron: html`<path d="m6 3.5 4.5 4.5L6 12.5"/>`,
  search: html`<circle cx="7" cy="7" r="4.5"/><path d="m10.5 10.5 3.5 3.5"/>`,
  refresh: html`<path d="M13.5 8a5.5 5.5 0 1 1-1.8-4.1M13.5 1.5v3h-3"/>`,
  copy: html`<path d="M5.5 5.5h8v8h-8zM3 10.5h-.5v-8h8V3"/>`,
  for: html`<path d="m3.5 8.5 3 3 6-7"/>`,
  against: html`<path d="M8 3v6.5M8 12v.6"/>`,
  neutral: html`<circle cx="8" cy="8" r="1.2"/>`,
} as const;

export type IconName = keyof typeof outlines;

/** A picture that screen readers pass over: a text beside it says the same. */
export function icon(name: IconName): SVGSVGElement {
  const svg = document.createElementNS(svgNamespace, 'svg');
  svg.setAttribute('viewBox', '0 0 16 16');
  svg.setAttribute('aria-hidden', 'true');
  svg.classList.add('icon', `icon-${name}`);
  svg.innerHTML = outlines[name].toString();
  return svg;
}

/** The ring of the header: the done share of a circle. */
export class ProgressRing {
  readonly element: HTMLElement;
  private readonly arc: SVGCircleElement;
  private readonly label = element('span', { class: 'ring-label', 'aria-hidden': 'true' });

  constructor() {
    const svg = document.createElementNS(svgNamespace, 'svg');
    svg.setAttribute('viewBox', '0 0 64 64');
    svg.setAttribute('aria-hidden', 'true');
    const circle = (name: string): SVGCircleElement => {
      const made = document.createElementNS(svgNamespace, 'circle');
      for (const [key, value] of Object.entries({ cx: '32', cy: '32', r: '28', pathLength: '100', class: name }))
        made.setAttribute(key, value);
      svg.append(made);
      return made;
    };
    circle('ring-track');
    this.arc = circle('ring-arc');
    this.element = element('div', { class: 'ring', role: 'img' }, svg, this.label);
  }

  show(done: number, of: number): void {
    this.arc.style.strokeDasharray = `${of === 0 ? 0 : (done / of) * 100} 100`;
    this.arc.classList.toggle('empty', done === 0);
    this.label.textContent = `${done}/${of}`;
    this.element.setAttribute('aria-label', `${done} of ${of} practices done`);
  }
}

/** Replaces an element's children, but only when what they show has changed: focus stays where it is. */
export class Region<Value> {
  private shown: string | null = null;

  constructor(
    readonly element: HTMLElement,
    private readonly render: (value: Value) => readonly Child[],
  ) {}

  show(value: Value): void {
    const key = JSON.stringify(value);
    if (key === this.shown) return;
    this.shown = key;
    this.element.replaceChildren(...this.render(value).filter((child) => child !== null));
  }
}
