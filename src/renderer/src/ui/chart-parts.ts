// The parts of ECharts that our figures use; nothing else is bundled.
import { BarChart, BoxplotChart, HeatmapChart, LineChart, LinesChart, RadarChart, ScatterChart } from 'echarts/charts'
import { DatasetComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, RadarComponent, TitleComponent, TooltipComponent, VisualMapComponent } from 'echarts/components'
import { init, use } from 'echarts/core'
import { CanvasRenderer, SVGRenderer } from 'echarts/renderers'

use([BarChart, BoxplotChart, HeatmapChart, LineChart, LinesChart, RadarChart, ScatterChart, DatasetComponent, GridComponent, LegendComponent, MarkAreaComponent, MarkLineComponent, RadarComponent, TitleComponent, TooltipComponent, VisualMapComponent, CanvasRenderer, SVGRenderer])

export { init }
