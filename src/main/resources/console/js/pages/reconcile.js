// Compares registrations with the gateway, the profile API and the accounts.

import { task } from '../api.js';
import { badge, button, empty, facts, link, notice, registrationLink, section, table, when } from '../components.js';
import { confirm, toast } from '../dialogs.js';
import { announce, h } from '../dom.js';
import * as f from '../format.js';
import { go, href } from '../router.js';

export const name = 'reconcile';
export const interval = 5;
export const title = () => 'Reconcile';

/** The comparison in the address; nothing is read before one was started. */
export const load = (view, signal) => (view.id ? task('reconcile', { id: view.id }, signal) : Promise.resolve({ none: true }));

const HOURS = [1, 6, 24, 72];

/** Only reports: begins at once. */
async function compare(view, hours) {
  if (view.local.busy) return;
  view.local.busy = true;
  view.draw();
  try {
    follow(await task('reconcile', { from: since(hours), dryRun: 'true', wait: 'PT1S' }));
  } catch (error) {
    toast(error.message);
  } finally {
    view.local.busy = false;
    view.draw();
  }
}

function openRows(view, hours) {
  confirm(view.session, {
    title: `Compare the last ${f.plural(hours, 'hour')}, and open rows`,
    test: 'reconcile',
    text: 'Each mismatch opens a row of undo work. With reconcile.repair: automatic the service also tries it.',
    confirm: 'Compare',
    run: (values) => task('reconcile', { from: since(hours), dryRun: 'false', wait: 'PT1S', ...values }),
    done: follow,
  });
}

const since = (hours) => new Date(Date.now() - hours * 3_600_000).toISOString();

function follow(answer) {
  announce(`${f.plural(answer.items.length, 'mismatch', 'mismatches')} so far.`);
  go(href('reconcile', answer.id));
}

export function render(view) {
  const { data } = view;
  return [
    h('p', {}, 'Compares registrations that have ended with what the gateway, the profile API and the accounts hold. It takes a few calls per registration.'),
    view.mayAct ? section('New comparison', 'reconcile-new', {}, h('p', { class: 'row-actions' }, HOURS.map((hours) =>
      button(`Last ${hours === 1 ? 'hour' : `${hours} hours`}`, () => compare(view, hours), { test: `reconcile-${hours}`, disabled: view.local.busy === true })),
    button('Last 24 hours, and open rows…', () => openRows(view, 24), { test: 'reconcile-rows' }))) : null,
    data.none ? null : section('Comparison', 'reconcile-report', {},
      facts([
        ['Window', [when(data.from), ' to ', when(data.to)]], ['State', data.finished ? badge('DONE', 'finished') : badge('RUNNING')], ['Compared', f.number(data.compared)],
        ['Mode', data.dryRun ? 'report only' : 'opens rows'], ['Not looked up', f.number(data.failed)], ['Left out', data.leftOut],
      ]),
      data.limitReached ? notice('warn', 'limit', 'The limit was reached: there may be more in this window.') : null,
      data.items.length === 0 ? empty(data.finished ? 'Everything matches.' : 'Nothing found so far.') : table([
        { name: 'Registration', head: true, cell: (item) => registrationLink(item.registrationId) },
        { name: 'Finding', cell: (item) => h('code', {}, item.kind) }, { name: 'Service', cell: (item) => item.service },
        { name: 'Reference', class: 'long', cell: (item) => item.reference ?? '–' },
        { name: 'Amount', class: 'right', cell: (item) => (item.amount === null || item.amount === undefined ? '–' : f.money(item)) },
        { name: 'Row', cell: (item) => (item.compensation ? link(href('compensations', null, { registration: item.registrationId }), f.shortId(item.compensation), { class: 'mono' }) : '–') },
      ], data.items.slice(0, 200), { key: (item) => `${item.registrationId} ${item.kind}`, address: (item) => href('registrations', item.registrationId), label: 'Findings', test: 'findings' }),
      data.items.length > 200 ? h('p', { class: 'muted' }, `The first 200 of ${f.number(data.items.length)}.`) : null),
  ];
}
