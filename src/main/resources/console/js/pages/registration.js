// One registration: what happened when, what each provider was asked, what is open, and what can be done.

import { post, read, task } from '../api.js';
import { cancelRegistration, resendOne, retryRegistration } from '../actions.js';
import { ago, badge, button, code, due, empty, facts, link, loading, notice, outside, section, table, when } from '../components.js';
import { confirm, remembered } from '../dialogs.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';
import { timeline } from '../timeline.js';
import { nextTry, rowActions } from './compensations.js';

export const name = 'registration';
export const interval = 5;
export const title = (view) => `Registration ${f.shortId(view.id)}`;
export const load = (view, signal) => read(`registrations/${encodeURIComponent(view.id)}`, {}, signal);

const ENDED = ['COMPLETED', 'FAILED', 'CANCELLED'];

export const shortcuts = {
  i: ['Ask the providers', (view) => view.mayAct && inquire(view)],
};

export function actions(view) {
  const { registration, messages = [], temporalUrl } = view.data;
  const { status } = registration;
  return [
    temporalUrl ? outside(temporalUrl, 'Open in Temporal', { class: 'button', 'data-testid': 'temporal-link' }) : null,
    view.mayAct && button('Ask the providers', () => inquire(view), { test: 'inquire', disabled: view.local.asking === true, shortcut: 'i' }),
    view.mayAct && status === 'COMPLETED' ? button('Resend…', () => resendOne(view, registration, messages), { test: 'resend' }) : null,
    view.mayAct && (status === 'FAILED') ? button('Register again…', () => retryRegistration(view, registration), { test: 'retry-registration' }) : null,
    view.mayAct && !ENDED.includes(status) ? button('Cancel…', () => cancelRegistration(view, registration), { test: 'cancel-registration' }) : null,
  ];
}

export function render(view) {
  const { registration, steps = [], compensations = [], commands = [], messages = [], errors = [] } = view.data;
  return [
    standing(registration),
    h('div', { class: 'grid two' }, about(registration), personalData(view, registration)),
    section('Timeline', 'timeline', { note: 'UTC' }, timeline(view.data)),
    errors.length ? section('Errors', 'errors', {}, h('ul', { class: 'list' }, errors.map((each) => h('li', {}, code(each.code), h('span', {}, each.step), h('span', { class: 'muted' }, each.message))))) : null,
    stepTable(steps),
    inquiry(view),
    undo(view, compensations),
    messageTable(messages),
    commandTable(commands),
  ];
}

/** In one sentence: what it is waiting for, and whose turn it is. */
function standing(registration) {
  const wait = registration.waitingOn;
  const open = registration.openRows > 0;
  return h('p', { class: 'standing', 'data-testid': 'standing' }, badge(registration.status), ' ',
    open ? [`${f.plural(registration.openRows, 'row')} open, `, registration.nextTryAt ? ['next automatic try ', due(registration.nextTryAt), '. '] : h('strong', {}, 'no automatic try: it waits for you. ')] : null,
    wait ? [`Waiting for ${wait.service}: ${f.words(wait.reason)}, since `, when(wait.since), wait.until ? [', until ', when(wait.until)] : null, '.'] : null);
}

function about(registration) {
  return section('Registration', 'about', {}, facts([
    ['Id', h('span', { class: 'mono' }, registration.id)],
    ['User', link(href('registrations', null, { userId: registration.userId }), registration.userId)],
    ['Amount', f.money(registration.amount)],
    ['Created', when(registration.createdAt, { millis: true })],
    ['Updated', when(registration.updatedAt, { millis: true })],
    registration.finishedAt ? ['Finished', [when(registration.finishedAt, { millis: true }), ` after ${f.duration(f.secondsBetween(registration.createdAt, registration.finishedAt))}`]] : null,
    registration.undoBegunAt ? ['Undo begun', when(registration.undoBegunAt)] : null,
    ['Intended end', registration.intendedEnd ? f.words(registration.intendedEnd) : null],
    ['Next check', registration.attendAt ? due(registration.attendAt) : null],
    ['Run', registration.run],
    ['Caller', registration.caller],
    ['Idempotency key', registration.idempotencyKey ? 'given' : 'none'],
    ['Commands', f.number(registration.commandSeq)],
  ], 'facts'));
}

function personalData(view, registration) {
  const masked = registration.maskedData;
  const shown = view.local.revealed;
  const actions = masked && view.mayAct
    ? (shown ? button('Hide', () => { view.local.revealed = null; view.draw(); }, { test: 'hide-data' })
      : button('Reveal…', () => reveal(view, registration), { test: 'reveal' })) : null;
  const data = shown ? { ...masked, ...shown } : masked;
  return section('Personal data', 'personal-data', { actions, note: shown ? 'revealed; recorded in the audit log' : masked ? 'masked' : null },
    masked ? facts([
      ['Name', data.fullName], ['E-mail', data.email], ['Phone', data.phoneNumber], ['Language', data.locale], ['Description', shown?.description],
      ['Payment method', data.paymentMethod], ['Preferences', shown?.preferences ? f.plain(shown.preferences) : null],
    ]) : empty('The personal data is erased.', 'erased'));
}

