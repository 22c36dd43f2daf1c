/** Colours of charts, read from the editor's variables; says when the theme changed. */
export type ChartTheme = {
  readonly foreground: string;
  readonly dim: string;
  readonly line: string;
  /** Lines behind what is drawn: in high contrast the border colour would be as loud as a curve. */
  readonly grid: { readonly color: string; readonly opacity: number };
  readonly background: string;
  readonly font: string;
  readonly palette: readonly string[];
};

const paletteNames = ['blue', 'orange', 'green', 'purple', 'red', 'yellow'];

export function readChartTheme(): ChartTheme {
  const style = getComputedStyle(document.body);
  const read = (name: string, fallback: string) => style.getPropertyValue(`--vscode-${name}`).trim() || fallback;
  const foreground = read('foreground', '#888888');
  const line = read('panel-border', '') || read('contrastBorder', '#80808059');
  return {
    foreground,
    dim: read('descriptionForeground', foreground),
    line,
    grid: { color: line, opacity: read('contrastBorder', '') === '' ? 0.7 : 0.25 },
    background: read('editor-background', '#ffffff'),
    font: read('font-family', 'sans-serif'),
    palette: paletteNames.map((name) => read(`charts-${name}`, foreground)),
  };
}

/** A colour for the n-th curve; past the palette the same colours return with other dashes. */
export function curveLook(theme: ChartTheme, index: number): { color: string; dash: 'solid' | 'dashed' | 'dotted' } {
  const size = theme.palette.length;
  const round = Math.floor(index / size) % 3;
  return {
    color: theme.palette[index % size] ?? theme.foreground,
    dash: round === 0 ? 'solid' : round === 1 ? 'dashed' : 'dotted',
  };
}

export function onThemeChange(listener: () => void): () => void {
  const observer = new MutationObserver(listener);
  observer.observe(document.body, { attributes: true, attributeFilter: ['class'] });
  observer.observe(document.documentElement, { attributes: true, attributeFilter: ['style'] });
  return () => observer.disconnect();
}
