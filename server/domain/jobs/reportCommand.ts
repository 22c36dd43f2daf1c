/**
 * The command that runs a notebook or R Markdown and leaves report.html where
 * it was started. The tools come from the job's environment. Pure.
 */
export const reportFile = 'report.html';
const executed = '.flywheel-report.ipynb';

export function reportCommand(path: string, parameters: readonly string[]): string {
  return /\.rmd$/i.test(path) ? renderMarkdown(path, parameters) : executeNotebook(path, parameters);
}

/** papermill is only needed where there are parameters to hand over. */
function executeNotebook(path: string, parameters: readonly string[]): string {
  const convert = `python3 -m nbconvert --to html --output ${reportFile} --output-dir .`;
  if (parameters.length === 0) return `${convert} --execute ${quote(path)}`;
  const folder = path.includes('/') ? path.slice(0, path.lastIndexOf('/')) : '.';
  const given = parameters.map((name) => `-p ${quote(name)} {${name}}`).join(' ');
  const run = `python3 -m papermill --cwd ${quote(folder)} ${quote(path)} ${executed} ${given}`;
  return `${run} && ${convert} ${executed}`;
}

function renderMarkdown(path: string, parameters: readonly string[]): string {
  const given = parameters.map((name) => `${quote(name)} {${name}}`).join(' ');
  const read = 'a <- commandArgs(TRUE); p <- as.list(setNames(a[c(FALSE, TRUE)], a[c(TRUE, FALSE)]))';
  const output = `output_format = "html_document", output_file = "${reportFile}", output_dir = getwd()`;
  const render = `rmarkdown::render(${JSON.stringify(path)}, ${output}, params = if (length(p)) p else NULL)`;
  return `Rscript -e ${quote(`${read}; ${render}`)} ${given}`.trim();
}

function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
