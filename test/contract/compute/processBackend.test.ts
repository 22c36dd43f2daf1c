/** The whole contract on real processes. */
import { describeEnvironments } from './environmentCases.ts';
import { describeJobs } from './jobCases.ts';
import { describeLimits } from './limitCases.ts';
import { processTarget } from './processTarget.ts';
import { describeSafety } from './safetyCases.ts';
import { describeShellJobs } from './shellCases.ts';
import { describeVolumes } from './volumeCases.ts';

describeJobs(processTarget);
describeShellJobs(processTarget);
describeLimits(processTarget);
describeSafety(processTarget);
describeEnvironments(processTarget);
describeVolumes(processTarget);
