/** Finds countries by the names that people write: in any language, official or short. */

/** Roughly by number of speakers: the search ends at the first language that has the name. */
const locales =
  'en de es fr pt ja zh ru it nl pl tr ko ar sv da nb fi cs uk hu ro el he id vi th fa hi zh-Hant ca hr sk bg sl sr lt lv et is eu gl ga cy mt sq mk bs be ' +
  'bn ta te mr gu kn ml pa ur si ne ka hy az kk uz mn km lo my ms fil sw am zu af';
/** Languages of these that are not written in Latin letters. */
const otherScripts: ReadonlySet<string> = new Set(
  'ja zh ru ko ar uk el he hi th fa zh-Hant bg sr mk be bn ta te mr gu kn ml pa ur si ne ka hy kk mn km lo my am'.split(
    ' ',
  ),
);
/** Corrections of misspelt names are taken from this many of the languages. */
const spelledIn = 8;

/** Names that are missing from the runtime's language data, in the form of `nameKey`. */
const otherNames: Readonly<Record<string, string>> = {
  uk: 'GB',
  greatbritain: 'GB',
  britain: 'GB',
  england: 'GB',
  scotland: 'GB',
  wales: 'GB',
  grossbritannien: 'GB',
  inglaterra: 'GB',
  angleterre: 'GB',
  inghilterra: 'GB',
  usa: 'US',
  unitedstatesofamerica: 'US',
  america: 'US',
  amerika: 'US',
  holland: 'NL',
  southkorea: 'KR',
  korea: 'KR',
  northkorea: 'KP',
  russia: 'RU',
  russianfederation: 'RU',
  czechrepublic: 'CZ',
  turkey: 'TR',
  ivorycoast: 'CI',
  macedonia: 'MK',
  swaziland: 'SZ',
  capeverde: 'CV',
  burma: 'MM',
  easttimor: 'TL',
  uae: 'AE',
  emirates: 'AE',
  hongkong: 'HK',
  macau: 'MO',
  macao: 'MO',
  taiwan: 'TW',
  republicofchina: 'TW',
  vietnam: 'VN',
  brasil: 'BR',
  persia: 'IR',
  vatican: 'VA',
  suomi: 'FI',
  eesti: 'EE',
  hellas: 'GR',
  nippon: 'JP',
};

/** Names that two countries have. */
const shared: ReadonlySet<string> = new Set(['congo', 'kongo']);

/** Whether two countries have this name. */
export function isSharedName(name: string): boolean {
  return shared.has(nameKey(name));
}

/** Words that may come before a country's name. */
const titles =
  /^(the|federal republic of|people['’]?s republic of|republic of|kingdom of|state of|die|la|le|les|l['’]|el|los|il|o|a) ?(?=\S{3})/i;

/** The form in which names are compared: lower-case letters and digits of any script, without accents on Latin and Greek. */
function nameKey(text: string): string {
  const lower = text.toLowerCase();
  // Most names have plain letters only, which saves nearly all of the time.
  if (/^[a-z ]*$/.test(lower)) return lower.replaceAll(' ', '');
  return text
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/ß/g, 'ss')
    .replace(/ø/g, 'o')
    .replace(/ł/g, 'l')
    .replace(/ı/g, 'i')
    .replace(/[^\p{L}\p{N}\p{M}]/gu, '');
}

/** Looks up names in the languages that the runtime knows. Each language is loaded once, when it is needed. */
export class CountryNames {
  private readonly tables = new Map<string, ReadonlyMap<string, string | null>>();
  private supported: readonly string[] | null = null;

  /**
   * @param codes ISO 3166-1 alpha-2 codes of the countries that can be found
   * @param own the user's own language, which is searched first
   */
  constructor(
    private readonly codes: readonly string[],
    private readonly own: string | null = null,
  ) {}

  /** Determined at the first look-up, because most runs need no names. */
  private get locales(): readonly string[] {
    const own = this.own === null ? [] : [this.own];
    return (this.supported ??= Intl.DisplayNames.supportedLocalesOf([...new Set([...own, ...locales.split(' ')])]));
  }

  /** The code of the country with this name; null if no language has it, or if two countries share it. */
  find(name: string): string | null {
    const keys = [nameKey(name), nameKey(name.trim().replace(titles, ''))].filter((key) => key !== '');
    if (keys.some(isSharedName)) return null;
    for (const key of keys) {
      const other = otherNames[key];
      if (other !== undefined && this.codes.includes(other)) return other;
    }
    const isLatin = keys.every((key) => /^[a-z0-9]+$/.test(key));
    for (const locale of this.locales) {
      if (isLatin && otherScripts.has(locale)) continue;
      const table = this.table(locale);
      for (const key of keys) {
        const code = table.get(key);
        if (code !== undefined) return code;
      }
    }
    return null;
  }

  /** Names in common languages with Latin letters, for suggestions if a name is misspelt. */
  spellings(): readonly { readonly id: string; readonly names: readonly string[] }[] {
    const names = new Map(this.codes.map((id) => [id, [] as string[]]));
    for (const locale of this.locales.slice(0, spelledIn))
      for (const [key, code] of this.table(locale)) if (code !== null) names.get(code)?.push(key);
    return [...names].map(([id, each]) => ({ id, names: each }));
  }

  /** The codes of one language by name; null for a name that two countries share. */
  private table(locale: string): ReadonlyMap<string, string | null> {
    const known = this.tables.get(locale);
    if (known !== undefined) return known;
    const table = new Map<string, string | null>();
    for (const style of ['long', 'short'] as const) {
      const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none', style });
      for (const code of this.codes) {
        const key = nameKey(names.of(code) ?? '');
        // In French, "E.U." is short for two things. Two Latin letters are a code or nothing.
        if (key !== '' && !/^[a-z]{1,2}$/.test(key)) table.set(key, (table.get(key) ?? code) === code ? code : null);
      }
    }
    this.tables.set(locale, table);
    return table;
  }
}
