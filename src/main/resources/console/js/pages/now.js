// What is broken, what it costs, whether the service is repairing it, and what an operator can do.

import { read, task } from '../api.js';
import * as actions from '../actions.js';
import { ago, badge, button, code, empty, link, outside, section, when } from '../components.js';
import { plot, stateTimeline, timelineLegend } from '../charts.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'now';
export const interval = 5;
export const title = () => 'Now';

const HISTORY_MILLIS = 15_000;
const MESSAGES = ['email', 'sms'];
const IN_FLIGHT = ['ACCEPTED', 'RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION'];

export const shortcuts = {
  r: ['Replay all open rows', (view) => total(view) > 0 && view.mayAct && replay(view, {})],
  m: ['Resend failed messages', (view) => view.mayAct && messages(view)[0] && resend(view, messages(view)[0])],
};

/** The hour's plots and the failures are read less often; without them the page still shows the rest. */
export async function load(view, signal) {
  const { local } = view;
  if (!local.slowAt || Date.now() - local.slowAt >= HISTORY_MILLIS) {
    local.slowAt = Date.now();
    Promise.allSettled([read('history', {}, signal), read('failures', { since: 'PT24H' }, signal)]).then(([history, failures]) => {
      if (signal.aborted) return;
      local.history = history.value ?? local.history;
      local.historyError = history.reason;
      local.failures = failures.value ?? local.failures;
      local.failuresError = failures.reason;
      view.draw();
      countMessages(view, signal);
    });
  }
  return { now: await read('now', {}, signal) };
}

/** After an action the slow parts are read again as well. */
export function expire(view) {
  view.local.slowAt = 0;
}

/** Only what the list is about: an older message stays as it is. */
const shown = (view, item) => ({ errorCode: item.code, service: item.service, createdAfter: view.local.failures?.since });

/** How many messages of each error code a resend would send now: those that were resent are in the failures all the same. */
async function countMessages(view, signal) {
  const { local } = view;
  const items = (local.failures?.items ?? []).filter((item) => MESSAGES.includes(item.service)).slice(0, 4);
  if (!view.mayAct) {
    local.messages = items;
    view.draw();
    return;
  }
  const counted = await Promise.allSettled(items.map((item) =>
    task('notification-resend', { ...shown(view, item), limit: 1, dryRun: 'true' }, signal)));
  if (signal.aborted) return;
  local.messages = items.map((item, at) => {
    const plan = counted[at].value;
    return { ...item, registrations: plan ? plan.items.length + (plan.leftOut ?? 0) : item.registrations };
  });
  view.draw();
}

const total = (view) => Object.values(view.data.now.openRows ?? {}).reduce((sum, each) => sum + each, 0);
const messages = (view) => (view.local.messages ?? []).filter((item) => item.registrations > 0);
const replay = (view, filter) => actions.replayMatching(view, filter, { stay: true, title: filter.action ? `Replay: ${f.words(filter.action)}` : 'Replay all open rows' });
const resend = (view, item) => actions.resendMatching(view, shown(view, item), { stay: true });

export function render(view) {
  const { now } = view.data;
  return [
    attention(view, now),
    figures(now),
    h('div', { class: 'grid two' }, repair(view, now), failures(view)),
    h('div', { class: 'grid two' }, breakers(view, now), machine(now)),
    plots(view),
  ];
}

/** Firing alerts and degraded conditions; one calm line if there are none. */
function attention(view, now) {
  const alerts = now.alerts ?? [];
  const conditions = (now.conditions ?? []).filter((each) => each.degraded);
  if (alerts.length + conditions.length === 0) {
    return h('p', { class: 'all-well', 'data-testid': 'all-well' }, badge('COMPLETED', 'Nothing needs attention', 'good'));
  }
  return section('Needs attention', 'attention', {},
    h('ul', { class: 'list' },
      alerts.map((alert) => h('li', { 'data-testid': 'alert', 'data-name': alert.name },
        badge(String(alert.severity).toLowerCase()), ' ',
        outside(alert.link, alert.summary), h('span', { class: 'muted small' }, alert.name),
        alert.runbook ? outside(alert.runbook, 'Runbook', { class: 'small' }) : null)),
      conditions.map((each) => h('li', { 'data-testid': 'condition', 'data-name': each.name },
        badge('degraded'), ' ', h('strong', {}, each.name), ' ', h('span', {}, each.message)))));
}

function figure(test, address, label, value, note, tone = '', many = false) {
  return h('a', { class: `tile ${tone}`, href: address, 'data-testid': `tile-${test}` },
    h('span', { class: 'tile-label' }, label), h('span', { class: many ? 'tile-value many' : 'tile-value' }, value), h('span', { class: 'tile-note' }, note));
}

