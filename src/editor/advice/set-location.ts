import { basename } from 'node:path/posix';
import { ConfigurationTarget, QuickPickItemKind, window, workspace, type QuickPickItem, type Uri } from 'vscode';
import { loadPlaceGuesser } from '../../place/guess';
import { placeKnowledge } from '../../place/intensity';
import { loadPlaceFinder } from '../../place/location';
import { latest } from '../../place/place';
import { loadRegions, loadZones } from '../../data/places';
import { findChosen } from '../../runs/place';
import { localTimeZone } from '../../system/time-zone';
import { labelText } from '../../present/plain-text';
import { readMeterSettings } from '../meter-settings';
import { Settings } from '../contributions/use-settings';
import { currentFolder, projectSettingsOf } from '../project-file';
import { staysOpen } from './ask';
import { notify } from '../notify';

interface PlaceItem extends QuickPickItem {
  /** What is written into the setting; empty for the guess. */
  readonly value?: string;
  /** What happens instead. */
  readonly open?: () => Promise<void>;
}

/** The command "Set Location": lets a person pick the place of this computer and writes it into the settings. */
export async function askLocation(): Promise<void> {
  const value = await pickPlace('Where does this computer draw its electricity?', true, await projectLocation());
  if (value !== null) await writeLocation(value);
}

/** The settings file that sets the location of this project, where no setting of the workspace does. */
interface ProjectLocation {
  readonly uri: Uri;
  readonly name: string;
  /** For people: the place that it sets. */
  readonly place: string;
}

async function projectLocation(): Promise<ProjectLocation | null> {
  const folder = currentFolder();
  const { location, path } = await projectSettingsOf(folder);
  if (folder === null || location === null || path === null || readMeterSettings(folder).ofWorkspace.has('location'))
    return null;
  const uri = folder.with({ path });
  const { place } = await findChosen({ value: location, from: { by: 'setting' } }, localTimeZone());
  return { uri, name: workspace.asRelativePath(uri), place: `${place.label}, ${place.intensity.gramsPerKWh} g/kWh` };
}

async function open({ uri }: ProjectLocation): Promise<void> {
  await window.showTextDocument(uri);
}

/** A zone, country or cloud region that a person picked; an empty text for the guess, null where they went away. */
export async function pickPlace(
  placeHolder: string,
  offerGuess: boolean,
  file: ProjectLocation | null = null,
): Promise<string | null> {
  const item = await window.showQuickPick<PlaceItem>(placeItems(offerGuess, file), {
    ...staysOpen,
    title: 'Location',
    placeHolder,
    matchOnDescription: true,
  });
  await item?.open?.();
  return item?.value ?? null;
}

/** Writes a location into the settings, where it is set already or else for this person; a wrong one is told. */
export async function writeLocation(text: string): Promise<void> {
  const answer = text === '' ? null : (await loadPlaceFinder()).find(text, 'setting');
  if (answer?.kind === 'unknown') {
    void notify.warning(answer.message);
    return;
  }
  const settings = new Settings();
  const inWorkspace = settings.valueOfWorkspace('location') !== undefined;
  await settings.write(
    'location',
    text === '' ? undefined : text,
    inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global,
  );
  const file = await projectLocation();
  const { place } = await findChosen(text === '' ? null : { value: text, from: { by: 'setting' } }, localTimeZone());
  if (file === null || inWorkspace) notify.status(`Location: ${place.label}, ${place.intensity.gramsPerKWh} g/kWh`);
  else void explainPrecedence(file, text);
}

/** A setting of the person counts less than the file of the project; what was just set would seem to do nothing. */
async function explainPrecedence(file: ProjectLocation, text: string): Promise<void> {
  const openFile = `Open ${basename(file.uri.path)}`;
  const overrule = 'Set for This Workspace';
  const answer = await notify.information(
    `The location of this project is set in ${file.name}: ${file.place}. It counts more than your own setting.`,
    openFile,
    ...(text === '' ? [] : [overrule]),
  );
  if (answer === openFile) await open(file);
  if (answer === overrule) await new Settings().write('location', text, ConfigurationTarget.Workspace);
}

async function placeItems(offerGuess: boolean, file: ProjectLocation | null): Promise<PlaceItem[]> {
  const [{ zones }, { regions }, guess] = await Promise.all([loadZones(), loadRegions(), loadPlaceGuesser()]);
  const guessed = guess.guess(localTimeZone());
  return [
    ...(file === null
      ? []
      : [
          {
            label: `$(go-to-file) Open ${labelText(file.name)}`,
            description: `it sets the location of this project: ${labelText(file.place)}`,
            open: () => open(file),
          },
        ]),
    ...(offerGuess
      ? [
          {
            label: '$(globe) Guess from the time zone',
            description: `${placeKnowledge(guessed.intensity) === 'unknown' ? 'it says no place: ' : ''}${guessed.label}, ${guessed.intensity.gramsPerKWh} g/kWh`,
            value: '',
          },
        ]
      : []),
    { label: 'Grids (Electricity Maps, ODbL 1.0)', kind: QuickPickItemKind.Separator },
    ...zones.map((zone) => ({
      label: zone.name,
      description: `${zone.zone} · ${latest(zone)} g/kWh`,
      value: zone.zone,
    })),
    { label: 'Cloud regions', kind: QuickPickItemKind.Separator },
    ...regions.map(({ provider, region, place, zone }) => ({
      label: `${provider}:${region}`,
      description: `${place} · ${zone}`,
      value: `${provider}:${region}`,
    })),
  ];
}
