import { h } from '../dom.js';

/** The page on which an API key is exchanged for a session cookie. */
export function signIn(session, enter) {
  const message = h('p', { class: 'field-error', role: 'alert', 'data-testid': 'sign-in-error' });
  const submit = h('button', { type: 'submit', class: 'button primary', 'data-testid': 'sign-in-submit' }, 'Sign in');
  const field = h('input', { id: 'key', name: 'key', type: 'password', required: true, autocomplete: 'current-password', spellcheck: 'false',
    'data-testid': 'sign-in-key', 'aria-describedby': 'key-hint' });
  const onsubmit = async (event) => {
    event.preventDefault();
    submit.disabled = true;
    message.textContent = '';
    try {
      await enter(field.value.trim());
    } catch (error) {
      message.textContent = error.status === 429 && error.retryAfter ? `${error.message} Try again in ${error.retryAfter} s.` : error.message;
      field.select();
      field.focus();
    } finally {
      submit.disabled = false;
    }
  };
  return h('main', { id: 'main', class: 'alone', tabindex: '-1', 'data-testid': 'page-sign-in' },
    h('form', { class: 'sign-in card', onsubmit },
      h('h1', {}, 'Registrar console'),
      session.expired ? h('p', { class: 'muted', 'data-testid': 'sign-in-expired' }, 'Your session has ended. Sign in to continue where you were.') : null,
      h('label', { class: 'field', for: 'key' }, h('span', {}, 'API key of an operator or auditor'), field),
      h('small', { id: 'key-hint', class: 'muted' }, 'The key is exchanged for a session and is not kept in the browser.'),
      message, submit,
      h('p', { class: 'muted' }, session.instance ?? '')));
}
