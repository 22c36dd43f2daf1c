/** The points of curves that a chart draws, as its settings are: on which axis, smoothed, on logarithmic scales. Pure. */
import { type AxisKind, type Curve, type Point, pointsOf, smooth } from './curves.ts';

export type ChartSettings = {
  readonly axis: AxisKind;
  readonly smoothing: number;
  /** Logarithmic scales; of the horizontal axis not for the time of day. */
  readonly log: boolean;
  readonly logX?: boolean;
};

export type DrawnCurve = { readonly curve: Curve; readonly raw: readonly Point[]; readonly shown: readonly Point[] };

export function drawCurves(curves: readonly Curve[], settings: ChartSettings): DrawnCurve[] {
  return curves.map((curve) => {
    const all = pointsOf(curve.series, settings.axis);
    // A logarithm has no place for zero and below: such points are left out, and the card says so.
    const kept = isLogX(settings) ? all.filter(([x]) => x > 0) : all;
    const raw = settings.log ? kept.map(([x, y]): Point => [x, y !== null && y > 0 ? y : null]) : kept;
    return { curve, raw, shown: settings.smoothing > 0 ? smooth(raw, settings.smoothing) : raw };
  });
}

export function isLogX({ axis, logX }: ChartSettings): boolean {
  return logX === true && axis !== 'time';
}
