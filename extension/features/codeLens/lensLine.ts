/** Where in a Python file the lens stands: its main block, else its first line where it does something by itself. */
const mainBlock = /^if\s+__name__\s*==\s*['"]__main__['"]\s*:/m;
/** A call at the outermost level: a file of definitions alone is a module to import, and gets no lens. */
const topLevelCall = /^(?!(?:import|from|def|class|async|if|return)\b)[A-Za-z_][\w.]*\s*(?:=.*)?\(/m;

export function lensLine(text: string): number | null {
  const main = mainBlock.exec(text);
  if (main) return text.slice(0, main.index).split('\n').length - 1;
  return topLevelCall.test(text) ? 0 : null;
}
