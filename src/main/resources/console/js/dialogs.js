// Dialogs: one way to ask for actor and reason, to run an action once and to show what it answered.

import { announce, h, patch } from './dom.js';
import { button, loading, notice } from './components.js';

/** Who acts and why, as last typed in this browser. */
export const remembered = {
  get actor() { return recall(localStorage, 'registrar.actor'); },
  set actor(value) { keep(localStorage, 'registrar.actor', value); },
  // The reason is the incident's: it is offered again in this tab.
  get reason() { return recall(sessionStorage, 'registrar.reason'); },
  set reason(value) { keep(sessionStorage, 'registrar.reason', value); },
};

function recall(storage, name) {
  try {
    return storage.getItem(name) ?? '';
  } catch {
    return '';
  }
}

function keep(storage, name, value) {
  try {
    storage.setItem(name, value);
  } catch {
    // Remembering is a convenience only.
  }
}

/** Opens a modal dialog with this content; `close` ends it and gives the focus back. */
export function open(title, test, build) {
  const before = document.activeElement;
  const heading = h('h2', { id: 'dialog-title' }, title);
  const body = h('div', { class: 'dialog-body' });
  const dialog = h('dialog', { 'aria-labelledby': 'dialog-title', 'data-testid': test }, heading, body);
  const close = () => dialog.close();
  dialog.addEventListener('close', () => {
    dialog.remove();
    if (before?.isConnected) before.focus();
  });
  document.body.append(dialog);
  build(body, close);
  dialog.showModal();
  return close;
}

export function isOpen() {
  return document.querySelector('dialog[open]') !== null;
}

/** Closes any dialog; used when the page changes below it. */
export function closeAll() {
  document.querySelectorAll('dialog[open]').forEach((dialog) => dialog.close());
}

/**
 * Asks for actor and reason, then runs the action once: the button is disabled while its request runs.
 *
 * @param session whose session; a signed-in user need not name an actor
 * @param options `title`, `test`, `text` (what will happen), `plan` (async, returns nodes, and null if there is nothing
 *     to do), `fields` (`{name, label, type, options, required, placeholder, hint}`), `confirm` (the button's text),
 *     `danger`, `run(values)` (async), `done(answer)`, `result(answer)` (nodes to show instead of closing), `reload()`
 */
export function confirm(session, options) {
  const { title, test, text, fields = [], danger = false } = options;
  open(title, `dialog-${test}`, (body, close) => {
    let busy = false;
    let ready = !options.plan;
    const message = h('div', { 'data-testid': 'dialog-message', 'aria-live': 'polite' });
    const plan = h('div', { class: 'plan', 'data-testid': 'plan' }, options.plan ? loading() : null);
    const submit = h('button', { type: 'submit', class: `button ${danger ? 'danger' : 'primary'}`, 'data-testid': 'confirm' }, options.confirm);
    const cancel = button('Cancel', close, { test: 'dialog-cancel' });
    const form = h('form', { onsubmit }, h('p', { class: 'lead' }, text), plan,
      fields.map((each) => field(each)),
      field({ name: 'reason', label: 'Reason', required: true, value: remembered.reason, placeholder: 'Incident or ticket, for example INC-7',
        hint: 'Goes into the audit log. No personal data.' }),
      field({ name: 'actor', label: session.user ? `Actor (default: ${session.user})` : 'Actor', required: !session.user, value: remembered.actor,
        placeholder: 'Your name', hint: session.user ? 'Only for a key that several people share.' : null }),
      message, h('div', { class: 'dialog-buttons' }, cancel, submit));
    body.append(form);
    // Type at once: the first field that is empty, or the reason.
    const inputs = [...form.querySelectorAll('input:not([type=checkbox]), select')];
    (inputs.find((input) => input.value === '') ?? form.elements.reason).autofocus = true;
    update();
    loadPlan();

    function update() {
      submit.disabled = busy || !ready;
      submit.setAttribute('aria-busy', String(busy));
    }

    async function loadPlan() {
      if (!options.plan) return;
      try {
        const { nodes, possible } = await options.plan();
        patch(plan, nodes);
        ready = possible;
      } catch (error) {
        plan.replaceChildren();
        refuse(error);
      }
      update();
    }

    async function onsubmit(event) {
      event.preventDefault();
      if (busy || !ready) return;
      const values = Object.fromEntries([...new FormData(form)].map(([name, value]) => [name, String(value).trim()]));
      remembered.reason = values.reason;
      if (values.actor) remembered.actor = values.actor;
      busy = true;
      update();
      message.replaceChildren();
      try {
        const answer = await options.run(values);
        const shown = options.result?.(answer);
        if (shown) {
          body.replaceChildren(h('div', { 'data-testid': 'dialog-result' }, shown),
            h('div', { class: 'dialog-buttons' }, button('Close', close, { kind: 'primary', test: 'dialog-close' })));
          body.querySelector('[data-testid=dialog-close]').focus();
        } else {
          close();
        }
        options.done?.(answer);
      } catch (error) {
        refuse(error);
      } finally {
        busy = false;
        update();
      }
    }

    function refuse(error) {
      message.replaceChildren(notice('bad', 'dialog-error', h('p', {}, error.message),
        error.changed || error.status === 409
          ? h('p', {}, error.changed ? 'This page shows an older state. ' : null, button('Reload', () => { close(); options.reload?.(); }, { test: 'dialog-reload' }))
          : null));
    }
  });
}

function field({ name, label, type = 'text', options, required = false, value = '', placeholder = null, hint = null }) {
  const common = { name, required, 'data-testid': `field-${name}`, 'aria-describedby': hint ? `hint-${name}` : null };
  let control;
  if (type === 'select') {
    control = h('select', { ...common, value: value || options[0][0] }, options.map(([each, text]) => h('option', { value: each }, text)));
  } else if (type === 'checkbox') {
    return h('label', { class: 'field check-field' }, h('input', { ...common, type, value: 'true' }), h('span', {}, label),
      hint ? h('small', { id: `hint-${name}` }, hint) : null);
  } else {
    control = h('input', { ...common, type, value, placeholder, maxlength: '200', autocomplete: 'off' });
  }
  return h('label', { class: 'field' }, h('span', {}, label, required ? h('span', { class: 'muted' }, ' (required)') : null), control,
    hint ? h('small', { id: `hint-${name}` }, hint) : null);
}

/** The shortcuts. */
export function help(groups) {
  open('Keyboard shortcuts', 'dialog-help', (body, close) => {
    body.append(
      ...groups.map(([name, keys]) => h('div', { class: 'keys' }, h('h3', {}, name),
        h('dl', {}, keys.map(([combination, meaning]) => h('div', {},
          h('dt', {}, combination.split(' ').map((key) => h('kbd', {}, key))), h('dd', {}, meaning)))))),
      h('div', { class: 'dialog-buttons' }, button('Close', close, { kind: 'primary', test: 'dialog-close' })));
  });
}

/** A result in the corner, read out as well; it goes by itself. */
export function toast(text, address = null, linkText = null) {
  document.querySelector('.toast')?.remove();
  const box = h('div', { class: 'toast', role: 'region', 'aria-label': 'Result', 'data-testid': 'toast' }, h('span', {}, text),
    address ? h('a', { href: address }, linkText) : null,
    h('button', { type: 'button', class: 'button plain', 'aria-label': 'Dismiss', onclick: () => box.remove() }, '✕'));
  document.body.append(box);
  announce(text);
  setTimeout(() => box.remove(), 15_000);
}
