// Who did what, and why; with filters, and as a file.

import { task } from '../api.js';
import { button, empty, filters, notice, pager, table, when } from '../components.js';
import { toast } from '../dialogs.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'audit';
export const interval = 15;
export const title = () => 'Audit';
export const summary = (view) => f.plural(view.data.items.length, 'entry', 'entries');

const FILTERS = ['actor', 'action', 'subject', 'after', 'before'];
const MOST = 1000;
const PAGE = 50;
const COLUMNS = ['id', 'at', 'actor', 'action', 'subject', 'reason', 'detail'];
const ACTIONS = ['compensation-replay', 'compensation-batch', 'compensation-resolve', 'refund-again', 'registration-cancel', 'registration-retry', 'registration-inquire',
  'notification-resend', 'personal-data', 'circuit-breakers', 'worker', 'reconcile', 'erase', 'sign-in'];

export function load(view, signal) {
  const parameters = { limit: MOST };
  for (const each of FILTERS) parameters[each] = view.query[each];
  return task('audit', parameters, signal);
}

export function actions(view) {
  return [
    button('Export JSON', () => save(view, 'json'), { test: 'export-json' }),
    button('Export CSV', () => save(view, 'csv'), { test: 'export-csv' }),
  ];
}

export function render(view) {
  const { items, leftOut } = view.data;
  const page = Math.min(Math.max(0, Number(view.query.page) - 1 || 0), Math.max(0, Math.ceil(items.length / PAGE) - 1));
  return [
    filters([
      { name: 'actor', label: 'Actor' },
      { name: 'action', label: 'Action', type: 'select', options: [['', 'all'], ...ACTIONS.map((each) => [each, each])] },
      { name: 'subject', label: 'Subject', placeholder: 'registration:0f8e…' },
      { name: 'after', label: 'After (UTC)', type: 'time' },
      { name: 'before', label: 'Before (UTC)', type: 'time' },
    ], view.query, (changes) => view.filter({ ...changes, page: '' })),
    leftOut ? notice('quiet', 'left-out', `The newest ${f.number(items.length)} are shown; ${f.number(leftOut)} older entries match and are left out.`) : null,
    items.length === 0 ? empty(FILTERS.some((each) => view.query[each]) ? 'No entry matches.' : 'Nobody has changed anything yet.') : table([
      { name: 'Time', cell: (item) => when(item.at) },
      { name: 'Actor', class: 'long', cell: (item) => item.actor },
      { name: 'Action', head: true, cell: (item) => item.action },
      { name: 'Subject', class: 'long', cell: (item) => subject(item.subject) },
      { name: 'Reason', class: 'long', cell: (item) => item.reason ?? '–' },
      { name: 'Detail', class: 'long', cell: (item) => detail(item.detail) },
    ], items.slice(page * PAGE, (page + 1) * PAGE), { key: (item) => String(item.id), label: 'Audit log', test: 'audit' }),
    pager(page, PAGE, items.length, (to) => view.filter({ page: to ? String(to + 1) : '' })),
  ];
}

const SUBJECTS = { registration: 'registrations', batch: 'batches' };

/** The subject, as a link if the console has a page for it. */
function subject(text) {
  const [kind, id] = String(text ?? '–').split(/:(.*)/s);
  return SUBJECTS[kind] && id ? h('a', { href: href(SUBJECTS[kind], id), title: text }, `${kind} `, h('span', { class: 'mono' }, f.shortId(id))) : String(text ?? '–');
}

/** What the numbers and codes of a detail are; of any other field its name is said. */
const DETAILS = {
  items: (value) => f.plural(value, 'item'),
  rate: (value) => `${value} a second`,
  limit: (value) => `at most ${f.plural(value, 'registration')}`,
  until: (value) => `until ${f.time(value)}`,
  n: (value) => `resend ${value}`,
};

function detail(value) {
  const parts = Object.entries(value ?? {}).filter(([, inner]) => inner !== null && !(Array.isArray(inner) && inner.length === 0));
  if (parts.length === 0) return '–';
  return h('span', { class: 'small' }, parts.map(([field, inner]) =>
    (DETAILS[field] ? DETAILS[field](inner) : `${f.words(field.replace(/([A-Z])/g, ' $1'))}: ${f.plain(inner)}`)).join(', '));
}

/** Saves what the filters match, as read from the service just now. */
async function save(view, format) {
  try {
    const { items, leftOut } = await load(view);
    const text = format === 'json' ? `${JSON.stringify(items, null, 2)}\n` : csv(items);
    const type = format === 'json' ? 'application/json' : 'text/csv;charset=utf-8';
    const url = URL.createObjectURL(new Blob([text], { type }));
    h('a', { href: url, download: `registrar-audit-${new Date().toISOString().slice(0, 19).replaceAll(':', '')}.${format}` }).click();
    setTimeout(() => URL.revokeObjectURL(url), 1000);
    toast(`${f.plural(items.length, 'entry', 'entries')} exported${leftOut ? `; ${f.number(leftOut)} older ones are left out` : ''}.`);
  } catch (error) {
    toast(error.message);
  }
}

/** RFC 4180. A cell that a spreadsheet would take for a formula begins with an apostrophe. */
function csv(items) {
  const cell = (value) => {
    let text = value === null || value === undefined ? '' : typeof value === 'object' ? JSON.stringify(value) : String(value);
    if (/^[=+\-@\t\r]/.test(text)) text = `'${text}`;
    return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
  };
  return [COLUMNS, ...items.map((item) => COLUMNS.map((column) => item[column]))].map((row) => row.map(cell).join(',')).join('\r\n').concat('\r\n');
}
