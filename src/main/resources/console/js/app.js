// The frame of the console: session, navigation, page on show, freshness, shortcuts.

import { onSignedOut, read, session as sessions } from './api.js';
import { button, failure, link, loading, notice } from './components.js';
import * as dialogs from './dialogs.js';
import { announce, h, patch } from './dom.js';
import * as f from './format.js';
import { Poll } from './live.js';
import { go, href, parse } from './router.js';

const PAGES = {
  now: ['Now', 'n', () => import('./pages/now.js')],
  failures: ['Failures', 'f', () => import('./pages/failures.js')],
  registrations: ['Registrations', 'r', () => import('./pages/registrations.js')],
  compensations: ['Compensations', 'c', () => import('./pages/compensations.js')],
  batches: ['Batches', 'b', () => import('./pages/batches.js')],
  services: ['Services', 's', () => import('./pages/services.js')],
  workers: ['Workers', 'w', () => import('./pages/workers.js')],
  reconcile: ['Reconcile', 'o', () => import('./pages/reconcile.js')],
  audit: ['Audit', 'a', () => import('./pages/audit.js')],
};

/** Data older than this many polls is marked as stale. */
const MISSED = 2;
const OVERVIEW_SECONDS = 15;

const state = { session: null, overview: null, view: null, menu: false, visit: 0 };
const frame = document.getElementById('frame');

// ---- Pages ----

/** What a page gets: where it is, who is signed in, its data, and how to ask for more. */
class View {
  constructor(route, page, module) {
    Object.assign(this, { route, page, module, id: route.id, query: route.query, local: {}, data: null, error: null });
    this.session = state.session;
    this.interval = module.interval ?? 5;
    this.refresh = () => {
      this.module.expire?.(this);
      this.poll?.now();
    };
    this.draw = () => { if (state.view === this) render(); };
  }

  /** Whether the user may change something. */
  get mayAct() {
    return this.session.role !== 'AUDITOR';
  }

  get overview() {
    return state.overview?.data;
  }

  /** Changes filters in the address; what a page of a list depends on starts over. */
  filter(changes) {
    go(href(this.page, this.id, { ...this.query, cursor: '', ...changes }));
  }

  start() {
    this.poll = new Poll((signal) => this.module.load(this, signal), this.interval, (data, error) => {
      const first = this.data === null;
      this.error = error;
      if (data) this.data = data;
      this.draw();
      if (first && data && this.module.summary) announce(this.module.summary(this));
    });
    // The overview is the same answer.
    if (this.page === 'now') state.overview?.poll?.stop();
  }

  /** Shows the same page with other filters: the old rows stay until the new ones are here. */
  move(route) {
    const { answeredAt } = this.poll;
    this.poll.stop();
    Object.assign(this, { route, query: route.query });
    this.moving = true;
    this.poll = new Poll((signal) => this.module.load(this, signal), this.interval, (data, error) => {
      this.error = error;
      if (data) {
        this.data = data;
        if (this.moving && this.module.summary) announce(this.module.summary(this));
      } else if (this.moving && error?.status) {
        this.data = null;
      }
      this.moving = false;
      this.draw();
    });
    this.poll.answeredAt = answeredAt;
    this.draw();
  }

  stop() {
    this.poll?.stop();
    this.module.leave?.(this);
  }
}

async function show() {
  const route = parse();
  const visit = ++state.visit;
  dialogs.closeAll();
  if (!state.session) return;
  if (needsKey()) {
    await showSignIn();
    return;
  }
  const page = PAGES[route.page] ? route.page : 'now';
  if (state.view && state.view.page === page && state.view.id === route.id) {
    state.view.move(route);
    return;
  }
  const arriving = state.view !== null;
  state.view?.stop();
  state.view = null;
  state.menu = false;
  render();
  let module;
  try {
    module = await PAGES[page][2]();
    if (route.id && module.one) module = await module.one();
  } catch {
    if (visit === state.visit) patch(main(), failure({ status: 0, message: 'The page could not be loaded from this instance.' }, () => location.reload()));
    return;
  }
  if (visit !== state.visit) return;
  state.view = new View(route, page, module);
  state.view.start();
  render();
  window.scrollTo(0, 0);
  if (arriving) document.querySelector('h1')?.focus({ preventScroll: true });
  watchOverview(page);
}

// ---- The overview: what the navigation and the banners show on every page ----

function watchOverview(page) {
  if (page === 'now') {
    state.overview?.poll?.stop();
    state.overview = { get data() { return state.view?.page === 'now' ? state.view.data?.now : null; } };
    return;
  }
  if (state.overview?.poll) return;
  const overview = { data: state.overview?.data ?? null };
  overview.poll = new Poll((signal) => read('now', {}, signal), OVERVIEW_SECONDS, (data) => {
    if (data) overview.data = data;
    render();
  });
  state.overview = overview;
}

