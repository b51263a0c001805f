/** What `sacct` printed elsewhere, from public sources. */

/**
 * A job that waits, with a limit that Slurm 21.08 prints as `Partition_Limit`, as the unit tests of a public C++ library for
 * batch systems hold it. Columns that are not read are left out.
 */
export const waiting = `Account|AllocCPUS|AllocTRES|Cluster|ConsumedEnergyRaw|ElapsedRaw|End|ExitCode|Group|JobID|JobIDRaw|JobName|MaxRSS|NNodes|NodeList|Partition|ReqTRES|Start|State|Submit|TimelimitRaw|TotalCPU|TRESUsageInMax|TRESUsageInTot|User|WorkDir
|0||cluster|0|0|Unknown|0:0|kevth|4|4|jobscript.sh||1|None assigned|debug|billing=1,cpu=1,node=1|Unknown|PENDING|2022-04-21T14:31:02|Partition_Limit|00:00:00|||kevth|/home/kevth/batch_test`;

/** A job with its energy, as the tests of the Python package script_maker2000 hold it. */
export const withEnergy = `JobID|JobName|ExitCode|NCPUS|CPUTimeRAW|ElapsedRaw|TimelimitRaw|ConsumedEnergyRaw|MaxDiskRead|MaxDiskWrite|MaxVMSize|ReqMem|MaxRSS
1234|sp_config1_opt_config2__sp_config1___a001_b001|0:0|2|66|33|2|2442||||40M|
1234.batch|batch|0:0|2|66|33||2416|160.43M|182.33M|227220K||1656K
1234.extern|extern|0:0|2|66|33||2442|0.00M|0.00M|131840K||720K`;

/** Job 38113 on santis, an HPE Cray of CSCS, as the README of a public collection of scripts for that system shows it. */
export const santis = `JobID|Cluster|ConsumedEnergyRaw|AllocTRES|ElapsedRaw|Start|End|User|Account|Group|JobName|NNodes|NodeList|Partition|State
38113|santis|20543125|billing=1152,cpu=1152,energy=20543125,mem=1840000M,node=4|2102|2024-03-15-20:24:16|2024-03-15-20:59:18|user||group|eff.slm|4|nid[001002,001004,001012,001014]|normal|COMPLETED
38113.batch|santis|5094129|cpu=288,mem=460000M,node=1|2102|2024-03-15-20:24:16|2024-03-15-20:59:18||||batch|1|nid001002||COMPLETED
38113.extern|santis|20543125|billing=1152,cpu=1152,mem=1840000M,node=4|2102|2024-03-15-20:24:16|2024-03-15-20:59:18||||extern|4|nid[001002,001004,001012,001014]||COMPLETED
38113.0|santis|20536917|cpu=1152,mem=1840000M,node=4|2101|2024-03-15-20:24:16|2024-03-15-20:59:17||||cuda-vars.sh|4|nid[001002,001004,001012,001014]||COMPLETED`;
