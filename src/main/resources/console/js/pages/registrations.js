// The list of registrations: search, filters in the address, one page at a time from the service.

import { read } from '../api.js';
import { resendMatching } from '../actions.js';
import { ago, badge, button, code, due, empty, filters, registrationLink, table, when } from '../components.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { go, href } from '../router.js';

export const name = 'registrations';
export const interval = 5;
export const title = () => 'Registrations';
export const one = () => import('./registration.js');
export const summary = (view) => `${f.plural(view.data.items.length, 'registration')}${view.data.nextCursor ? ', and more' : ''}`;

const STATUSES = ['ACCEPTED', 'RUNNING', 'COMPENSATING', 'NEEDS_ATTENTION', 'COMPLETED', 'FAILED', 'CANCELLED'];
const FILTERS = ['status', 'userId', 'errorCode', 'createdAfter', 'createdBefore', 'q'];
const PAGE = 50;
const MESSAGE = /^(email|sms)_/;

export function load(view, signal) {
  const parameters = { limit: PAGE, cursor: view.query.cursor };
  for (const each of FILTERS) parameters[each] = view.query[each];
  return read('registrations', parameters, signal);
}

export function actions(view) {
  const { errorCode } = view.query;
  return view.mayAct && MESSAGE.test(errorCode ?? '')
    ? button('Resend to all that match…', () => resendMatching(view, view.query), { kind: 'primary', test: 'resend-all', shortcut: 'r' }) : null;
}

export const shortcuts = {
  r: ['Resend to all that match (with an e-mail or SMS error code)', (view) => {
    if (view.mayAct && MESSAGE.test(view.query.errorCode ?? '')) resendMatching(view, view.query);
  }],
};

export function render(view) {
  const { items, nextCursor } = view.data;
  return [
    filters([
      { name: 'q', label: 'Find one', placeholder: 'registration, row or user id, provider reference', wide: true },
      { name: 'status', label: 'Status', type: 'select', options: [['', 'all'], ...STATUSES.map((each) => [each, f.words(each)])] },
      { name: 'errorCode', label: 'Error code', placeholder: 'sms_unavailable' },
      { name: 'userId', label: 'User id' },
      { name: 'createdAfter', label: 'Created after (UTC)', type: 'time' },
      { name: 'createdBefore', label: 'Created before (UTC)', type: 'time' },
    ], view.query, (changes) => view.filter(changes)),
    items.length === 0 ? empty(FILTERS.some((each) => view.query[each]) ? 'No registration matches.' : 'No registration yet.')
      : table([
        { name: 'Registration', head: true, cell: (item) => registrationLink(item.id) },
        { name: 'User', class: 'long', cell: (item) => item.userId },
        { name: 'Status', cell: (item) => badge(item.status) },
        { name: 'Amount', class: 'right', cell: (item) => f.money(item.amount) },
        { name: 'Errors', cell: (item) => (item.errors?.length ? h('span', { class: 'codes' }, item.errors.map(code)) : '–') },
        { name: 'Waiting for', cell: waiting },
        { name: 'Created', cell: (item) => when(item.createdAt) },
        { name: 'Duration', class: 'right', cell: (item) => f.duration(f.secondsBetween(item.createdAt, item.finishedAt ?? new Date())) },
      ], items, { key: (item) => item.id, address: (item) => href('registrations', item.id), label: 'Registrations', test: 'registrations' }),
    paging(view, nextCursor),
  ];
}

function waiting(item) {
  if (item.openRows) return item.nextTryAt ? ['next try ', due(item.nextTryAt)] : badge('NEEDS_ATTENTION', 'yours now', 'bad');
  const wait = item.waitingOn;
  return wait ? [`${wait.service}: ${f.words(wait.reason)}`, wait.until ? [', ', ago(wait.until)] : null] : '–';
}

/** Keyset paging: the service gives the next page's cursor; the way back is remembered here. */
function paging(view, next) {
  const { cursor } = view.query;
  const before = (view.local.before ??= new Map());
  if (!cursor && !next) return null;
  const turn = (to) => go(href('registrations', null, { ...view.query, cursor: to }));
  return h('nav', { class: 'pager', 'aria-label': 'Pages of the list', 'data-testid': 'pager' },
    button('First page', () => turn(''), { disabled: !cursor, test: 'page-first' }),
    button('Previous', () => turn(before.get(cursor) ?? ''), { disabled: !cursor || !before.has(cursor), test: 'page-previous' }),
    button('Next', () => { before.set(next, cursor ?? ''); turn(next); }, { disabled: !next, test: 'page-next' }));
}
