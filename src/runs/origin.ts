/** Who set something: a person by an option, a setting of VS Code, or a settings file of the project. */
export type Origin =
  | { readonly by: 'person' | 'setting' }
  /** The path of the file as seen from the run's folder, with '/'. */
  | { readonly by: 'project file'; readonly file: string };

/** A value and who set it. */
export interface Said<T> {
  readonly value: T;
  readonly from: Origin;
}

/** "set in pyproject.toml"; null where a person knows it anyway. */
export function originRemark(from: Origin | null | undefined): string | null {
  return from?.by === 'project file' ? `set in ${from.file}` : null;
}
