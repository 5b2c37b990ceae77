// Providers: their breakers as state timelines, forced states with an end, last errors, refused credentials.

import { read, task } from '../api.js';
import { badge, button, code, empty, filters, notice, section, table, when } from '../components.js';
import { stateTimeline, timelineLegend } from '../charts.js';
import { confirm, toast } from '../dialogs.js';
import { h } from '../dom.js';
import * as f from '../format.js';

export const name = 'services';
export const interval = 5;
export const title = () => 'Services';

const HISTORY_MILLIS = 15_000;
const FORCED = ['FORCED_OPEN', 'FORCED_CLOSED'];
const HOLDS = [['PT5M', '5 minutes'], ['PT10M', '10 minutes'], ['PT30M', '30 minutes'], ['PT1H', '1 hour'], ['PT4H', '4 hours'], ['PT24H', '24 hours']];

export async function load(view, signal) {
  const { local } = view;
  if (!local.historyAt || Date.now() - local.historyAt >= HISTORY_MILLIS) {
    local.historyAt = Date.now();
    read('history', {}, signal).then((history) => {
      local.history = history;
      view.draw();
    }, () => {});
  }
  return read('services', {}, signal);
}

export function expire(view) {
  view.local.historyAt = 0;
}

export function render(view) {
  const wanted = view.query.service;
  const items = view.data.items.filter((item) => !wanted || item.service === wanted);
  return [
    filters([{ name: 'service', label: 'Service', type: 'select', options: [['', 'all'], ...view.data.items.map((item) => [item.service, item.service])] }],
      view.query, (changes) => view.filter(changes)),
    h('p', { class: 'muted' }, 'States and errors are those this instance has seen. Forcing holds on all instances within 5 s.'),
    view.local.history ? timelineLegend() : null,
    items.length === 0 ? empty('There is no service of this name.') : items.map((item) => service(view, item)),
  ];
}

function service(view, item) {
  return section(item.service, `service-${item.service}`, { note: `${item.type} · ${item.provider ?? ''}` },
    item.refused ? notice('bad', `refused-${item.service}`, h('strong', {}, `The provider refuses our credentials (HTTP ${item.refused.status}) `), 'since ', when(item.refused.since), '. Correct the configuration and restart.') : null,
    item.degraded ? notice('warn', `degraded-${item.service}`, item.degraded) : null,
    (item.breakers ?? []).map((breaker) => breakerRow(view, breaker)),
    h('h3', {}, 'Last errors'),
    item.lastErrors?.length ? table([
      { name: 'Time', cell: (error) => when(error.at, { millis: true }) },
      { name: 'Operation', head: true, cell: (error) => error.operation },
      { name: 'Outcome', cell: (error) => f.words(error.outcome) },
      { name: 'HTTP', class: 'right', cell: (error) => error.httpStatus ?? '–' },
      { name: 'Code', cell: (error) => code(error.code) },
    ], item.lastErrors, { key: (error) => `${error.at} ${error.operation}`, label: `Last errors of ${item.service}`, test: `errors-${item.service}` })
      : empty('No error since this instance started.', `no-errors-${item.service}`));
}

function breakerRow(view, breaker) {
  const { history } = view.local;
  const spans = history?.breakers?.[breaker.name];
  const forced = FORCED.includes(breaker.state);
  return h('div', { class: 'breaker', 'data-key': breaker.name, 'data-testid': `breaker-${breaker.name}` },
    h('div', { class: 'breaker-head' }, h('strong', {}, breaker.name), badge(breaker.state),
      h('span', { class: 'muted small' },
        typeof breaker.failureRate === 'number' ? `failure rate ${Math.round(breaker.failureRate)} % ` : null,
        breaker.until ? [forced ? 'held until ' : 'next probe ', when(breaker.until)] : null, breaker.forcedBy ? ` by ${breaker.forcedBy}` : null),
      view.mayAct ? h('span', { class: 'row-actions' },
        button('Force…', () => force(view, breaker), { test: `force-${breaker.name}` }),
        breaker.state !== 'CLOSED' ? button('Reset…', () => reset(view, breaker), { test: `reset-${breaker.name}` }) : null) : null),
    spans ? h('div', { class: 'strip-scale' }, stateTimeline(breaker.name, spans, history.from, new Date().toISOString()),
      h('span', { class: 'muted small', 'aria-hidden': 'true' }, f.time(history.from).slice(-8, -3)), h('span', { class: 'muted small', 'aria-hidden': 'true' }, 'now')) : null);
}

const acted = (view, text) => () => {
  toast(text);
  view.refresh();
};

function force(view, breaker) {
  confirm(view.session, {
    title: `Force ${breaker.name}`,
    test: 'force',
    text: 'Open: no call passes; registrations wait instead of failing. Closed: every call passes, whatever its result. Afterwards the breaker is automatic again.',
    fields: [
      { name: 'action', label: 'State', type: 'select', options: [['force-open', 'open: block all calls'], ['force-closed', 'closed: let all calls pass']] },
      { name: 'for', label: 'For', type: 'select', options: HOLDS, value: 'PT10M' },
    ],
    confirm: 'Force',
    danger: true,
    run: (values) => task('circuit-breakers', { service: breaker.name, ...values }),
    done: acted(view, `${breaker.name} is forced.`),
    reload: view.refresh,
  });
}

function reset(view, breaker) {
  confirm(view.session, {
    title: `Reset ${breaker.name}`,
    test: 'reset',
    text: 'Closes the breaker, ends a hold and clears its counts: waiting calls continue, and charges that wait are sent.',
    confirm: 'Reset',
    run: (values) => task('circuit-breakers', { service: breaker.name, action: 'reset', ...values }),
    done: acted(view, `${breaker.name} is reset.`),
    reload: view.refresh,
  });
}

