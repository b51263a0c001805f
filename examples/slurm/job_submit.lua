-- Measures every batch job of a Slurm cluster with Green ML, with no change for its users.
--
-- Put this file beside slurm.conf, add "JobSubmitPlugins=lua" to slurm.conf, and restart slurmctld. The command green-ml must
-- be in the PATH of jobs; where it is not, jobs run as before.
--
-- A line after the first one of the script starts the script once more under "green-ml run". It measures on the first node of
-- the job: the script, all that it starts, and the tasks of srun there. Each user finds the records with "green-ml runs list".
--
-- Who does not want this writes one of these:
--     #SBATCH --comment=no-green-ml      in the script
--     export GREEN_ML_OFF=1              before sbatch

local measure = [=[
if [ -z "$GREEN_ML_OFF" ] && [ "$GREEN_ML_JOB" != "$SLURM_JOB_ID" ] && command -v green-ml > /dev/null 2>&1; then
  export GREEN_ML_JOB="$SLURM_JOB_ID"; exec green-ml run --quiet --no-progress --name "$SLURM_JOB_NAME" -- "$0" "$@"
fi
]=]

function slurm_job_submit(job, partitions, user)
  local script = job.script
  if script == nil or string.find(job.comment or "", "no-green-ml", 1, true) then
    return slurm.SUCCESS
  end
  -- Only scripts of a shell: in others, the line would be an error.
  local first, rest = string.match(script, "^(#![^\n]*\n)(.*)$")
  local shell = first and string.match(first, "^#!%s*%S*/env%s+(%a+)") or first and string.match(first, "^#!%s*%S*/(%a+)")
  if shell == "sh" or shell == "bash" or shell == "dash" or shell == "ksh" or shell == "zsh" then
    job.script = first .. measure .. rest
  end
  return slurm.SUCCESS
end

function slurm_job_modify(job, record, partitions, user)
  return slurm.SUCCESS
end