function figures(now) {
  const { success, latency, inFlight } = now;
  const missed = success?.ratio !== null && success?.ratio !== undefined && success.ratio < success.objective;
  const live = inFlight ? IN_FLIGHT.reduce((sum, each) => sum + (inFlight[each] ?? 0), 0) : null;
  const attention = inFlight?.NEEDS_ATTENTION ?? null;
  const rows = now.openRows ? Object.values(now.openRows).reduce((sum, each) => sum + each, 0) : null;
  const slow = latency?.p99 !== null && latency?.p99 !== undefined && latency.p99 > latency.objectiveSeconds;
  return h('div', { class: 'tiles', 'data-testid': 'tiles' },
    figure('money', href('compensations', null, { status: 'OPEN' }), 'Money at risk', now.moneyAtRisk ? (now.moneyAtRisk.length ? now.moneyAtRisk.map((each) => h('span', {}, f.money(each))) : 'none') : '–',
      now.unresolvedSince ? `since ${f.time(now.unresolvedSince)}` : now.moneyAtRisk ? 'no open charge' : 'unknown', now.moneyAtRisk?.length ? 'bad' : '', now.moneyAtRisk?.length > 1),
    figure('open-rows', href('compensations', null, { status: 'OPEN' }), 'Open rows', f.number(rows),
      rows ? (now.nextTryAt ? `next automatic try ${f.due(now.nextTryAt)}` : 'no automatic try: yours now') : rows === 0 ? 'nothing to undo' : 'unknown', rows ? 'bad' : ''),
    figure('attention', href('registrations', null, { status: 'NEEDS_ATTENTION' }), 'Need attention', f.number(attention), live === null ? 'unknown' : `of ${f.number(live)} in flight`, attention ? 'bad' : ''),
    figure('in-flight', href('registrations', null, { status: 'RUNNING' }), 'In flight', f.number(live),
      live === null ? 'unknown' : now.oldestInFlightSeconds == null ? 'none is waiting' : `oldest ${f.duration(now.oldestInFlightSeconds)}`),
    figure('success', href('failures'), `Success, ${f.duration(success?.windowSeconds ?? null)}`, f.percent(success?.ratio),
      success ? `objective ${f.percent(success.objective, 1)}, without declines` : 'unknown', missed ? 'bad' : ''),
    figure('latency', href('registrations', null, { status: 'COMPLETED' }), 'Latency p99', f.duration(latency?.p99),
      `p50 ${f.duration(latency?.p50)}, objective ${f.duration(latency?.objectiveSeconds)}`, slow ? 'warn' : ''));
}

function repair(view, now) {
  const rows = Object.entries(now.openRows ?? {}).filter(([, count]) => count > 0);
  const failed = messages(view);
  const body = [];
  if (!now.openRows) body.push(empty('The open rows are unknown: PostgreSQL does not answer.', 'repair-unknown'));
  else if (rows.length + failed.length === 0) body.push(empty('No open row, no failed message.', 'repair-empty'));
  else {
    body.push(h('ul', { class: 'list spread' },
      rows.map(([action, count]) => h('li', { 'data-key': action, 'data-testid': `open-${action}` },
        link(href('compensations', null, { status: 'OPEN', action }), f.openRows(action, count)),
        view.mayAct ? button('Replay…', () => replay(view, { action }), { test: `replay-${action}` }) : null)),
      failed.map((item) => h('li', { 'data-key': item.code, 'data-testid': `messages-${item.code}` },
        link(href('registrations', null, { errorCode: item.code }), [`${f.plural(item.registrations, 'registration')} with `, code(item.code)]),
        view.mayAct ? button('Resend…', () => resend(view, item), { test: `resend-${item.code}` }) : null))));
  }
  return section('To repair', 'repair', {
    actions: rows.length && view.mayAct ? button('Replay all open rows…', () => replay(view, {}), { kind: 'primary', test: 'replay-all', shortcut: 'r' }) : null,
  },
  body,
  now.batches?.length ? h('div', { class: 'batches' }, h('h3', {}, 'Batches under way'), h('ul', { class: 'list' }, now.batches.map((batch) =>
    h('li', { 'data-key': batch.id, 'data-testid': 'now-batch' }, link(href('batches', batch.id), f.shortId(batch.id), { class: 'mono' }), badge(batch.state),
      h('progress', { max: batch.total, value: batch.done, 'aria-label': `Batch ${f.shortId(batch.id)}` }), h('span', { class: 'small' }, `${f.number(batch.done)} of ${f.number(batch.total)}`))))) : null);
}

