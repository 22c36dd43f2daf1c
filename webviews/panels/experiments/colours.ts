/** The colours that a run can be given: names in its tag, so that every theme draws its own. Pure. */
export const colours = ['red', 'orange', 'yellow', 'green', 'blue', 'purple'] as const;
export type Colour = (typeof colours)[number];

export function isColour(name: string | undefined): name is Colour {
  return name !== undefined && (colours as readonly string[]).includes(name);
}

/** What another program wrote into the tag draws nothing. */
export function swatchOf(name: string | undefined): string {
  return isColour(name) ? `var(--vscode-charts-${name})` : 'transparent';
}