/** What is down and concerns every page, in the words of its condition. */
function banners(now) {
  const down = (name) => now?.conditions?.find((each) => each.degraded && name.test(each.name))?.message;
  const postgres = down(/postgres|database/i);
  const temporal = down(/temporal/i)
    ?? (now?.worker?.temporalReachable === false ? 'Temporal does not answer: registrations are accepted and wait' : null);
  const worker = now?.worker?.state;
  return [
    postgres ? notice('bad', 'banner-postgresql', h('strong', {}, `${postgres}. `),
      /read-only/.test(postgres) ? 'No action is possible. ' : 'Lists and actions are not available. ', RECOVERY) : null,
    temporal ? notice('bad', 'banner-temporal', h('strong', {}, `${temporal}. `), 'Commands are recorded and applied when it is back. ', RECOVERY) : null,
    worker === 'PAUSED' || worker === 'PAUSING'
      ? notice('warn', 'banner-worker', h('strong', {}, `The worker of this instance is ${f.words(worker)}. `), link(href('workers'), 'Workers')) : null,
  ];
}

const RECOVERY = 'This page recovers by itself.';

// ---- Frame ----

const main = () => document.getElementById('main');

function render() {
  const { session, view, overview } = state;
  const now = overview?.data;
  const open = now?.openRows ? Object.values(now.openRows).reduce((sum, each) => sum + each, 0) : 0;
  const page = view?.page ?? parse().page;
  const title = view ? view.module.title(view) : PAGES[page]?.[0] ?? 'Now';
  document.title = `${title} · Registrar`;
  const counts = {
    compensations: open,
    batches: now?.batches?.length ?? 0,
    services: now?.breakers?.length ?? 0,
  };
  patch(frame,
    h('header', { class: 'top' },
      h('a', { class: 'brand', href: href('now') }, 'Registrar'),
      h('button', { type: 'button', class: 'button menu-button', 'aria-expanded': String(state.menu), 'aria-controls': 'nav', 'data-testid': 'menu',
        onclick: () => { state.menu = !state.menu; render(); } }, 'Menu'),
      h('span', { class: 'spacer' }),
      freshness(view),
      h('button', { type: 'button', class: 'button plain', title: 'Keyboard shortcuts (?)', 'aria-label': 'Keyboard shortcuts', onclick: showHelp, 'data-testid': 'help' }, '?')),
    h('div', { class: 'columns' },
      h('nav', { id: 'nav', class: state.menu ? 'side shown' : 'side', 'aria-label': 'Console' },
        h('ul', {}, Object.entries(PAGES).map(([name, [text]]) => h('li', {},
          h('a', { href: href(name), 'aria-current': name === page ? 'page' : null, 'data-testid': `nav-${name}` }, text,
            counts[name] ? h('span', { class: 'count' }, f.number(counts[name])) : null)))),
        h('div', { class: 'who' },
          session.user ? h('div', { 'data-testid': 'user' }, h('strong', {}, session.user), session.role ? ` (${f.words(session.role)})` : '') : null,
          h('div', { class: 'muted', 'data-testid': 'instance' }, session.instance ?? ''),
          h('div', { class: 'muted' }, session.version ? `Version ${session.version}` : ''),
          session.user ? button('Sign out', signOut, { kind: 'plain', test: 'sign-out' }) : null)),
      h('main', { id: 'main', tabindex: '-1', class: isStale(view) ? 'stale' : null, 'data-testid': `page-${view?.module.name ?? page}`, 'data-key': view ? `${view.page}/${view.id ?? ''}` : 'none' },
        h('div', { class: 'title' }, h('h1', { tabindex: '-1' }, title), view?.module.actions && view.data ? h('div', { class: 'actions' }, view.module.actions(view)) : null),
        banners(now),
        staleNote(view),
        view && !view.mayAct ? notice('quiet', 'read-only', 'You are signed in as an auditor: you can read, not act.') : null,
        content(view))));
}

function content(view) {
  if (!view) return loading();
  if (view.data) return view.module.render(view);
  return view.error ? failure(view.error, view.refresh, { polls: true }) : loading();
}

function isStale(view) {
  if (!view?.data || document.hidden) return false;
  return view.error !== null || Date.now() - Math.max(view.poll.answeredAt, view.poll.shownAt) > MISSED * view.interval * 1000 + 2000;
}

/** How old the data is, and whether this instance answers at all. */
function oldness(view) {
  const age = f.duration(Math.max(0, Math.round((Date.now() - (view.poll.answeredAt || Date.now())) / 1000)));
  return view.error?.status ? `Not updated for ${age}` : `No answer for ${age}`;
}