function failures(view) {
  const items = view.local.failures?.items ?? null;
  return section('Failures, last 24 h', 'now-failures', { actions: link(href('failures'), 'All failures') },
    items == null ? empty(view.local.failuresError?.message ?? 'Loading…', 'now-failures-empty')
      : items.length === 0 ? empty('No failure in the last 24 hours.')
        : h('ul', { class: 'list spread' }, items.slice(0, 6).map((item) => h('li', { 'data-key': `${item.service} ${item.code}` },
          h('span', {}, item.service, ' ', link(href('registrations', null, { errorCode: item.code }), item.code, { class: 'mono' })),
          h('span', { class: 'small' }, `${f.number(item.registrations)}, last `, ago(item.latestAt))))));
}

function breakers(view, now) {
  const history = view.local.history;
  const names = Object.keys(history?.breakers ?? {});
  const open = now.breakers ?? [];
  return section('Circuit breakers', 'now-breakers', { actions: link(href('services'), 'Services') },
    open.length ? h('ul', { class: 'list' }, open.map((each) => h('li', { 'data-key': each.name, 'data-testid': 'open-breaker' },
      link(href('services', null, { service: each.name.split('-')[0] }), each.name), badge(each.state), each.until ? h('span', { class: 'small muted' }, 'until ', when(each.until)) : null)))
      : !now.breakers ? null : h('p', { class: 'muted' }, 'All breakers are closed.'),
    names.length ? [h('div', { class: 'strips' }, names.map((each) => h('div', { class: 'strip-row', 'data-key': each }, h('span', { class: 'small' }, each),
      stateTimeline(each, history.breakers[each], history.from, now.at)))), timelineLegend()] : null);
}

function machine(now) {
  const { worker } = now;
  return section('Machine', 'now-machine', {}, h('dl', { class: 'facts' },
    [
      ['Worker', worker ? link(href('workers'), badge(worker.state)) : '–'],
      ['Temporal', worker ? badge(worker.temporalReachable ? 'POLLING' : 'FAILED', worker.temporalReachable ? 'answers' : 'does not answer') : '–'],
      ['Next automatic try', now.nextTryAt ? link(href('compensations', null, { status: 'OPEN' }), [f.due(now.nextTryAt), ' (', when(now.nextTryAt), ')']) : now.openRows ? 'none planned' : 'unknown'],
      ['Oldest in flight', link(href('registrations', null, { status: 'RUNNING' }), f.duration(now.oldestInFlightSeconds))],
      ...IN_FLIGHT.map((status) => [f.words(status), link(href('registrations', null, { status }), f.number(now.inFlight?.[status]))]),
      ['Ended in the window', now.success ? [
        link(href('registrations', null, { status: 'COMPLETED' }), `${f.number(now.success.completed)} completed`), ', ',
        link(href('failures'), `${f.number(now.success.failed)} failed`), ', ',
        link(href('registrations', null, { errorCode: 'payment_declined' }), `${f.number(now.success.declined)} declined`)] : '–'],
    ].map(([label, value]) => h('div', {}, h('dt', {}, label), h('dd', {}, value)))));
}

function plots(view) {
  const { history, historyError } = view.local;
  if (!history) return historyError ? empty(`The last hour could not be read: ${historyError.message}`, 'plots-error') : empty('Loading the last hour…', 'plots-loading');
  if (history.at.length < 2) return empty('The plots begin half a minute after the start of this instance.', 'plots-empty');
  const { at, series } = history;
  const objective = view.data.now.latency?.objectiveSeconds;
  const line = (label, tone, values, format = f.number) => ({ name: label, tone, values: values ?? [], format });
  return section('Last hour of this instance', 'plots', { note: `every ${history.stepSeconds} s, UTC` }, h('div', { class: 'grid plots' },
    plot('Ends', 'plot-ends', { at, series: [line('completed', 'series-1', series.completed), line('failed', 'series-2', series.failed), line('declined', 'series-3', series.declined), line('needs attention', 'series-4', series.needsAttention)] }),
    plot('In flight', 'plot-in-flight', { at, series: [line('registrations', 'series-1', series.inFlight)] }),
    plot('Latency', 'plot-latency', { at, mark: objective ? { name: 'objective', value: objective } : null,
      series: [line('p50', 'series-1', series.p50, f.duration), line('p99', 'series-3', series.p99, f.duration)] }),
    plot('Rows with money at risk', 'plot-risk', { at, series: [line('rows', 'series-2', series.moneyAtRiskRows)] })));
}
