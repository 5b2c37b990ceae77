// The parts that all pages are made of.

import { h } from './dom.js';
import * as f from './format.js';
import { go, href, safe } from './router.js';

// ---- States as colour, shape and text ----

const TONES = {
  good: ['COMPLETED', 'SUCCEEDED', 'DONE', 'RESOLVED', 'VERIFIED', 'ALREADY_CLOSED', 'CLOSED', 'POLLING', 'agrees', 'applied', 'sent'],
  bad: ['FAILED', 'OPEN', 'NEEDS_ATTENTION', 'STILL_FAILING', 'STOPPED', 'FORCED_OPEN', 'differs', 'page', 'refused'],
  warn: ['UNKNOWN', 'WAITING', 'COMPENSATING', 'HALF_OPEN', 'FORCED_CLOSED', 'PAUSED', 'PAUSING', 'CONNECTING', 'DISABLED',
    'no_answer', 'unknown', 'ticket', 'degraded'],
  busy: ['RUNNING', 'ACCEPTED'],
};

const tone = (state) => Object.keys(TONES).find((name) => TONES[name].includes(state)) ?? 'quiet';

/** A state as a word with a coloured shape: circle good, triangle bad, diamond to watch, ring under way. */
export function badge(state, text = f.words(state), wanted = tone(state)) {
  if (!state) return '–';
  return h('span', { class: `badge ${wanted}`, 'data-state': state }, h('span', { class: 'shape', 'aria-hidden': 'true' }), text);
}

// ---- Small parts ----

/** A time, with how long ago it was. */
export function when(iso, options) {
  if (!iso) return '–';
  return h('time', { datetime: iso, title: `${iso} (${f.relative(iso)})` }, f.time(iso, options));
}

export function ago(iso) {
  if (!iso) return '–';
  return h('time', { datetime: iso, title: iso }, f.relative(iso));
}

/** The time of the next try. */
export function due(iso) {
  return iso ? h('time', { datetime: iso, title: iso }, f.due(iso)) : '–';
}

export const link = (address, text, attributes = {}) => h('a', { href: address, ...attributes }, text);

/** A link that the service gave; text if it is not one to follow. */
export function outside(address, text, attributes = {}) {
  const target = safe(address);
  if (!target) return text;
  const away = target.startsWith('#') ? {} : { target: '_blank', rel: 'noopener noreferrer' };
  return h('a', { href: target, ...away, ...attributes }, text);
}

export const registrationLink = (id, short = true) =>
  link(href('registrations', id), short ? f.shortId(id) : id, { class: 'mono', title: id });

export function button(text, onclick, { kind = '', test = null, disabled = false, title = null, shortcut = null } = {}) {
  return h('button', { type: 'button', class: `button ${kind}`, onclick, disabled, title, 'data-testid': test,
    'aria-keyshortcuts': shortcut }, text);
}

export function section(title, test, attributes, ...children) {
  const { actions, note, ...rest } = attributes ?? {};
  return h('section', { class: 'card', 'aria-label': title, 'data-key': test, 'data-testid': test, ...rest },
    h('div', { class: 'card-head' }, h('h2', {}, title), note ? h('span', { class: 'muted' }, note) : null,
      actions ? h('div', { class: 'actions' }, actions) : null),
    ...children);
}

/** Names and values; pairs whose value is null are left out. */
export function facts(pairs, test = null) {
  return h('dl', { class: 'facts', 'data-testid': test },
    pairs.filter((pair) => pair && pair[1] !== null && pair[1] !== undefined)
      .map(([name, value]) => h('div', {}, h('dt', {}, name), h('dd', {}, value))));
}

export function notice(kind, test, ...children) {
  return h('div', { class: `notice ${kind}`, 'data-testid': test, role: kind === 'bad' ? 'alert' : null },
    h('span', { class: 'shape', 'aria-hidden': 'true' }), h('div', {}, ...children));
}

