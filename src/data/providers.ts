/** What is known of a cloud provider, beside its regions. */
interface ProviderFacts {
  /** As it stands before a region: `aws:eu-north-1`. */
  readonly id: string;
  /** Other names that people write, as `plain` spells them. */
  readonly names: readonly string[];
  /** Environment variables that tell its tools a region. */
  readonly variables: readonly string[];
  /** Where its tools keep a person's region, below the home folder. */
  readonly configurations: readonly string[];
}

/** Where the environment or the home folder names regions of several providers, the first one here is believed. */
export const cloudProviders = [
  {
    id: 'aws',
    names: ['amazon'],
    variables: ['AWS_REGION', 'AWS_DEFAULT_REGION', 'SAGEMAKER_REGION'],
    configurations: ['.aws/config'],
  },
  {
    id: 'gcp',
    names: ['google', 'googlecloud'],
    variables: ['CLOUDSDK_COMPUTE_REGION', 'CLOUDSDK_COMPUTE_ZONE', 'GOOGLE_CLOUD_REGION', 'CLOUD_ML_REGION'],
    configurations: ['.config/gcloud/configurations/config_default'],
  },
  {
    id: 'azure',
    names: ['microsoft'],
    variables: ['AZURE_DEFAULTS_LOCATION', 'AZURE_LOCATION'],
    configurations: ['.azure/config'],
  },
  { id: 'oci', names: ['oracle'], variables: ['OCI_REGION'], configurations: ['.oci/config'] },
  { id: 'ovh', names: ['ovhcloud'], variables: ['OS_REGION_NAME'], configurations: [] },
  { id: 'scaleway', names: [], variables: ['SCW_DEFAULT_REGION'], configurations: [] },
  { id: 'coreweave', names: [], variables: [], configurations: [] },
] as const satisfies readonly ProviderFacts[];

export type Provider = (typeof cloudProviders)[number]['id'];

/** In the order of the alphabet. */
export const providers: readonly Provider[] = cloudProviders.map(({ id }) => id).sort();
