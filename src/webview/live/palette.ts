import type { LivePart } from './protocol';

/** The current colours of the editor's theme, because a canvas cannot use CSS variables. */
export interface Palette {
  readonly parts: Readonly<Record<LivePart, string>>;
  readonly machine: string;
  readonly text: string;
  readonly grid: string;
  readonly mark: string;
  readonly budget: string;
}

/** The theme's variables for chart colours, with a fallback for themes that do not define them. */
const partColours: Readonly<Record<LivePart, readonly [variable: string, fallback: string]>> = {
  cpu: ['--vscode-charts-blue', '#3794ff'],
  memory: ['--vscode-charts-purple', '#b180d7'],
  gpu: ['--vscode-charts-green', '#89d185'],
  other: ['--vscode-charts-orange', '#d18616'],
};

export function readPalette(): Palette {
  const style = getComputedStyle(document.documentElement);
  const colour = (...[variable, fallback]: readonly [string, string]): string =>
    style.getPropertyValue(variable).trim() || fallback;
  const text = colour('--vscode-foreground', '#808080');
  return {
    parts: {
      cpu: colour(...partColours.cpu),
      memory: colour(...partColours.memory),
      gpu: colour(...partColours.gpu),
      other: colour(...partColours.other),
    },
    machine: colour('--vscode-descriptionForeground', text),
    text: colour('--vscode-descriptionForeground', text),
    grid: 'rgba(128, 128, 128, 0.25)',
    mark: colour('--vscode-charts-yellow', '#cca700'),
    budget: colour('--vscode-charts-red', '#f14c4c'),
  };
}

/** Calls `callback` when the theme changes: the editor then changes the classes and variables of the page. */
export function onThemeChange(callback: () => void): void {
  const observer = new MutationObserver(callback);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class', 'data-vscode-theme-id'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
}

/** Size of a pattern tile in CSS pixels. The patterns distinguish the parts without colour. */
const tile = 6;

/**
 * The fill for a part in its colour: plain for the CPU, lines for memory, dots for the GPU, crossed lines for the rest.
 * The chart and the legend both use it, so they always agree.
 */
export function fillOf(context: CanvasRenderingContext2D, part: LivePart, colour: string): CanvasPattern | string {
  const ratio = devicePixelRatio;
  const size = Math.round(tile * ratio);
  const canvas = document.createElement('canvas');
  canvas.width = size;
  canvas.height = size;
  const pen = canvas.getContext('2d');
  if (pen === null) return colour;
  pen.fillStyle = colour;
  pen.strokeStyle = colour;
  pen.lineWidth = ratio;
  pen.globalAlpha = part === 'cpu' ? 0.35 : 0.2;
  pen.fillRect(0, 0, size, size);
  pen.globalAlpha = 0.75;
  pen.beginPath();
  if (part === 'memory' || part === 'other')
    for (const shift of [-size, 0, size]) line(pen, shift, size, shift + size, 0);
  if (part === 'other') for (const shift of [-size, 0, size]) line(pen, shift, 0, shift + size, size);
  pen.stroke();
  if (part === 'gpu') {
    pen.arc(size / 2, size / 2, ratio * 1.1, 0, 2 * Math.PI);
    pen.fill();
  }
  return context.createPattern(canvas, 'repeat') ?? colour;
}

function line(pen: CanvasRenderingContext2D, fromX: number, fromY: number, toX: number, toY: number): void {
  pen.moveTo(fromX, fromY);
  pen.lineTo(toX, toY);
}
