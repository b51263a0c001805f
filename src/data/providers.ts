/** Facts about a cloud provider, apart from its regions. */
interface ProviderFacts {
  /** The prefix of its regions: the `aws` of `aws:eu-north-1`. */
  readonly id: string;
  /** Other names that people use, in the form of `plain`. */
  readonly names: readonly string[];
  /** Environment variables that set the region for its tools. */
  readonly variables: readonly string[];
  /** Files in which its tools store the user's region, relative to the home folder. */
  readonly configurations: readonly string[];
}

/** If the environment or the home folder names regions of several providers, the first provider in this list wins. */
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

/** In alphabetical order. */
export const providers: readonly Provider[] = cloudProviders.map(({ id }) => id).sort();
