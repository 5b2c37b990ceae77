// Error codes of steps and of undo work, most frequent first.

import { read } from '../api.js';
import { resendMatching } from '../actions.js';
import { ago, button, code, empty, filters, link, registrationLink, table } from '../components.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'failures';
export const interval = 5;
export const title = () => 'Failures';
export const load = (view, signal) => read('failures', { since: view.query.since || 'PT24H' }, signal);
export const summary = (view) => f.plural(view.data.items.length, 'error code');

const SINCE = [['PT1H', 'last hour'], ['PT6H', 'last 6 hours'], ['', 'last 24 hours'], ['P7D', 'last 7 days']];
const MESSAGES = ['email', 'sms'];

export function render(view) {
  const { items } = view.data;
  const service = view.query.service;
  const shown = service ? items.filter((item) => item.service === service) : items;
  const services = [...new Set(items.map((item) => item.service))];
  return [
    filters([
      { name: 'since', label: 'Since', type: 'select', options: SINCE },
      { name: 'service', label: 'Service', type: 'select', options: [['', 'all'], ...services.map((each) => [each, each])] },
    ], view.query, (changes) => view.filter(changes)),
    shown.length === 0 ? empty('No failure in this time.') : table([
      { name: 'Service', cell: (item) => item.service },
      { name: 'Code', head: true, cell: (item) => link(address(view, item), code(item.code)) },
      { name: 'Registrations', class: 'right', cell: (item) => f.number(item.registrations) },
      { name: 'Still live', class: 'right', cell: (item) => f.number(item.live) },
      { name: 'Latest', cell: (item) => ago(item.latestAt) },
      { name: 'For example', cell: (item) => (item.sample ? registrationLink(item.sample) : '–') },
      { name: 'Act', cell: (item) => act(view, item) },
    ], shown, { key: (item) => `${item.service}/${item.code}`, address: (item) => address(view, item), label: 'Failures by service and error code', test: 'failures' }),
  ];
}

const address = (view, item) => href('registrations', null, { errorCode: item.code });

function act(view, item) {
  if (MESSAGES.includes(item.service)) {
    return view.mayAct ? button('Resend…', () => resendMatching(view, { errorCode: item.code, service: item.service, createdAfter: view.data.since }), { test: 'resend-code' }) : '–';
  }
  return h('a', { href: href('compensations', null, { status: 'OPEN', errorCode: item.code }), 'data-testid': 'undo-of-code' }, 'Undo work');
}
