/** Apart from the model of the file, which the editor does not need. */
export const jobFileName = 'flywheel.yaml';
