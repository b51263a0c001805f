import type { Provider } from '../../data/providers';
import type { PythonModule } from '../../python/module';
import type { Node } from '../../python/parser';
import { bind, signature } from '../../python/signatures';
import { field } from '../../python/syntax';
import { noneValue, toText } from '../../python/values';
import { assignmentsTo } from '../engine/assigned';

/** Services of AWS that run machines. Others keep data, look after something, or have their models in some regions only. */
const machinesOfAws = /^(?:sagemaker|batch|ec2|ecs|eks|emr|emr-serverless|emr-containers)$/;
const mentionsMachinesOfAws = /\bsagemaker\b|["'](?:batch|ec2|ecs|eks|emr|emr-serverless|emr-containers)["']/;
const client = signature('service_name, region_name');

/** What Vertex AI runs on machines that somebody chooses (google-cloud-aiplatform 2.7). Its own models are where they are. */
const jobsOfVertex =
  /\bCustom(?:Container|PythonPackage)?(?:Training)?Job\b|\bHyperparameterTuningJob\b|\bAutoML\w{1,40}TrainingJob\b|\bPipelineJob\b|\bBatchPredictionJob\b|\.batch_predict\s{0,9}\(|\.deploy\s{0,9}\(|\.from_local_script\b|\bcreate_ray_cluster\b/;
const machinesOfGoogle = /^google\.cloud\.(?:batch|compute|container|dataproc|tpu)(?:_v\w{1,20})?\./;

/** Classes whose region is where their machines are, or those of a workspace (azure-ai-ml 1.35, azureml-core 1.60). */
const machinesOfAzure =
  /^azure\.ai\.ml\.entities\.(?:AmlCompute|ComputeInstance|KubernetesCompute|Workspace|(?:ManagedOnline|Batch)(?:Endpoint|Deployment))$|^azureml\.core\.(?:\w+\.)*(?:Workspace\.create|provisioning_configuration)$|^azure\.mgmt\.(?:batch|compute|containerinstance|containerservice)\./;

/** True if a call certainly says where something is calculated, by the library's name for it or for what it is a part of. */
export function decidesWhereItRuns(module: PythonModule, provider: Provider, name: string, call: Node): boolean {
  switch (provider) {
    case 'aws':
      return decidesForAws(module, name, call);
    case 'gcp':
      return machinesOfGoogle.test(name) || (vertex.test(name) && jobsOfVertex.test(module.text));
    case 'azure':
      return machinesOfAzure.test(name);
    default:
      return false;
  }
}

const vertex = /^(?:google\.cloud\.aiplatform|vertexai)\./;

/** What only looks up the address of an image: the job that runs it has a region of its own. */
const looksUp =
  /\.(?:image_uris|model_uris|script_uris)\.retrieve$|\.get_image_uri$|\.(?:ecr_image_uri|fw_utils\.\w+)$/;

function decidesForAws(module: PythonModule, name: string, call: Node): boolean {
  if (name.startsWith('sagemaker.')) return !looksUp.test(name);
  const callee = field(call, 'function');
  const method = callee?.type === 'attribute' ? field(callee, 'attribute')?.text : callee?.text;
  // Sessions and configurations are there for whatever the file does.
  if (!/^(?:client|resource|create_client)$/.test(method ?? '')) return mentionsMachinesOfAws.test(module.text);
  return machinesOfAws.test(toText(bind(call, client, module.evaluator).value('service_name') ?? noneValue) ?? '');
}

/** A remark that the region is not a free choice, or none at all: `# needs to be us-west-2`, `# change to your region`. */
const notChosen =
  /\b(?:only|must|needs?|required?|requires|supported|supports|available|change|replace|update|your|placeholder|example|todo)\b/i;

/** True if the code says itself that a region is no choice, beside it or where its name gets it. */
export function isSaidToBeNoChoice(module: PythonModule, value: Node): boolean {
  const given = value.type === 'identifier' ? assignmentsTo(module, value.text, value.startIndex).at(-1)?.value : null;
  return [value, given ?? value].some((node) => remarks(module.text, node).some((each) => notChosen.test(each)));
}

/** The comments behind a node on its line, and on the line above. */
function remarks(text: string, node: Node): readonly string[] {
  const end = text.indexOf('\n', node.endIndex);
  const behind = text.slice(node.endIndex, end === -1 ? text.length : end);
  const start = text.lastIndexOf('\n', node.startIndex - 1);
  const above = text.slice(text.lastIndexOf('\n', start - 1) + 1, Math.max(0, start)).trim();
  const mark = behind.indexOf('#');
  const own = mark === -1 ? '' : behind.slice(mark);
  // The form of a notebook, not a remark.
  return [own.includes('@param') ? '' : own, above.startsWith('#') && !above.includes('@') ? above : ''];
}
