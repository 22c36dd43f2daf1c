/** The ids of every command: the manifest contributes them, a test compares the two. */
export const commandIds = [
  'flywheel.connect',
  'flywheel.disconnect',
  'flywheel.signIn',
  'flywheel.signOut',
  'flywheel.server.start',
  'flywheel.menu',
  'flywheel.browser.open',
  'flywheel.launch.open',
  'flywheel.launch.file',
  'flywheel.experiments.open',
  'flywheel.projects.create',
  'flywheel.projects.copyGitUrl',
  'flywheel.projects.refresh',
  'flywheel.runs.open',
  'flywheel.runs.stop',
  'flywheel.runs.showLog',
  'flywheel.runs.filter',
  'flywheel.runs.refresh',
  'flywheel.walkthrough.open',
  'flywheel.output.show',
] as const;
export type CommandId = (typeof commandIds)[number];
