import type { Frame } from 'playwright-core';

/**
 * What a person would see wrong in a page: it scrolls sideways, text lies upon text, a chart is cut off or hardly stands out from
 * its background. One line each; empty if nothing.
 */
export function layoutProblems(frame: Frame): Promise<readonly string[]> {
  // Evaluated by the browser's debugger, which the content security policy of a webview does not bind.
  return frame.evaluate<readonly string[]>(`(${inPage})()`);
}

/** Code of the browser, which has no types here. */
const inPage = String.raw`() => {
  const problems = [];
  const root = document.documentElement;
  const nameOf = (element) =>
    element.tagName.toLowerCase() + [...element.classList].map((name) => '.' + name).join('');
  const isShown = (element) =>
    element.checkVisibility({ opacityProperty: true, visibilityProperty: true, contentVisibilityAuto: true });
  // Text for screen readers alone is cut to a pixel.
  const isForEyes = (element) => {
    for (let each = element; each !== null && each !== root; each = each.parentElement) {
      const { width, height } = each.getBoundingClientRect();
      if (getComputedStyle(each).overflow === 'hidden' && (width <= 2 || height <= 2)) return false;
    }
    return true;
  };

  if (root.scrollWidth > root.clientWidth)
    problems.push('the page is ' + (root.scrollWidth - root.clientWidth) + ' px wider than its window');

  // What scrolls on its own hides some of its text: only what is within it counts.
  const within = (rectangle, element) => {
    let { left, right, top, bottom } = rectangle;
    for (let each = element; each !== null && each !== document.body; each = each.parentElement) {
      if (getComputedStyle(each).overflowX === 'visible') continue;
      const box = each.getBoundingClientRect();
      [left, right, top, bottom] = [Math.max(left, box.left), Math.min(right, box.right), Math.max(top, box.top), Math.min(bottom, box.bottom)];
    }
    return { left, right, top, bottom };
  };
  // What stays in place while the rest scrolls covers it, if it has a background.
  const covers = [...document.querySelectorAll('body *')].filter((each) => {
    const { position, backgroundColor } = getComputedStyle(each);
    return (position === 'sticky' || position === 'fixed') && backgroundColor.startsWith('rgb(');
  });
  const isCovered = (box, element) =>
    covers.some((cover) => {
      const { left, right, top, bottom } = cover.getBoundingClientRect();
      return !cover.contains(element) && box.left < right && box.right > left && box.top < bottom && box.bottom > top;
    });
  const texts = [];
  const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node !== null; node = walker.nextNode()) {
    const element = node.parentElement;
    if (node.data.trim() === '' || element === null || ['SCRIPT', 'STYLE', 'TITLE', 'DESC', 'OPTION'].includes(element.tagName.toUpperCase())) continue;
    if (!isShown(element) || !isForEyes(element)) continue;
    const range = document.createRange();
    range.selectNodeContents(node);
    for (const line of range.getClientRects()) {
      const box = within(line, element);
      if (box.right - box.left > 2 && box.bottom - box.top > 2 && !isCovered(box, element)) texts.push({ ...box, text: node.data.trim().slice(0, 40), element });
    }
  }
  const sorted = texts.sort((a, b) => a.top - b.top);
  for (const [index, one] of sorted.entries())
    for (let next = index + 1; next < sorted.length && sorted[next].top < one.bottom; next += 1) {
      const other = sorted[next];
      if (other.element === one.element) continue;
      const wide = Math.min(one.right, other.right) - Math.max(one.left, other.left);
      const tall = Math.min(one.bottom, other.bottom) - Math.max(one.top, other.top);
      // Lines of a paragraph share a pixel or two of their boxes.
      if (wide > 2 && tall > 4) problems.push('"' + one.text + '" and "' + other.text + '" overlap by ' + Math.round(wide) + ' × ' + Math.round(tall) + ' px');
    }

  for (const chart of document.querySelectorAll('svg, canvas, .plot')) {
    if (!isShown(chart) || !isForEyes(chart)) continue;
    const { left, right } = chart.getBoundingClientRect();
    const seen = within({ left, right, top: 0, bottom: 0 }, chart.parentElement);
    if (left < -1 || right > root.clientWidth + 1 || seen.right < right - 1 || seen.left > left + 1)
      problems.push(nameOf(chart) + ' is cut off: ' + Math.round(left) + ' to ' + Math.round(right) + ' of ' + root.clientWidth + ' px');
  }

  // Colours as the browser paints them, whatever they are written in.
  const canvas = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
  const rgba = (color) => {
    canvas.clearRect(0, 0, 1, 1);
    canvas.fillStyle = color;
    canvas.fillRect(0, 0, 1, 1);
    return [...canvas.getImageData(0, 0, 1, 1).data];
  };
  const over = ([r, g, b, a], [R, G, B]) => [r, g, b].map((each, index) => (each * a + [R, G, B][index] * (255 - a)) / 255);
  const luminance = (color) => {
    const [r, g, b] = color.map((each) => (each / 255 <= 0.03928 ? each / 255 / 12.92 : ((each / 255 + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const backgroundOf = (element) => {
    const layers = [];
    for (let each = element; each !== null; each = each.parentElement) {
      const color = rgba(getComputedStyle(each).backgroundColor);
      layers.push(color);
      if (color[3] === 255) break;
    }
    return layers.reverse().reduce((under, color) => over(color, under), [255, 255, 255]);
  };
  const contrast = (color, background) => {
    const [light, dark] = [luminance(over(color, background)), luminance(background)].sort((a, b) => b - a);
    return (light + 0.05) / (dark + 0.05);
  };
  const check = (element, color, background) => {
    if (color[3] === 0) return;
    const found = contrast(color, background);
    if (found < 3) problems.push(nameOf(element) + ' has a contrast of ' + found.toFixed(2) + ' (' + color.join(' ') + ' on ' + background.map(Math.round).join(' ') + ')');
  };
  const seen = new Set();
  for (const shape of document.querySelectorAll('.swatch, .stack > span, .dot')) {
    const key = nameOf(shape);
    if (seen.has(key) || !isShown(shape)) continue;
    seen.add(key);
    const { backgroundColor, backgroundImage } = getComputedStyle(shape);
    if (backgroundImage === 'none') check(shape, rgba(backgroundColor), backgroundOf(shape.parentElement));
  }
  for (const shape of document.querySelectorAll('svg path, svg rect, svg circle, svg line, svg polyline')) {
    const key = nameOf(shape) + nameOf(shape.ownerSVGElement);
    const style = getComputedStyle(shape);
    // Lines of the grid, areas behind the data, empty tracks and the land of a map are there to be quiet.
    if (seen.has(key) || !isShown(shape) || shape.matches('.grid, .band, .all, .hit, .ring-track, .map path')) continue;
    seen.add(key);
    const opacity = Number(style.opacity);
    const faded = ([r, g, b, a], own) => [r, g, b, a * Number(own) * opacity];
    const background = backgroundOf(shape.ownerSVGElement);
    const [fill, stroke] = [
      style.fill === 'none' ? [0, 0, 0, 0] : faded(rgba(style.fill), style.fillOpacity),
      style.stroke === 'none' ? [0, 0, 0, 0] : faded(rgba(style.stroke), style.strokeOpacity),
    ];
    // One of both is enough to see the shape.
    const best = [fill, stroke].filter(([, , , a]) => a > 0).sort((a, b) => contrast(b, background) - contrast(a, background))[0];
    if (best !== undefined) check(shape, best, background);
  }
  return [...new Set(problems)].slice(0, 12);
}`;

