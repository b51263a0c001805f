/** Names of countries as people write them, in their own language or another, official or short. */

/** By number of readers, roughly: the first that knows a name ends the search. */
const locales =
  'en de es fr pt ja zh ru it nl pl tr ko ar sv da nb fi cs uk hu ro el he id vi th fa hi zh-Hant ca hr sk bg sl sr lt lv et is eu gl ga cy mt sq mk bs be ' +
  'bn ta te mr gu kn ml pa ur si ne ka hy az kk uz mn km lo my ms fil sw am zu af';
/** Misspelt names are looked for in these. */
const spelledIn = 8;

/** Names that the language data of the runtime lacks; `nameKey` wrote them. */
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

/** Two countries have this name. */
const shared: ReadonlySet<string> = new Set(['congo', 'kongo']);

/** Whether two countries have this name. */
export function isSharedName(name: string): boolean {
  return shared.has(nameKey(name));
}

/** What may stand before a country's name. */
const titles =
  /^(the|federal republic of|people['’]?s republic of|republic of|kingdom of|state of|die|la|le|les|l['’]|el|los|il|o|a) ?(?=\S{3})/i;

/** Letters and digits of any script in lower case, accents of Latin and Greek letters folded: how names of countries are compared. */
export function nameKey(text: string): string {
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

/** Looks names up in the languages that the runtime knows, one after the other and each once. */
export class CountryNames {
  private readonly tables = new Map<string, ReadonlyMap<string, string | null>>();
  private supported: readonly string[] | null = null;

  /**
   * @param codes ISO 3166-1 alpha-2 of the countries to be found
   * @param own the person's own language, searched first
   */
  constructor(
    private readonly codes: readonly string[],
    private readonly own: string | null = null,
  ) {}

  /** Asked of the runtime at the first name: most runs need none. */
  private get locales(): readonly string[] {
    const own = this.own === null ? [] : [this.own];
    return (this.supported ??= Intl.DisplayNames.supportedLocalesOf([...new Set([...own, ...locales.split(' ')])]));
  }

  /** The code of the country of that name; null if no language has it, or one has it for two. */
  find(name: string): string | null {
    const keys = [nameKey(name), nameKey(name.trim().replace(titles, ''))].filter((key) => key !== '');
    if (keys.some(isSharedName)) return null;
    for (const key of keys) {
      const other = otherNames[key];
      if (other !== undefined && this.codes.includes(other)) return other;
    }
    for (const locale of this.locales) {
      const table = this.table(locale);
      for (const key of keys) {
        const code = table.get(key);
        if (code !== undefined) return code;
      }
    }
    return null;
  }

  /** Names in common languages with Latin letters, for suggestions where a name is misspelt. */
  spellings(): readonly { readonly id: string; readonly names: readonly string[] }[] {
    const common = this.locales.slice(0, spelledIn);
    return this.codes.map((id) => ({
      id,
      names: common.flatMap((locale) => [...this.table(locale)].filter(([, code]) => code === id).map(([key]) => key)),
    }));
  }

  /** Names of one language, by key; null where two countries share one. */
  private table(locale: string): ReadonlyMap<string, string | null> {
    const known = this.tables.get(locale);
    if (known !== undefined) return known;
    const table = new Map<string, string | null>();
    for (const style of ['long', 'short'] as const) {
      const names = new Intl.DisplayNames(locale, { type: 'region', fallback: 'none', style });
      for (const code of this.codes) {
        const key = nameKey(names.of(code) ?? '');
        // "E.U." is short for two things in French; two Latin letters are a code or nothing.
        if (key !== '' && !/^[a-z]{1,2}$/.test(key)) table.set(key, (table.get(key) ?? code) === code ? code : null);
      }
    }
    this.tables.set(locale, table);
    return table;
  }
}
