/** A colour of ours, which themes and users can change. */
interface Colour {
  readonly id: string;
  /** Its default: a chart colour of the theme. Every theme keeps these distinct. */
  readonly like: `charts.${'blue' | 'green' | 'orange' | 'purple' | 'red' | 'yellow'}`;
  readonly description: string;
}

/** Pages know them as `--vscode-greenML-…` (src/present/editor-theme.css). */
export const colours = {
  cpu: { id: 'greenML.chart.cpu', like: 'charts.blue', description: 'Power of the CPU in charts.' },
  memory: { id: 'greenML.chart.memory', like: 'charts.purple', description: 'Power of the memory in charts.' },
  gpu: { id: 'greenML.chart.gpu', like: 'charts.green', description: 'Power of graphics cards in charts.' },
  rest: { id: 'greenML.chart.rest', like: 'charts.orange', description: 'Power of all other parts in charts.' },
  epoch: { id: 'greenML.chart.epoch', like: 'charts.yellow', description: 'The ends of epochs in charts.' },
  budget: { id: 'greenML.chart.budget', like: 'charts.red', description: 'The budget of a run in charts.' },
  running: { id: 'greenML.running', like: 'charts.green', description: 'The mark of a run in progress.' },
  best: { id: 'greenML.best', like: 'charts.green', description: 'The best region or hour.' },
  current: {
    id: 'greenML.current',
    like: 'charts.yellow',
    description: 'The current region, or a start now, beside better ones.',
  },
  other: { id: 'greenML.other', like: 'charts.blue', description: 'Other regions and hours.' },
} as const satisfies Readonly<Record<string, Colour>>;
