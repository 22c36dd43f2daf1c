/** What the form says where nothing can be launched from. */
import { emptyState } from '../../ui/states.ts';

export function launchElsewhere() {
  return emptyState({
    icon: 'flywheel',
    title: 'Launch from VS Code',
    hint: 'A launch takes the code from a folder on your machine, uncommitted changes included. Open the folder in VS Code with the Flywheel extension and choose Launch in its sidebar, or use "flywheel runs launch" in a terminal.',
  });
}

export function noFolder() {
  return emptyState({
    icon: 'folder',
    title: 'Open a folder to launch from',
    hint: 'The code of a run is taken from it as it is, uncommitted changes included. Use File, Open Folder.',
  });
}
