// Who runs the workflows: this instance's worker, and all that poll Temporal.

import { read, task } from '../api.js';
import { ago, badge, button, empty, facts, link, notice, section, table } from '../components.js';
import { confirm, toast } from '../dialogs.js';
import { h } from '../dom.js';
import * as f from '../format.js';
import { href } from '../router.js';

export const name = 'workers';
export const interval = 5;
export const title = () => 'Workers';
export const load = (view, signal) => read('workers', {}, signal);

const TEXT = {
  pause: 'This instance takes no further work; calls under way end first. Registrations are still accepted, and other instances go on.',
  resume: 'This instance takes work again.',
};

/** The entry may be the task's answer or its only item. */
const own = (view) => {
  const { thisInstance } = view.data;
  return thisInstance?.items ? { ...thisInstance.items[0], instance: thisInstance.instance } : thisInstance ?? {};
};

export function actions(view) {
  const { state } = own(view);
  if (!view.mayAct || !state) return null;
  return ['PAUSED', 'PAUSING'].includes(state) ? button('Resume…', () => change(view, 'resume'), { kind: 'primary', test: 'worker-resume' })
    : button('Pause…', () => change(view, 'pause'), { test: 'worker-pause' });
}

function change(view, action) {
  confirm(view.session, {
    title: `${action === 'pause' ? 'Pause' : 'Resume'} the worker of this instance`,
    test: `worker-${action}`,
    text: TEXT[action],
    confirm: action === 'pause' ? 'Pause' : 'Resume',
    danger: action === 'pause',
    run: (values) => task('worker', { action, ...values }),
    done: (answer) => {
      toast(`The worker is ${f.words(answer.items[0]?.state)}.`);
      view.refresh();
    },
    reload: view.refresh,
  });
}

export function render(view) {
  const worker = own(view);
  const { pollers } = view.data;
  return [
    section('This instance', 'this-instance', {}, facts([
      ['Instance', worker.instance ?? view.session.instance], ['Worker', badge(worker.state)],
      ['Temporal', badge(worker.temporalReachable ? 'POLLING' : 'FAILED', worker.temporalReachable ? 'answers' : 'does not answer')],
      ['Task queue', worker.taskQueue], ['Namespace', worker.namespace],
    ])),
    section('Pollers of the task queue', 'pollers', { note: 'as Temporal lists them; it forgets one after about 5 minutes' },
      pollers === null || pollers === undefined ? notice('quiet', 'pollers-unknown',
        worker.temporalReachable ? 'The embedded Temporal does not list them.' : 'Unknown: Temporal does not answer.')
        : pollers.length === 0 ? empty('Nobody polls the task queue: no registration moves.')
          : table([
            { name: 'Identity', head: true, class: 'long', cell: (each) => h('span', { class: 'mono' }, each.identity) },
            { name: 'Kind', cell: (each) => each.kind },
            { name: 'Last poll', cell: (each) => ago(each.lastAccessAt) },
          ], pollers, { key: (each) => `${each.identity} ${each.kind}`, label: 'Pollers', test: 'poller-table' })),
    h('p', {}, 'After a long outage, ', link(href('reconcile'), 'compare registrations with the providers'), '.'),
  ];
}
