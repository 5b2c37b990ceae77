// Plots of the last hour (uPlot) and state timelines. Colours come from the style sheet.

import { h } from './dom.js';
import * as f from './format.js';

let library = null;

function load() {
  library ??= Promise.all([
    import('../vendor/uplot/uPlot.esm.js'),
    new Promise((resolve) => {
      const sheet = h('link', { rel: 'stylesheet', href: 'vendor/uplot/uPlot.min.css', onload: resolve, onerror: resolve });
      document.head.append(sheet);
    }),
  ]).then(([module]) => module.default);
  return library;
}

const DASHES = [[], [6, 4], [2, 3], [8, 3, 2, 3]];
const HEIGHT = 160;

/**
 * A plot with its legend. Lines differ by colour and dash.
 *
 * @param input `{at, series: [{name, tone, values, format}], mark: {value, name}}`
 */
export function plot(title, test, input) {
  const latest = input.series.map((each) => `${each.name} ${each.format(last(each.values))}`).join(', ');
  const canvas = h('div', { class: 'plot', 'data-own': true, 'data-key': test, role: 'img', 'aria-label': `${title}, last hour. Latest: ${latest}` });
  canvas.input = input;
  canvas.update = (fresh) => draw(canvas, fresh);
  draw(canvas, input);
  return h('figure', { class: 'figure', 'data-testid': test },
    h('figcaption', {}, h('span', { class: 'figure-title' }, title),
      input.series.map((each, at) => h('span', { class: 'key' }, h('span', { class: `swatch ${each.tone} dash${at}`, 'aria-hidden': 'true' }),
        `${each.name} `, h('strong', {}, each.format(last(each.values)))))),
    canvas);
}

const last = (values) => (values ?? []).findLast((each) => each !== null) ?? null;

async function draw(element, input) {
  element.input = input;
  let UPlot;
  try {
    UPlot = await load();
  } catch {
    element.textContent = 'The plot could not be loaded.';
    return;
  }
  if (element.input !== input) return;
  const series = input.mark
    ? [...input.series, { name: input.mark.name, tone: 'mark', values: input.at.map(() => input.mark.value), format: input.series[0].format }]
    : input.series;
  const data = [input.at, ...series.map((each) => each.values)];
  if (element.plot) {
    element.plot.setData(data);
    return;
  }
  if (!element.isConnected) await new Promise(requestAnimationFrame);
  if (!element.isConnected || element.plot) return;
  const style = getComputedStyle(element);
  const colour = (name) => style.getPropertyValue(`--${name}`).trim();
  const axis = { stroke: () => colour('muted'), grid: { stroke: () => colour('line'), width: 1 }, ticks: { show: false }, font: `11px ${style.fontFamily}` };
  const format = input.series[0].format;
  element.plot = new UPlot({
    width: element.clientWidth || 300,
    height: HEIGHT,
    tzDate: (seconds) => UPlot.tzDate(new Date(seconds * 1000), 'Etc/UTC'),
    legend: { show: false },
    cursor: { y: false, points: { size: 5 } },
    scales: { y: { range: (_, low, high) => [Math.min(0, low ?? 0), Math.max((high ?? 0) * 1.1, input.atLeast ?? 1)] } },
    axes: [
      { ...axis, size: 26, space: 60, values: (_, ticks) => ticks.map((tick) => new Date(tick * 1000).toISOString().slice(11, 16)) },
      { ...axis, size: 56, space: 30, values: (_, ticks) => ticks.map((tick) => format(tick)) },
    ],
    series: [{}, ...series.map((each, at) => ({
      label: each.name, stroke: () => colour(each.tone), width: each.tone === 'mark' ? 1 : 1.75, dash: each.tone === 'mark' ? [4, 4] : DASHES[at], points: { show: false },
      spanGaps: false,
    }))],
  }, data, element);
  new ResizeObserver(() => { if (element.clientWidth) element.plot.setSize({ width: element.clientWidth, height: HEIGHT }); }).observe(element);
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', () => element.plot.redraw());
}

/** States over the last hour: colour, pattern and height differ by state, and the list of changes is below. */
export function stateTimeline(name, spans, from, to, label = name) {
  const start = new Date(from).getTime();
  const length = Math.max(1, new Date(to).getTime() - start);
  const parts = spans.map((span) => {
    const begin = Math.max(0, new Date(span.from).getTime() - start);
    const end = (span.to ? new Date(span.to).getTime() : start + length) - start;
    return h('span', {
      class: `span ${span.state} ${span.forced ? 'forced' : ''}`,
      title: `${f.words(span.state)}${span.forced ? ', forced' : ''} from ${f.time(span.from)}${span.to ? ` to ${f.time(span.to)}` : ''}`,
      style: { left: `${(100 * begin) / length}%`, width: `${Math.max(0.4, (100 * (end - begin)) / length)}%` },
    });
  });
  const said = spans.map((span) => `${f.words(span.state)} from ${f.time(span.from)}`).join(', ');
  return h('div', { class: 'strip', role: 'img', 'aria-label': `${label}: ${said || 'no data'}`, 'data-testid': `timeline-${name}` }, parts);
}

export const timelineLegend = () => h('p', { class: 'strip-legend muted' },
  ['CLOSED', 'HALF_OPEN', 'OPEN'].map((state) => h('span', { class: 'key' }, h('span', { class: `sample span ${state}`, 'aria-hidden': 'true' }), f.words(state))),
  h('span', { class: 'key' }, h('span', { class: 'sample span OPEN forced', 'aria-hidden': 'true' }), 'forced by an operator'));

