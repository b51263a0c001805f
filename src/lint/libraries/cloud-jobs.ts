import { withoutComments } from '../../python/comments';

/**
 * What only a job in a cloud sets or asks for: SageMaker, Vertex AI, a run of Azure ML (SDK 1), an app of Modal. A script that
 * has it does not train on this machine.
 */
export const inCloudJob =
  /\bSM_(?:MODEL_DIR|CHANNEL\w{0,20}|OUTPUT_DATA_DIR|NUM_GPUS|HOSTS)\b|\/opt\/ml\/|\bAIP_(?:MODEL_DIR|\w{1,20}_URI)\b|\bRun\.get_context\s{0,3}\(|\bmodal\.(?:App|Stub)\s{0,3}\(/;

/** What starts a job of a cloud from a script: in Python, and in files for `az ml`. */
const startsJobs =
  /\b(?:ScriptRunConfig|PythonScriptStep|HyperDriveConfig|MLClient|CommandComponent|CustomJob|CustomTrainingJob|CustomPythonPackageTrainingJob|ScriptProcessor|FrameworkProcessor|PyTorchProcessor|SKLearnProcessor|ModelTrainer|SourceCode)\b|\bsagemaker\b|\bcommand(?:Job|Component)\.schema\.json/;

/** The arguments that name a script, and the command that runs one. */
const namedScript =
  /\b(?:(?:entry_?|source_)?script(?:_name|_path)?|entry_point|source_file|program|submit_app|code)["']?\s{0,3}[=:]\s{0,3}f?["'](?:[^"'\n]{0,120}[/\\])?(\w[\w-]{0,60}\.py)["']/g;
const commandOfScript =
  /\b(?:python3?|torchrun|deepspeed|accelerate launch|modal run)\b[^"'\n]{0,120}?(?:[\s/\\])(\w[\w-]{0,60}\.py)\b/g;
/** What is copied into a container: `add_local_file("train.py", "/root/train.py")`, `REMOTE_SCRIPT = "/root/train.py"`. */
const writtenScript = /["'](?:[^"'\n]{0,120}[/\\])?(\w[\w-]{0,60}\.py)["']/g;
const importedModule =
  /^[ \t]*(?:from[ \t]+\.{0,3}(?:\w{1,60}\.){0,6}(\w{1,60})[ \t]+import\b|import[ \t]+(?:\w{1,60}\.){0,6}(\w{1,60}))/gm;

/** Where a text may name a script that runs in a cloud; cheap enough for every file. */
export const maySendScripts = (text: string): boolean => startsJobs.test(text) || inCloudJob.test(text);

/**
 * The names of the scripts that a text sends to a machine in a cloud: the script of a job, what its containers get, and the
 * modules that such a script imports.
 */
export function sentScripts(text: string): readonly string[] {
  if (!maySendScripts(text)) return [];
  const code = withoutComments(text);
  const isThere = inCloudJob.test(code);
  if (!isThere && !startsJobs.test(code)) return [];
  const names = isThere ? [writtenScript, commandOfScript] : [namedScript, commandOfScript];
  const found = names.flatMap((pattern) => Array.from(code.matchAll(pattern), ([, name = '']) => name));
  const imported = isThere
    ? Array.from(code.matchAll(importedModule), ([, from, name]) => `${from ?? name ?? ''}.py`)
    : [];
  return [...new Set([...found, ...imported])].sort();
}
