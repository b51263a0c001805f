import { commands, type ShownCommand } from './commands';
import { contextKeys, historyLines, views } from './surfaces';

type MenuCommand = ShownCommand<readonly unknown[]>;

interface MenuEntry {
  readonly command: string;
  readonly when: string;
  readonly group?: string;
}

const entry = ({ id }: MenuCommand, group: string, ...conditions: readonly string[]): MenuEntry => ({
  command: id,
  when: conditions.join(' && '),
  group,
});

const inLive = `view == ${views.live.id}`;
const inHistory = `view == ${views.history.id}`;
const inPractices = `view == ${views.practices.id}`;
const grouping = contextKeys.historyGrouping.id;
const reach = contextKeys.historyReach.id;
const isComparing = contextKeys.isComparing.id;
const hasFolder = 'workspaceFolderCount > 0';

const run = historyLines.run.replace('.', '\\.');
const onRun = `viewItem =~ /^${run}/`;
const onEndedRun = `viewItem =~ /^${run}(completed|interrupted)$/`;
const onRunOrGroup = `viewItem =~ /^(${run}|${historyLines.group})/`;
const onOne = '!listMultiSelection';

const paletteEntries = Object.values<MenuCommand>(commands).flatMap(({ id, palette }): MenuEntry[] =>
  palette === undefined ? [] : [{ command: id, when: palette === false ? 'false' : palette }],
);

/** The menus that contain our commands. */
export const menus: Readonly<Record<string, readonly MenuEntry[]>> = {
  'view/title': [
    entry(commands.groupByName, 'navigation@1', inHistory, `${grouping} != name`),
    entry(commands.groupByDay, 'navigation@1', inHistory, `${grouping} == name`),
    entry(commands.showAllRuns, 'navigation@2', inHistory, `${reach} != all`, hasFolder),
    entry(commands.showProjectRuns, 'navigation@2', inHistory, `${reach} == all`, hasFolder),
    entry(commands.refreshHistory, 'navigation@3', inHistory),
    entry(commands.writeReport, 'navigation@4', inHistory),
    entry(commands.openPractices, 'navigation', inPractices),
    entry(commands.measureProcess, 'navigation@1', inLive),
    entry(commands.stopMeasuring, 'navigation@2', inLive, contextKeys.measuresByHand.id),
    entry(commands.showSources, '1_figures@1', inLive),
    entry(commands.setLocation, '1_figures@2', inLive),
    entry(commands.setBudget, '1_figures@3', inLive),
    entry(commands.showSettings, '1_figures@4', inLive),
    entry(commands.getStarted, '2_help@1', inLive),
    entry(commands.showLog, '2_help@2', inLive),
  ],
  'view/item/context': [
    entry(commands.selectForCompare, 'inline@1', onEndedRun, inHistory, `!${isComparing}`),
    entry(commands.compareWithSelected, 'inline@1', onEndedRun, inHistory, isComparing),
    entry(commands.showPower, '1_show@1', onRun, inHistory, onOne),
    entry(commands.showDetails, '1_show@2', onRun, inHistory, onOne),
    entry(commands.showDetailsInNewTab, '1_show@3', onRun, inHistory, onOne),
    entry(commands.copyRecord, '3_copy@1', onRun, inHistory),
    entry(commands.selectForCompare, '2_compare@1', onEndedRun, inHistory, onOne),
    entry(commands.compareWithSelected, '2_compare@2', onEndedRun, inHistory, onOne, isComparing),
    entry(commands.compareRuns, '2_compare@3', onRun, inHistory),
    entry(commands.exportRuns, '3_copy@2', onRunOrGroup, inHistory),
    entry(commands.copyStatement, '3_copy@3', onRunOrGroup, inHistory),
    entry(commands.writeReport, '3_copy@4', onRunOrGroup, inHistory),
    entry(commands.deleteRecord, '9_delete@1', onEndedRun, inHistory),
  ],
  // In the overflow menu: most notebooks are not about energy.
  'notebook/toolbar': [
    entry(commands.showLastRun, 'z_greenML@1', "notebookType == 'jupyter-notebook'", contextKeys.hasRun.id),
  ],
  commandPalette: paletteEntries,
};
