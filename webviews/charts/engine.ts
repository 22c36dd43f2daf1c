/** The parts of ECharts that every chart needs: lines and shapes on a canvas with a shared cursor and zoom. */
import { CustomChart, LineChart } from 'echarts/charts';
import {
  AriaComponent,
  AxisPointerComponent,
  DataZoomInsideComponent,
  GridComponent,
  TooltipComponent,
} from 'echarts/components';
import { connect, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';

use([
  CustomChart,
  LineChart,
  GridComponent,
  AxisPointerComponent,
  TooltipComponent,
  DataZoomInsideComponent,
  AriaComponent,
  CanvasRenderer,
]);

export type { ECharts, EChartsCoreOption } from 'echarts/core';
export { connect, init };
