// One batch: progress, result per item, pause, resume, cancel.

import { task } from '../api.js';
import { changeBatch, replayMatching } from '../actions.js';
import { badge, button, code, empty, facts, filters, link, notice, pager, registrationLink, section, table, when } from '../components.js';
import { announce, h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'batch';
export const interval = 2;
export const title = (view) => `Batch ${f.shortId(view.id)}`;

const RESULTS = [['verified', 'VERIFIED'], ['stillFailing', 'STILL_FAILING'], ['unknown', 'UNKNOWN'], ['alreadyClosed', 'ALREADY_CLOSED'], ['cancelled', 'CANCELLED'], ['waiting', 'WAITING']];
const PAGE = 50;

const NUMBER = { name: '#', class: 'right', cell: (item) => f.number(item.position) };
const RESULT = [
  { name: 'Result', cell: (item) => badge(item.result) },
  { name: 'Error', cell: (item) => code(item.errorCode) },
];
const ROWS = [
  NUMBER,
  { name: 'Row', head: true, cell: (item) => h('span', { class: 'mono', title: item.id }, f.shortId(item.id)) },
  { name: 'Action', cell: (item) => f.words(item.action) },
  ...RESULT,
  { name: 'State', cell: (item) => badge(item.state) },
  { name: 'Amount', class: 'right', cell: (item) => (item.amount === null || item.amount === undefined ? '–' : f.money(item)) },
  { name: 'Registration', cell: (item) => registrationLink(item.registrationId) },
];
const MESSAGES = [
  NUMBER,
  { name: 'Registration', head: true, cell: (item) => registrationLink(item.registrationId) },
  { name: 'Messages', cell: (item) => item.channels?.join(', ') ?? '–' },
  ...RESULT,
];

export async function load(view, signal) {
  const batch = await task('compensation-batch', { batch: view.id }, signal);
  if (view.local.state && view.local.state !== batch.state) announce(`The batch is ${f.words(batch.state)}: ${batch.verified} verified.`);
  view.local.state = batch.state;
  return batch;
}

export function actions(view) {
  if (!view.mayAct) return null;
  const { state } = view.data;
  const act = (action, text, kind = '') => button(text, () => changeBatch(view, { batchId: view.id }, action), { test: `batch-${action}`, kind });
  return [
    state === 'RUNNING' ? act('pause', 'Pause…') : null,
    state === 'PAUSED' || state === 'STOPPED' ? act('resume', 'Resume…', 'primary') : null,
    ['RUNNING', 'PAUSED', 'STOPPED'].includes(state) ? act('cancel', 'Cancel…') : null,
    state === 'DONE' && view.data.stillFailing > 0 && view.data.kind !== 'resend'
      ? button('Replay what is still open…', () => replayMatching(view, {}), { test: 'batch-again' }) : null,
  ];
}

export function render(view) {
  const batch = view.data;
  const items = batch.items ?? [];
  const total = items.length || batch.total || 0;
  const finished = total - (batch.waiting ?? 0);
  const all = batch.state === 'DONE' && batch.verified + batch.alreadyClosed === total;
  const wanted = view.query.result;
  const matching = wanted ? items.filter((item) => item.result === wanted) : items;
  const page = Math.min(Math.max(0, Number(view.query.page) - 1 || 0), Math.max(0, Math.ceil(matching.length / PAGE) - 1));
  return [
    all ? notice('good', 'batch-verified', h('strong', {}, `All ${f.number(total)} are repaired and verified. `), link(href('now'), 'Back to Now')) : null,
    batch.note ? notice('warn', 'batch-note', batch.note) : null,
    section('Progress', 'batch-progress', {},
      h('div', { class: 'bar-row' }, badge(batch.state), h('progress', { class: 'wide', max: Math.max(1, total), value: finished, 'aria-label': 'Progress', 'data-testid': 'progress' }),
        h('strong', { 'data-testid': 'progress-text' }, `${f.number(finished)} of ${f.number(total)}`)),
      h('ul', { class: 'counts' }, RESULTS.map(([key, result]) => h('li', {},
        h('a', { href: href('batches', view.id, wanted === result ? {} : { result }), 'aria-current': wanted === result ? 'true' : null, 'data-testid': `count-${result}` },
          badge(result), ' ', h('strong', {}, f.number(batch[key] ?? 0)))))),
      facts([
        ['Batch', h('span', { class: 'mono' }, view.id)], ['Kind', batch.kind], ['Rate', batch.rate ? `${batch.rate} a second` : null], ['Created', when(batch.createdAt)],
        ['Finished', batch.finishedAt ? when(batch.finishedAt) : null], ['Actor', batch.actor], ['Reason', batch.reason],
      ])),
    filters([{ name: 'result', label: 'Result', type: 'select', options: [['', 'all'], ...RESULTS.map(([, result]) => [result, f.words(result)])] }], view.query,
      (changes) => view.filter({ ...changes, page: '' })),
    matching.length === 0 ? empty('No item.') : table(batch.kind === 'resend' ? MESSAGES : ROWS, matching.slice(page * PAGE, (page + 1) * PAGE), {
      key: (item) => `${item.position}`, address: (item) => (item.registrationId ? href('registrations', item.registrationId) : null), label: 'Items of the batch', test: 'batch-items',
    }),
    pager(page, PAGE, matching.length, (to) => view.filter({ page: to ? String(to + 1) : '' })),
  ];
}
