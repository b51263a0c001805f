import { ConfigurationTarget, QuickPickItemKind, window, workspace, type QuickPickItem } from 'vscode';
import { loadPlaceGuesser } from '../../carbon/guess';
import { loadPlaceFinder } from '../../carbon/location';
import { latest } from '../../carbon/place';
import { loadRegions, loadZones } from '../../data/places';
import { localTimeZone } from '../../runs/place';
import { staysOpen } from './ask';
import { notify } from '../notify';

interface PlaceItem extends QuickPickItem {
  /** What is written into the setting; empty for the guess. */
  readonly value?: string;
}

/** The command "Set Location": lets a person pick the place of this computer and writes it into the settings. */
export async function askLocation(): Promise<void> {
  const value = await pickPlace('Where does this computer draw its electricity?', true);
  if (value !== null) await writeLocation(value);
}

/** A zone, country or cloud region that a person picked; an empty text for the guess, null where they went away. */
export async function pickPlace(placeHolder: string, offerGuess: boolean): Promise<string | null> {
  const item = await window.showQuickPick<PlaceItem>(placeItems(offerGuess), { ...staysOpen, title: 'Location', placeHolder, matchOnDescription: true });
  return item?.value ?? null;
}

/** Writes a location into the settings, where it is set already or else for this person; a wrong one is told. */
export async function writeLocation(text: string): Promise<void> {
  const answer = text === '' ? null : (await loadPlaceFinder()).find(text, 'setting');
  if (answer?.kind === 'unknown') {
    void notify.warning(answer.message);
    return;
  }
  const configuration = workspace.getConfiguration('greenML');
  const inWorkspace = configuration.inspect('location')?.workspaceValue !== undefined;
  await configuration.update('location', text === '' ? undefined : text, inWorkspace ? ConfigurationTarget.Workspace : ConfigurationTarget.Global);
  const place = answer?.place ?? (await loadPlaceGuesser()).guess(localTimeZone());
  notify.status(`Location: ${place.label}, ${place.intensity.gramsPerKWh} g/kWh`);
}

async function placeItems(offerGuess: boolean): Promise<PlaceItem[]> {
  const [{ zones }, { regions }, guess] = await Promise.all([loadZones(), loadRegions(), loadPlaceGuesser()]);
  const guessed = guess.guess(localTimeZone());
  return [
    ...(offerGuess ? [{ label: '$(globe) Guess from the time zone', description: `${guessed.label}, ${guessed.intensity.gramsPerKWh} g/kWh`, value: '' }] : []),
    { label: 'Grids (Electricity Maps, ODbL 1.0)', kind: QuickPickItemKind.Separator },
    ...zones.map((zone) => ({ label: zone.name, description: `${zone.zone} · ${latest(zone)} g/kWh`, value: zone.zone })),
    { label: 'Cloud regions', kind: QuickPickItemKind.Separator },
    ...regions.map(({ provider, region, place, zone }) => ({ label: `${provider}:${region}`, description: `${place} · ${zone}`, value: `${provider}:${region}` })),
  ];
}