export const empty = (text, test = 'empty') => h('p', { class: 'empty', 'data-testid': test }, text);

export function loading() {
  return h('div', { class: 'loading', 'data-testid': 'loading' }, h('span', { class: 'spinner', 'aria-hidden': 'true' }), 'Loading…');
}

/** Why there is nothing to show. A page that polls tries again by itself. */
export function failure(error, retry, { polls = false } = {}) {
  const missing = error.status === 404;
  return h('div', { class: 'failure', role: 'alert', 'data-testid': 'error' },
    h('h2', {}, missing ? 'Not found' : error.status === 0 ? 'No answer' : 'This could not be read'),
    h('p', {}, error.message, polls && !missing ? ' This page tries again by itself.' : null),
    missing ? link(href('now'), 'Back to Now') : button(polls ? 'Try now' : 'Try again', retry, { test: 'retry' }));
}

/** A code; it may break after an underscore. */
export function code(text) {
  if (!text) return '–';
  return h('code', {}, String(text).split(/(?<=_)/).flatMap((part, at) => (at ? [h('wbr'), part] : [part])));
}

// ---- Tables ----

/**
 * A table that becomes cards on a narrow screen. One row is in the tab order; arrow keys (or j and k) move, Enter opens
 * the row, Space selects it (or opens it, if rows cannot be selected).
 *
 * @param columns `{name, cell(item), class, head}`; the first that has `head: true` names its row
 * @param options `key(item)`, `address(item)`, `selected` (a Set of keys), `onselect(key, on)`, `selectable(item)`, `label`, `test`
 */
export function table(columns, items, { key, address, selected, onselect, selectable = () => true, label, test }) {
  const some = selected ? items.filter(selectable) : [];
  const columnCells = selected ? [h('th', { scope: 'col', role: 'columnheader', class: 'check' },
    h('input', { type: 'checkbox', 'aria-label': 'Select all rows on this page', 'data-testid': 'select-page',
      disabled: some.length === 0, ...checkbox(some.length > 0 && some.every((item) => selected.has(key(item)))),
      onchange: (event) => {
        // Drawing after the first row would set it back.
        const on = event.target.checked;
        some.forEach((item) => onselect(key(item), on));
      } }))] : [];
  columnCells.push(...columns.map((column) =>
    h('th', { scope: 'col', role: 'columnheader', class: column.class }, column.name)));
  const focused = document.activeElement?.closest?.('tr[data-key]')?.dataset.key;
  const first = items.some((item) => key(item) === focused) ? focused : items.length ? key(items[0]) : null;
  return h('div', { class: 'table-wrap', 'data-key': test },
    h('table', { class: 'cards', role: 'table', 'aria-label': label, 'data-testid': test },
      h('thead', { role: 'rowgroup' }, h('tr', { role: 'row' }, columnCells)),
      h('tbody', { role: 'rowgroup', onkeydown: moveRows }, items.map((item) => {
        const id = key(item);
        const target = address?.(item);
        const toggle = onselect && selectable(item) ? () => onselect(id, !selected.has(id)) : null;
        return h('tr', {
          role: 'row', 'data-key': id, 'data-testid': 'row', 'data-id': id, class: target ? 'linked' : null,
          tabindex: target || toggle ? (id === first ? '0' : '-1') : null,
          onclick: target ? (event) => openRow(event, target) : null,
          onkeydown: (event) => keyRow(event, target, toggle),
        },
        selected ? h('td', { role: 'cell', class: 'check' }, selectable(item) ? h('input', {
          type: 'checkbox', 'aria-label': `Select ${f.shortId(id)}`, 'data-testid': 'select-row',
          ...checkbox(selected.has(id)), onchange: (event) => onselect(id, event.target.checked),
        }) : null) : null,
        columns.map((column) => h(column.head ? 'th' : 'td', {
          role: column.head ? 'rowheader' : 'cell', scope: column.head ? 'row' : null,
          class: column.class, 'data-label': column.name,
        }, h('span', { class: 'cell' }, column.cell(item)))));
      }))));
}

