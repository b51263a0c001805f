import * as v from 'valibot';
import { noted, type Shaped } from '../system/shapes';
import { english, type Translate } from '../present/l10n';

/** Who set a value: the user with an option, a setting of VS Code or a variable, or a settings file. */
export const originShape = v.variant('by', [
  v.object({
    by: noted(
      v.picklist(['person', 'setting', 'environment']),
      '`person`: an option; `setting`: a setting of VS Code; `environment`: a variable such as `GREEN_ML_PUE`',
    ),
  }),
  v.object({
    by: noted(
      v.picklist(['project file', 'user file', 'machine file']),
      "a settings file: the project's, the user's, or the one for all users of the machine",
    ),
    file: noted(
      v.string(),
      "its path; a project file as seen from the run's `folder`, with '/', and a user file with `~` for the home folder",
    ),
  }),
]);

export type Origin = Shaped<typeof originShape>;

export type FileOrigin = Extract<Origin, { readonly file: string }>;

/** A value and who set it. */
export interface Sourced<T> {
  readonly value: T;
  readonly from: Origin;
}

/** "set in pyproject.toml"; null if the user set it with an option or a setting, and knows it anyway. */
export function originRemark(from: Origin | null | undefined, t: Translate = english): string | null {
  if (from === null || from === undefined) return null;
  if ('file' in from) return t('set in {0}', from.file);
  return from.by === 'environment' ? t('set in the environment') : null;
}