/**
 * What a person without a mouse would miss: elements that Tab does not reach from the first one on, and such as do not show that
 * they have the focus. One line each; empty if nothing.
 *
 * @param pressTab presses the key
 */
export async function keyboardProblems(frame: Frame, pressTab: () => Promise<void>): Promise<readonly string[]> {
  const wanted = await frame.evaluate<number>(`(${collectFocusable})()`);
  const problems: string[] = [];
  const reached = new Set<number>();
  for (let pressed = 0; pressed < wanted * 2 && reached.size < wanted; pressed += 1) {
    const { index, name, isShown } = await frame.evaluate<Focused>(`(${describeFocus})()`);
    if (index < 0) break;
    if (!reached.has(index) && !isShown) problems.push(`${name} does not show that it has the focus`);
    reached.add(index);
    await pressTab();
  }
  const missed = await frame.evaluate<readonly string[]>(`(${missing})(${JSON.stringify([...reached])})`);
  return [...problems, ...missed.map((name) => `${name} is not reached`)];
}

interface Focused {
  /** Its place among the elements that take the focus; -1 if none has it. */
  readonly index: number;
  readonly name: string;
  readonly isShown: boolean;
}

/** Finds what should take the focus, in order, and gives it to the first. Of radio buttons with one name, one does. */
const collectFocusable = String.raw`() => {
  const all = [...document.querySelectorAll('a[href], button, input, select, textarea, summary, [tabindex]')];
  const radios = new Map();
  window.focusable = all.filter((element) => {
    if (element.disabled || element.tabIndex < 0 || !element.checkVisibility({ visibilityProperty: true })) return false;
    if (element.type !== 'radio') return true;
    const chosen = document.querySelector('input[type=radio][name="' + element.name + '"]:checked');
    return chosen === null || chosen === element;
  });
  // A style without the focus, to tell the difference.
  window.styleOf = (element) => {
    const looks = [element, element.nextElementSibling, element.parentElement].filter((each) => each !== null).map((each) => {
      const { outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor } = getComputedStyle(each);
      return [outlineStyle, outlineWidth, boxShadow, borderColor, backgroundColor].join();
    });
    return looks.join(';');
  };
  document.activeElement?.blur();
  window.plain = window.focusable.map(window.styleOf);
  // As if by the keyboard, which alone shows the focus.
  window.focusable[0]?.focus({ focusVisible: true });
  return window.focusable.length;
}`;

const describeFocus = String.raw`() => {
  const element = document.activeElement;
  const index = window.focusable.indexOf(element);
  const name = element === null ? '' : element.tagName.toLowerCase() + ' "' + (element.ariaLabel ?? element.textContent).trim().slice(0, 40) + '"';
  return { index, name, isShown: index >= 0 && window.styleOf(element) !== window.plain[index] };
}`;

const missing = String.raw`(reached) => window.focusable
  .filter((_, index) => !reached.includes(index))
  .map((element) => element.tagName.toLowerCase() + ' "' + (element.ariaLabel ?? element.textContent).trim().slice(0, 40) + '"')`;
