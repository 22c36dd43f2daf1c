/** The whole contract on a real engine. */
import { dockerTarget } from './dockerTarget.ts';
import { describeJobs } from './jobCases.ts';
import { describeLimits } from './limitCases.ts';
import { describeSafety } from './safetyCases.ts';
import { describeShellJobs } from './shellCases.ts';
import { describeVolumes } from './volumeCases.ts';

const shellOnly = dockerTarget(['busybox']);
const debian = dockerTarget(['python']);

describeJobs(shellOnly);
describeSafety(shellOnly);
describeShellJobs(debian);
describeLimits(debian);
describeVolumes(debian);