function reveal(view, registration) {
  confirm(view.session, {
    title: 'Reveal personal data',
    test: 'reveal',
    text: "Shows name, addresses, preferences and the payment's description on this page until you leave it. This is recorded in the audit log.",
    confirm: 'Reveal',
    run: (values) => post(`registrations/${encodeURIComponent(registration.id)}/personal-data`, values),
    done: (answer) => {
      view.local.revealed = answer;
      view.draw();
    },
    reload: view.refresh,
  });
}

function stepTable(steps) {
  return section('Steps and attempts', 'steps', {}, table([
    { name: 'Step', head: true, cell: (step) => step.name },
    { name: 'Status', cell: (step) => badge(step.status) },
    { name: 'Attempts', class: 'right', cell: (step) => f.number(step.attempts) },
    { name: 'Started', cell: (step) => when(step.startedAt, { millis: true }) },
    { name: 'Took', class: 'right', cell: (step) => (step.startedAt && step.finishedAt ? f.duration(f.secondsBetween(step.startedAt, step.finishedAt)) : '–') },
    { name: "Provider's reference", class: 'long', cell: (step) => (step.reference ? h('span', { class: 'mono' }, step.reference) : '–') },
    { name: 'Failed attempts', cell: (step) => failures(step, step.name) },
  ], steps, { key: (step) => step.name, label: 'Steps', test: 'step-table' }));
}

/** Sent, not sent or unknown: whether the request can have had its effect. */
const OUTCOMES = { sent: ['refused', 'sent, refused'], not_sent: ['quiet', 'not sent'], unknown: ['UNKNOWN', 'unknown'] };
const outcome = (value) => badge(OUTCOMES[value]?.[0] ?? value, OUTCOMES[value]?.[1] ?? f.words(value));

function failures(of, key) {
  const list = [...(of.failures ?? [])].sort((a, b) => b.attempt - a.attempt);
  if (list.length === 0) return '–';
  return h('details', { 'data-testid': `failures-${key}` }, h('summary', {}, `${f.number(list.length)}, last `, code(list[0].code)), attemptList(list));
}

function attemptList(list) {
  return h('ul', { class: 'attempts' }, list.map((each) => h('li', { 'data-testid': 'attempt' },
    h('span', { class: 'muted' }, `#${each.attempt}`), when(each.at, { millis: true }), outcome(each.outcome),
    each.httpStatus ? h('span', {}, `HTTP ${each.httpStatus}`) : null, each.code ? code(each.code) : null,
    each.requestId ? h('span', { class: 'mono muted' }, `request ${each.requestId}`) : null)));
}

// ---- What the providers hold ----

/** Asks on demand; the audit log gets who asked, so without a sign-in a name is needed once. */
async function inquire(view) {
  if (view.local.asking) return;
  const { local } = view;
  const ask = (values) => task('registration-inquire', { id: view.id, ...values });
  const keep = (answer) => {
    local.inquiry = { answer, at: new Date().toISOString() };
    view.draw();
    document.querySelector('[data-testid=inquiry]')?.scrollIntoView({ block: 'nearest' });
  };
  if (!view.session.user && !remembered.actor) {
    confirm(view.session, { title: 'Ask the providers', test: 'inquire', text: 'Reads what each provider holds for this registration. Nothing is changed; it is recorded in the audit log.', confirm: 'Ask', run: ask, done: keep });
    return;
  }
  local.asking = true;
  local.inquiry = { asking: true };
  view.draw();
  try {
    keep(await ask({ actor: view.session.user ? null : remembered.actor }));
  } catch (error) {
    local.inquiry = { error };
  } finally {
    local.asking = false;
    view.draw();
  }
}

const VERDICTS = { agrees: 'agrees', differs: 'differs', no_answer: 'no answer', not_asked: 'not asked' };

