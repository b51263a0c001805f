import { commands, editorCommands, hiddenCommands, type AnyCommand } from './commands';
import { commandUri, settingName } from './links';
import type { SettingKey } from './settings';

const link = (text: string, uri: string): string => `[${text}](${uri})`;
const onCommand = ({ id }: AnyCommand): string => `onCommand:${id}`;
const onSettingChanged = (key: SettingKey): string => `onSettingChanged:${settingName(key)}`;

interface WalkthroughStep {
  readonly id: string;
  readonly title: string;
  readonly description: string;
  readonly media: { readonly svg: string; readonly altText: string };
  readonly completionEvents: readonly string[];
}

const steps: readonly WalkthroughStep[] = [
  {
    id: 'measure',
    title: 'Measure a run',
    description: `Start a training script with F5. The status bar shows its power, its energy and its emissions while it runs, and keeps the result.\n${link('Start Debugging', commandUri(editorCommands.startDebugging))}`,
    media: {
      svg: 'media/walkthrough/measure.svg',
      altText: 'Power over time above the status bar, which shows watts, watt-hours and grams',
    },
    completionEvents: [onCommand(editorCommands.startDebugging)],
  },
  {
    id: 'warning',
    title: 'See what your code could save',
    description: `Open a Python file or a notebook. Where training code wastes energy, a line above it says so with a number, and opens the practice behind it.\n${link('Open a File', commandUri(editorCommands.quickOpen))}`,
    media: {
      svg: 'media/walkthrough/warning.svg',
      altText: 'Code with a grid search; the line above it reads: 61 fits, practice 16',
    },
    completionEvents: [onCommand(hiddenCommands.showPractice)],
  },
  {
    id: 'practices',
    title: 'Open the practices',
    description: `Seventeen things that make machine learning greener, with a checklist for your team and the evidence from your project.\n${link(commands.openPractices.title, commandUri(commands.openPractices))}`,
    media: {
      svg: 'media/walkthrough/practices.svg',
      altText: 'The list of practices, with a ring that shows how many are done',
    },
    completionEvents: [onCommand(commands.openPractices)],
  },
  {
    id: 'location',
    title: 'Say where you compute',
    description: `The same watt-hour emits twenty times as much on one grid as on another. Name your grid zone or cloud region; until then it is guessed from the time zone.\n${link('Set the Location', commandUri(commands.setLocation))}`,
    media: {
      svg: 'media/walkthrough/location.svg',
      altText: 'Bars of the grams that one watt-hour emits in three regions',
    },
    completionEvents: [onSettingChanged('location')],
  },
  {
    id: 'budget',
    title: 'Set a budget',
    description: `Give each run, a day or the project a limit in watt-hours, grams or hours. At 80 % the status bar says so, at 100 % you are asked.\n${link(commands.setBudget.title, commandUri(commands.setBudget))}`,
    media: {
      svg: 'media/walkthrough/budget.svg',
      altText: 'A bar of the energy used, with a mark at 80 % of the budget',
    },
    completionEvents: [onSettingChanged('budget.run')],
  },
];

/** The first steps, on the editor's welcome page. */
export const walkthroughs = [
  {
    id: 'start',
    title: 'Begin with Green ML',
    description: 'Measure a run, see what could be saved, and decide what to do next.',
    steps,
  },
];
