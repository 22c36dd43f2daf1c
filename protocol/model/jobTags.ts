/** Tags by which the runs of a job are found, also in the filter of an experiment. */
export const jobTag = 'flywheel.job';
export const scheduleTag = 'flywheel.schedule';
export const attemptOfTag = 'flywheel.attemptOf';
export const notifyTag = 'flywheel.notify';
