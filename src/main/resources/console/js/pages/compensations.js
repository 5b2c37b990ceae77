// Undo work: filter, select, replay what is selected or all that matches.

import { task } from '../api.js';
import { FILTER_NAMES, refundAgain, replayMatching, replayRows, resolveRow } from '../actions.js';
import { badge, button, code, due, empty, filters, notice, pager, registrationLink, table, when } from '../components.js';
import { announce, h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'compensations';
export const interval = 5;
export const title = () => 'Compensations';
export const summary = (view) => f.plural(view.data.items.length, 'row');

const STATES = ['OPEN', 'RUNNING', 'PLANNED', 'DONE', 'RESOLVED'];
const ACTIONS = ['refund', 'resolve_payment', 'delete_account', 'delete_profile', 'save_account'];
const SERVICES = ['payment', 'profile', 'database'];
const AGES = [['', 'any age'], ['PT5M', '5 minutes'], ['PT20M', '20 minutes'], ['PT1H', '1 hour'], ['PT6H', '6 hours'], ['P1D', '1 day']];
const PAGE = 50;
const LISTED = 1000;

export const shortcuts = {
  r: ['Replay all that match', (view) => view.mayAct && replayMatching(view, view.query)],
  s: ['Replay the selected rows', (view) => view.mayAct && chosen(view).length && replayRows(view, chosen(view))],
};

export function load(view, signal) {
  const parameters = { limit: LISTED };
  for (const each of FILTER_NAMES) parameters[each] = view.query[each];
  return task('compensations', parameters, signal);
}

const selection = (view) => (view.local.selected ??= new Set());
/** A row that was closed since it was selected is not replayed. */
const replayable = (item) => item.state === 'OPEN';
const chosen = (view) => view.data.items.filter((item) => replayable(item) && selection(view).has(item.id));

export function actions(view) {
  return view.mayAct && view.data.items.some(replayable)
    ? button('Replay all that match…', () => replayMatching(view, view.query), { kind: 'primary', test: 'replay-matching', shortcut: 'r' }) : null;
}

export function render(view) {
  const { items, leftOut, allOpenRows, allAtRisk } = view.data;
  const everything = view.query.status === 'OPEN' && FILTER_NAMES.every((each) => each === 'status' || !view.query[each]);
  const atRisk = everything ? allAtRisk : view.data.atRisk;
  const selected = selection(view);
  const count = chosen(view).length;
  const pages = Math.max(1, Math.ceil(items.length / PAGE));
  const page = Math.min(Math.max(0, Number(view.query.page) - 1 || 0), pages - 1);
  const shown = items.slice(page * PAGE, (page + 1) * PAGE);
  const select = (id, on) => {
    if (on) selected.add(id);
    else selected.delete(id);
    view.draw();
  };
  return [
    filters([
      { name: 'status', label: 'State', type: 'select', options: [['', 'all, unfinished first'], ...STATES.map((each) => [each, f.words(each)])] },
      { name: 'action', label: 'Action', type: 'select', options: [['', 'all'], ...ACTIONS.map((each) => [each, f.words(each)])] },
      { name: 'service', label: 'Service', type: 'select', options: [['', 'all'], ...SERVICES.map((each) => [each, each])] },
      { name: 'errorCode', label: 'Last error', placeholder: 'payment_unavailable' },
      { name: 'olderThan', label: 'Open longer than', type: 'select', options: AGES },
      { name: 'registration', label: 'Registration', placeholder: 'id' },
    ], view.query, (changes) => {
      selected.clear();
      view.filter({ ...changes, page: '' });
    }),
    h('p', { class: 'sum', 'data-testid': 'sum' },
      h('strong', { 'data-testid': 'sum-rows' }, f.plural(items.length + (leftOut ?? 0), 'row')), ', ',
      h('strong', { 'data-testid': 'sum-risk' }, f.sums(atRisk) ?? 'no money'), ' at risk',
      everything ? null : h('span', { class: 'muted' }, ` · everywhere ${f.plural(allOpenRows ?? 0, 'open row')}, ${f.sums(allAtRisk) ?? 'no money'} at risk`)),
    leftOut ? notice('quiet', 'left-out', `The list shows the first ${f.number(items.length)}; ${f.number(leftOut)} more match.${everything ? '' : ' The sum is of the rows shown.'}`) : null,
    count ? h('div', { class: 'selection', 'data-testid': 'selection' },
      h('strong', {}, `${f.plural(count, 'row')} selected`),
      button(`Replay ${f.number(count)} selected…`, () => replayRows(view, chosen(view)), { test: 'replay-selected', shortcut: 's' }),
      button('Clear selection', () => { selected.clear(); view.draw(); announce('Nothing is selected.'); }, { kind: 'plain', test: 'selection-clear' })) : null,
    items.length === 0 ? empty(FILTER_NAMES.some((each) => view.query[each]) ? 'No row matches.' : 'No undo work.')
      : table(columns(view), shown, {
        key: (item) => item.id, address: (item) => href('registrations', item.registrationId),
        ...(view.mayAct ? { selected, onselect: select, selectable: replayable } : {}), label: 'Undo work', test: 'compensations',
      }),
    pager(page, PAGE, items.length, (to) => view.filter({ page: to ? String(to + 1) : '' })),
  ];
}

const columns = (view) => [
  { name: 'Row', head: true, cell: (item) => h('span', { class: 'mono', title: item.id }, f.shortId(item.id)) },
  { name: 'Action', cell: (item) => f.words(item.action) },
  { name: 'State', cell: (item) => badge(item.state) },
  { name: 'Amount', class: 'right', cell: (item) => (item.amount === null || item.amount === undefined ? '–' : f.money(item)) },
  { name: 'Last error', cell: (item) => code(item.lastErrorCode) },
  { name: 'Tries', class: 'right', cell: (item) => f.number(item.attempts) },
  { name: 'Next try', cell: nextTry },
  { name: 'Opened', cell: (item) => when(item.openedAt) },
  { name: 'Registration', cell: (item) => registrationLink(item.registrationId) },
  ...(view.mayAct ? [{ name: 'Act', class: 'acts', cell: (item) => rowActions(view, item) }] : []),
];

/** "Still trying" and "yours now" look different. */
export function nextTry(item) {
  if (item.state === 'RUNNING') return ['trying now', item.attemptUntil ? [', until ', when(item.attemptUntil)] : null];
  if (item.state !== 'OPEN') return item.closedAt ? ['closed ', when(item.closedAt), item.closedBy ? ` by ${item.closedBy}` : ''] : '–';
  return item.nextTryAt ? due(item.nextTryAt) : badge('NEEDS_ATTENTION', 'yours now', 'bad');
}

export function rowActions(view, item) {
  const act = [];
  if (item.state === 'OPEN') {
    act.push(button('Replay…', () => replayRows(view, [item]), { test: 'row-replay' }),
      button('Resolve…', () => resolveRow(view, item), { test: 'row-resolve' }));
  }
  if (item.action === 'refund' && item.state === 'DONE') {
    act.push(button('Refund again…', () => refundAgain(view, item), { test: 'row-refund-again' }));
  }
  return act.length ? h('span', { class: 'row-actions' }, act) : '–';
}