function inquiry(view) {
  const state = view.local.inquiry;
  if (!state) return null;
  if (state.asking) return section('What the providers hold', 'inquiry', {}, loading());
  if (state.error) return section('What the providers hold', 'inquiry', {}, notice('bad', 'inquiry-error', state.error.message));
  const { items, attempts = [] } = state.answer;
  return section('What the providers hold', 'inquiry', { note: ['asked ', ago(state.at)] },
    table([
      { name: 'Service', head: true, cell: (item) => item.service },
      { name: 'Provider', class: 'long', cell: (item) => item.provider ?? '–' },
      { name: 'Provider holds', class: 'long', cell: (item) => item.held ?? '–' },
      { name: 'Our row says', class: 'long', cell: (item) => item.ours ?? '–' },
      { name: 'Verdict', cell: (item) => badge(item.verdict, VERDICTS[item.verdict] ?? item.verdict) },
      { name: 'Reference', class: 'long', cell: (item) => (item.reference ? h('span', { class: 'mono' }, item.reference) : '–') },
      { name: 'Amount', class: 'right', cell: (item) => (item.amount === null || item.amount === undefined ? '–' : f.money(item)) },
      { name: 'Answered', cell: (item) => when(item.answeredAt) },
    ], items, { key: (item) => `${item.service} ${item.reference ?? ''}`, label: 'What the providers hold beside our rows', test: 'inquiry-table' }),
    attempts.length ? h('details', {}, h('summary', {}, f.plural(attempts.length, 'attempt')),
      h('ul', { class: 'attempts' }, attempts.map((each) => h('li', {}, h('strong', {}, each.action ? `${each.service}, ${f.words(each.action)}` : each.service), h('span', { class: 'muted' }, `#${each.attempt}`), when(each.at, { millis: true }), outcome(each.outcome),
        each.httpStatus ? h('span', {}, `HTTP ${each.httpStatus}`) : null, each.code ? code(each.code) : null, each.requestId ? h('span', { class: 'mono muted' }, `request ${each.requestId}`) : null)))) : null);
}

// ---- Undo, messages, commands ----

function undo(view, rows) {
  if (rows.length === 0) return null;
  return section('Undo', 'undo', { actions: link(href('compensations', null, { registration: view.id }), 'As a list') }, table([
    { name: 'Row', head: true, cell: (row) => h('span', { class: 'mono', title: row.id }, f.shortId(row.id)) },
    { name: 'Action', cell: (row) => f.words(row.action) },
    { name: 'State', cell: (row) => badge(row.state) },
    { name: 'Amount', class: 'right', cell: (row) => (row.amount === null || row.amount === undefined ? '–' : f.money(row)) },
    { name: 'Tries', class: 'right', cell: (row) => f.number(row.attempts) },
    { name: 'Last error', cell: (row) => code(row.lastErrorCode) },
    { name: 'Failed attempts', cell: (row) => failures(row, row.id) },
    { name: 'Next try', cell: nextTry },
    { name: 'Reference', class: 'long', cell: (row) => (row.reference ? h('span', { class: 'mono' }, row.reference) : '–') },
    ...(view.mayAct ? [{ name: 'Act', class: 'acts', cell: (row) => rowActions(view, { commandSeq: view.data.registration.commandSeq, registrationId: view.id, ...row }) }] : []),
  ], rows, { key: (row) => row.id, label: 'Undo work of this registration', test: 'undo-table' }));
}

function messageTable(messages) {
  if (messages.length === 0) return null;
  return section('Resent messages', 'messages', {}, table([
    { name: 'Resend', class: 'right', cell: (message) => f.number(message.n) },
    { name: 'Message', head: true, cell: (message) => message.name },
    { name: 'Status', cell: (message) => badge(message.status) },
    { name: 'Error', cell: (message) => code(message.errorCode) },
    { name: 'Reference', class: 'long', cell: (message) => message.reference ?? '–' },
  ], messages, { key: (message) => `${message.n} ${message.name}`, label: 'Resent messages', test: 'message-table' }));
}

function commandTable(commands) {
  if (commands.length === 0) return null;
  return section('Commands', 'commands', {}, table([
    { name: '#', class: 'right', cell: (command) => f.number(command.seq) },
    { name: 'Command', head: true, cell: (command) => f.words(command.kind) },
    { name: 'Actor', class: 'long', cell: (command) => command.actor ?? 'the service' },
    { name: 'Reason', class: 'long', cell: (command) => command.reason ?? '–' },
    { name: 'Recorded', cell: (command) => when(command.createdAt, { millis: true }) },
    { name: 'Applied', cell: (command) => (command.appliedAt ? when(command.appliedAt, { millis: true }) : badge('WAITING', 'not yet')) },
    { name: 'Result', class: 'long', cell: (command) => (command.errorCode ? code(command.errorCode) : f.plain(parsed(command.result))) },
    { name: 'Batch', cell: (command) => (command.batch ? link(href('batches', command.batch), f.shortId(command.batch), { class: 'mono' }) : '–') },
  ], commands, { key: (command) => `${command.seq}`, label: 'Commands', test: 'command-table' }));
}

function parsed(result) {
  if (typeof result !== 'string') return result;
  try {
    return JSON.parse(result);
  } catch {
    return result;
  }
}

