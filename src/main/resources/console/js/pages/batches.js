// All batches, newest first.

import { task } from '../api.js';
import { badge, empty, filters, link, notice, table, when } from '../components.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'batches';
export const interval = 5;
export const title = () => 'Batches';
export const one = () => import('./batch.js');
export const load = (view, signal) => task('compensation-batch', {}, signal);
export const summary = (view) => f.plural(view.data.items.length, 'batch', 'batches');

const STATES = ['RUNNING', 'PAUSED', 'STOPPED', 'DONE', 'CANCELLED'];

/** How many items of a batch have a result. */
export const done = (batch) => (batch.total ?? 0) - (batch.waiting ?? 0);

export function render(view) {
  const { state, kind } = view.query;
  const items = view.data.items.filter((item) => (!state || item.state === state) && (!kind || item.kind === kind));
  return [
    filters([
      { name: 'state', label: 'State', type: 'select', options: [['', 'all'], ...STATES.map((each) => [each, f.words(each)])] },
      { name: 'kind', label: 'Kind', type: 'select', options: [['', 'all'], ['replay', 'replay'], ['resend', 'resend']] },
    ], view.query, (changes) => view.filter(changes)),
    view.data.leftOut ? notice('quiet', 'left-out', `${f.number(view.data.leftOut)} older batches are left out.`) : null,
    items.length === 0 ? empty('No batch.') : table([
      { name: 'Batch', head: true, cell: (item) => link(href('batches', item.batchId), f.shortId(item.batchId), { class: 'mono', title: item.batchId }) },
      { name: 'Kind', cell: (item) => item.kind },
      { name: 'State', cell: (item) => badge(item.state) },
      { name: 'Progress', cell: (item) => h('span', { class: 'progress' }, h('progress', { max: item.total, value: done(item), 'aria-label': 'Progress' }), `${f.number(done(item))} of ${f.number(item.total)}`) },
      { name: 'Verified', class: 'right', cell: (item) => f.number(item.verified) },
      { name: 'Still failing', class: 'right', cell: (item) => f.number(item.stillFailing) },
      { name: 'Unknown', class: 'right', cell: (item) => f.number(item.unknown) },
      { name: 'Created', cell: (item) => when(item.createdAt) },
      { name: 'Actor', class: 'long', cell: (item) => item.actor ?? '–' },
      { name: 'Reason', class: 'long', cell: (item) => item.reason ?? '–' },
    ], items, { key: (item) => item.batchId, address: (item) => href('batches', item.batchId), label: 'Batches', test: 'batches' }),
  ];
}