const freshMark = (test, stale, text) =>
  h('span', { class: stale ? 'fresh old' : 'fresh', 'data-testid': 'freshness', 'data-stale': test }, h('span', { class: 'shape', 'aria-hidden': 'true' }), text);

function freshness(view) {
  if (!view?.data) return view?.error ? freshMark(null, true, view.error.status ? 'No data' : 'No answer') : h('span', { class: 'fresh', 'data-testid': 'freshness' });
  if (isStale(view)) return freshMark('true', true, oldness(view));
  const seconds = Math.round((Date.now() - view.poll.answeredAt) / 1000);
  return freshMark('false', false, seconds <= 1 ? 'Live' : `Live, ${seconds} s old`);
}

function staleNote(view) {
  if (!isStale(view)) return null;
  return notice('bad', 'stale', h('strong', {}, `${oldness(view)}. `), view.error?.message ?? '', ' What you see is old. ',
    button('Try again', view.refresh, { test: 'retry' }));
}

/** Each second only the age changes. */
function tick() {
  if (!state.session || document.hidden) return;
  const { view } = state;
  const was = document.querySelector('[data-testid=freshness]');
  const stale = isStale(view);
  if (was?.dataset.stale !== String(stale) && view?.data) {
    if (stale) announce('The data on this page is old.');
    render();
  } else if (was) {
    patch(was, [...freshness(view).childNodes]);
    const note = document.querySelector('[data-testid=stale] strong');
    if (note) patch(note, `${oldness(view)}. `);
  }
}

// ---- Session ----

const needsKey = () => state.session.authentication !== 'none' && !state.session.user;

async function showSignIn() {
  state.view?.stop();
  state.overview?.poll?.stop();
  Object.assign(state, { view: null, overview: null });
  const { signIn } = await import('./pages/sign-in.js');
  document.title = 'Sign in · Registrar';
  patch(frame, signIn(state.session, async (key) => {
    state.session = await sessions.open(key);
    show();
  }));
  document.getElementById('key')?.focus();
}

async function signOut() {
  try {
    await sessions.close();
  } finally {
    await start();
  }
}

onSignedOut(() => {
  if (state.session && !needsKey()) {
    state.session = { ...state.session, user: null, expired: true };
    show();
  }
});

async function start() {
  try {
    state.session = await sessions.read();
    await show();
  } catch (error) {
    patch(frame, h('main', { id: 'main', class: 'alone' }, h('h1', {}, 'Registrar'), failure(error, start)));
  }
}

// ---- Keyboard ----

let prefix = 0;

function showHelp() {
  const view = state.view;
  dialogs.help([
    ['Go to', Object.values(PAGES).map(([text, key]) => [`g ${key}`, text])],
    ['Lists', [['/', 'Search or first filter'], ['j k', 'Next and previous row (or arrow keys)'], ['Enter', 'Open the row'], ['Space', 'Select the row'], ['Esc', 'Close a dialog']]],
    ['This page', [...Object.entries(view?.module.shortcuts ?? {}).map(([key, [text]]) => [key, text]), ['.', 'Refresh now'], ['?', 'This help']]],
  ]);
}

document.addEventListener('keydown', (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || dialogs.isOpen() || !state.session || needsKey()) return;
  if (event.target.closest('input:not([type=checkbox]), select, textarea')) {
    if (event.key === 'Escape') event.target.blur();
    return;
  }
  const { key } = event;
  const view = state.view;
  if (Date.now() - prefix < 1500) {
    prefix = 0;
    const page = Object.entries(PAGES).find(([, [, letter]]) => letter === key);
    if (page) {
      event.preventDefault();
      go(href(page[0]));
      return;
    }
  }
  if (key === 'g') prefix = Date.now();
  else if (key === '?') showHelp();
  else if (key === '.') view?.refresh();
  else if (key === '/') {
    const field = document.querySelector('main .filters input, main .filters select');
    if (!field) return;
    event.preventDefault();
    field.focus();
  } else if (view?.data && view.module.shortcuts?.[key]) {
    event.preventDefault();
    view.module.shortcuts[key][1](view);
  }
});

document.getElementById('skip').addEventListener('click', (event) => {
  event.preventDefault();
  main()?.focus();
  main()?.scrollIntoView();
});

window.addEventListener('hashchange', show);
document.addEventListener('visibilitychange', () => { if (!document.hidden && state.view) render(); });
setInterval(tick, 1000);
patch(frame, h('main', { id: 'main', class: 'alone' }, h('h1', {}, 'Registrar'), loading()));
start();
