export { type MosnStats, renderMosnStats, renderStatsGlob } from './mosn-stats.ts';
export { type ProcessSample, recordProcess, sampleProcess } from './process-metrics.ts';
export { type RenderExtra, renderPrometheus } from './render.ts';
export { PROMETHEUS_CONTENT_TYPE } from './text.ts';
