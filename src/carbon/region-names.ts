import type { Provider } from '../data/places';

/** A cloud region that is written in a file: a value of something called region, location or zone. */
export interface RegionLiteral {
  readonly provider: Provider;
  /** The region as its provider spells it, whatever the file does. */
  readonly region: string;
  /** Offsets of the written text, without quotes. */
  readonly start: number;
  readonly end: number;
}

interface Named {
  readonly provider: Provider;
  readonly region: string;
}

/** `region_name="us-east-1"`, `location = "West Europe"`, `AWS_REGION: eu-west-1`, `environ["AWS_REGION"] = "…"`. */
const keyed = /(?:region|location|zone)[\w.-]*["'\])]*\s*[:=,]\s*["']?([A-Za-z0-9](?:[A-Za-z0-9 _-]*[A-Za-z0-9])?)/gi;
/** The second argument of `boto3.client("sagemaker", "us-east-1")`. */
const positional = /\bboto3\.(?:client|resource)\(\s*["'][\w-]+["']\s*,\s*["']([\w-]+)["']/g;

/** Finds regions in code and configuration: Python, YAML, Terraform, JSON, shell, ini. */
export class RegionLiterals {
  private readonly byName: ReadonlyMap<string, Named>;

  constructor(regions: readonly Named[]) {
    this.byName = new Map(regions.map(({ provider, region }) => [region.toLowerCase(), { provider, region }]));
  }

  find(text: string): readonly RegionLiteral[] {
    const found = new Map<number, RegionLiteral>();
    for (const pattern of [keyed, positional]) {
      for (const match of text.matchAll(pattern)) {
        const written = match[1] ?? '';
        const named = this.named(written);
        if (named === null) continue;
        const start = match.index + match[0].lastIndexOf(written);
        found.set(start, { ...named, start, end: start + written.length });
      }
    }
    return [...found.values()].sort((a, b) => a.start - b.start);
  }

  /** The region that a written value names: itself, one of its zones (`us-central1-a`, `us-east-1b`), or "West Europe". */
  named(written: string): Named | null {
    const name = written.toLowerCase();
    const exact = this.byName.get(name) ?? this.byName.get(name.replace(/-?[a-z]$/, ''));
    if (exact !== undefined) return exact;
    const joined = this.byName.get(name.replaceAll(' ', ''));
    return joined?.provider === 'azure' ? joined : null;
  }
}

/** Environment variables by which the tools of providers are told a region, in the order in which they are believed. */
const variables = [
  'AWS_REGION', 'AWS_DEFAULT_REGION', 'SAGEMAKER_REGION', 'CLOUDSDK_COMPUTE_REGION', 'CLOUDSDK_COMPUTE_ZONE', 'GOOGLE_CLOUD_REGION',
  'CLOUD_ML_REGION', 'AZURE_DEFAULTS_LOCATION', 'AZURE_LOCATION', 'OCI_REGION', 'OS_REGION_NAME', 'SCW_DEFAULT_REGION',
] as const;

/** The first region that the environment names, and the variable that does; null if none. */
export function regionOfEnvironment(literals: RegionLiterals, env: Readonly<Record<string, string | undefined>>): (Named & { readonly variable: string }) | null {
  for (const variable of variables) {
    const named = literals.named(env[variable]?.trim() ?? '');
    if (named !== null) return { ...named, variable };
  }
  return null;
}