const checkbox = (on) => (on ? { checked: true } : {});

function openRow(event, target) {
  if (event.target.closest('a, button, input, select, summary') || String(window.getSelection())) return;
  if (event.ctrlKey || event.metaKey) window.open(target, '_blank', 'noopener');
  else go(target);
}

function keyRow(event, target, toggle) {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'Enter' && target) go(target);
  else if (event.key === ' ' && toggle) toggle();
  else if (event.key === ' ' && target) go(target);
  else return;
  event.preventDefault();
}

function moveRows(event) {
  const row = event.target.closest('tr');
  if (event.target !== row || event.ctrlKey || event.metaKey || event.altKey) return;
  const rows = [...row.parentNode.children].filter((each) => each.hasAttribute('tabindex'));
  const at = rows.indexOf(row);
  const next = { ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: rows.length - 1 }[event.key];
  if (next === undefined || !rows[next]) return;
  event.preventDefault();
  row.tabIndex = -1;
  rows[next].tabIndex = 0;
  rows[next].focus();
}

/** Pages of a list that is in the browser already. */
export function pager(page, size, total, turn) {
  const last = Math.max(0, Math.ceil(total / size) - 1);
  if (last === 0) return null;
  return h('nav', { class: 'pager', 'aria-label': 'Pages of the list', 'data-testid': 'pager' },
    button('Previous', () => turn(page - 1), { disabled: page === 0, test: 'page-previous' }),
    h('span', {}, `${f.number(page * size + 1)}–${f.number(Math.min(total, (page + 1) * size))} of ${f.number(total)}`),
    button('Next', () => turn(page + 1), { disabled: page >= last, test: 'page-next' }));
}

// ---- Filters ----

/**
 * Fields whose values are the address's. `{name, label, type: text|select|time, options, placeholder, wide}`; options
 * are `[value, text]`. A choice applies at once, a text when Enter is pressed or the field is left.
 */
export function filters(fields, query, apply, test = 'filters') {
  const change = (name) => (event) => {
    const value = event.target.type === 'datetime-local' ? f.fromField(event.target.value) : event.target.value.trim();
    if ((query[name] ?? '') !== value) apply({ [name]: value });
  };
  const any = fields.some((field) => query[field.name]);
  return h('form', { class: 'filters', role: 'search', 'data-key': test, 'data-testid': test,
    onsubmit: (event) => {
      event.preventDefault();
      document.activeElement?.dispatchEvent(new Event('change'));
    } },
  fields.map((field) => h('label', { class: field.wide ? 'wide' : field.type === 'time' ? 'time' : null, 'data-key': field.name }, h('span', {}, field.label),
    field.type === 'select'
      ? h('select', { name: field.name, value: query[field.name] ?? '', onchange: change(field.name), 'data-testid': `filter-${field.name}` },
        choices(field.options, query[field.name]).map(([value, text]) => h('option', { value }, text)))
      : h('input', {
        type: field.type === 'time' ? 'datetime-local' : 'text', name: field.name, autocomplete: 'off', spellcheck: 'false',
        placeholder: field.placeholder, onchange: change(field.name), 'data-testid': `filter-${field.name}`,
        value: field.type === 'time' ? f.toField(query[field.name]) : query[field.name] ?? '',
      }))),
  h('button', { type: 'submit', class: 'visually-hidden', tabindex: '-1' }, 'Apply'),
  any ? button('Clear filters', () => apply(Object.fromEntries(fields.map((field) => [field.name, '']))),
    { kind: 'plain', test: 'filters-clear' }) : null);
}

/** A value that the address has and the list has not is shown all the same. */
const choices = (options, value) =>
  (!value || options.some(([each]) => each === value) ? options : [...options, [value, value]]);
