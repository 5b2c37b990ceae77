// The actions that several pages offer. Each is a task; here is only what is asked and shown.

import { task } from './api.js';
import { badge, empty, link, notice } from './components.js';
import { confirm, toast } from './dialogs.js';
import { h } from './dom.js';
import * as f from './format.js';
import { go, href } from './router.js';

export const FILTER_NAMES = ['status', 'action', 'service', 'errorCode', 'olderThan', 'registration'];

/** What a task takes at most. */
export const MOST_ROWS = 10000;

const SHOWN = 5;

/** Undo work has an action, a resend its channels. */
const kindOf = (item) => item.action ?? item.channels?.join(' and ');

/** The plan of a replay or resend: how many, how much money, which calls. */
function planNodes(answer, noun) {
  const { items, atRisk } = answer;
  if (items.length === 0) {
    return [empty(`Nothing to do: no ${noun} matches.`, 'plan-empty'), answer.window ? h('p', { class: 'muted small' }, `Looked at ${answer.window}.`) : null];
  }
  const groups = new Map();
  for (const item of items) {
    const name = kindOf(item) ?? noun;
    groups.set(name, (groups.get(name) ?? 0) + 1);
  }
  return [
    h('p', { class: 'plan-sum', 'data-testid': 'plan-sum' },
      h('strong', {}, f.plural(items.length, noun)), f.sums(atRisk) ? [', ', h('strong', {}, f.sums(atRisk)), ' at risk'] : null),
    h('ul', { class: 'plan-groups' }, [...groups].map(([name, count]) => h('li', {}, `${f.number(count)} × ${f.words(name)}`))),
    answer.leftOut ? notice('warn', 'plan-left-out', `${f.number(answer.leftOut)} more match and are left out: run it again for the rest.`) : null,
    h('details', {}, h('summary', {}, 'The calls'),
      h('ul', { class: 'calls' }, items.slice(0, SHOWN).map((item) => h('li', {},
        h('span', { class: 'mono' }, f.shortId(item.registrationId ?? item.id)), ' ', item.call ?? [kindOf(item) ?? '', item.errorCodes?.length ? `: ${item.errorCodes.join(', ')}` : ''],
        item.idempotencyKey ? h('span', { class: 'muted' }, ` key ${item.idempotencyKey}`) : null)),
      items.length > SHOWN ? h('li', { class: 'muted' }, `… and ${f.number(items.length - SHOWN)} more`) : null)),
  ];
}

/** Messages that may have arrived are sent again only under their own code: where to find them. */
function unknownLeftOut(count, filter) {
  if (!count) return null;
  const channel = filter.service ?? filter.errorCode?.split('_')[0];
  const codes = channel ? [`${channel}_unknown`] : ['email_unknown', 'sms_unknown'];
  const { createdAfter, createdBefore } = filter;
  return notice('warn', 'plan-unknown', `${f.plural(count, 'message')} of unknown outcome ${count === 1 ? 'is' : 'are'} left out: ${count === 1 ? 'it' : 'they'} may have arrived. To send ${count === 1 ? 'it' : 'them'} too, select `,
    codes.flatMap((each, at) => [at ? ' or ' : null, link(href('registrations', null, { errorCode: each, createdAfter, createdBefore }), each, { class: 'mono' })]), '.');
}

/** What was started; the batch page unless `stay`. */
function started(answer, stay, again) {
  const batch = answer.batchId;
  if (!batch) {
    toast('Nothing to do: no row matches any more.');
    again?.();
  } else if (stay) {
    toast(`Batch started: ${f.plural(answer.items.length, 'item')}.`, href('batches', batch), 'Follow it');
    again?.();
  } else {
    toast(`Batch started: ${f.plural(answer.items.length, 'item')}.`);
    go(href('batches', batch));
  }
}

const RATE = { name: 'rate', label: 'Rate (items a second)', value: '50', hint: '0.01 to 100. The first item is a probe: if the provider is unavailable, the batch stops.' };

/** Replays all open rows that match a filter. */
export function replayMatching(ctx, filter, { stay = false, title = 'Replay all that match' } = {}) {
  const parameters = Object.fromEntries(FILTER_NAMES.filter((name) => filter[name] && name !== 'status').map((name) => [name, filter[name]]));
  const all = { ...parameters, limit: MOST_ROWS };
  confirm(ctx.session, {
    title,
    test: 'replay',
    text: 'Tries the open rows again under the same keys, and verifies each at its provider.',
    plan: async () => {
      const answer = await task('compensation-replay', { ...all, dryRun: 'true' });
      return { nodes: planNodes(answer, 'open row'), possible: answer.items.length > 0 };
    },
    fields: [RATE],
    confirm: 'Replay',
    run: (values) => task('compensation-replay', { ...all, dryRun: 'false', ...values }),
    done: (answer) => started(answer, stay, ctx.refresh),
    reload: ctx.refresh,
  });
}

/** Replays chosen rows in one batch, with what the page saw of each. */
export function replayRows(ctx, rows) {
  const many = rows.length > 1;
  const id = rows.map((row) => row.id).join(',');
  const seenSeq = rows.map((row) => row.commandSeq).join(',');
  confirm(ctx.session, {
    title: many ? `Replay ${f.number(rows.length)} selected rows` : 'Replay this row',
    test: 'replay',
    text: `Tries ${many ? 'the rows' : 'the row'} again under the same ${many ? 'keys' : 'key'}, and verifies ${many ? 'each at its' : 'it at the'} provider.`,
    plan: async () => {
      const answer = await task('compensation-replay', { id, dryRun: 'true' });
      return { nodes: planNodes(answer, 'row'), possible: answer.items.length > 0 };
    },
    fields: many ? [RATE] : [],
    confirm: 'Replay',
    run: (values) => task('compensation-replay', { id, seenSeq, ...values }),
    done: (answer) => started(answer, false, ctx.refresh),
    reload: ctx.refresh,
  });
}

/** Closes a row on the operator's word. */
export function resolveRow(ctx, row) {
  const payment = row.action === 'resolve_payment';
  confirm(ctx.session, {
    title: 'Resolve with evidence',
    test: 'resolve',
    text: `Closes this ${f.words(row.action)} row${row.amount === null || row.amount === undefined ? '' : ` of ${f.money(row)}`} because you vouch for it. Nothing is sent to the provider.`,
    fields: [
      payment ? { name: 'outcome', label: 'Outcome', type: 'select', required: true,
        options: [['', 'Choose…'], ['charged', 'charged'], ['not_charged', 'not charged'], ['refunded', 'refunded']] } : null,
      { name: 'reference', label: 'Evidence', required: true, placeholder: "The gateway's transaction, or a ticket" },
      payment ? { name: 'force', label: 'Close it even if the gateway contradicts me', type: 'checkbox' } : null,
    ].filter(Boolean),
    confirm: 'Resolve',
    danger: true,
    run: (values) => task('compensation-resolve', { id: row.id, seenSeq: row.commandSeq, ...values }),
    done: (answer) => {
      const state = answer.items[0]?.state;
      toast(state === 'RESOLVED' || state === 'DONE' ? 'The row is closed.' : 'The command is recorded and will be applied.');
      ctx.refresh();
    },
    reload: ctx.refresh,
  });
}

/** A further refund after one that the provider reversed or failed later. */
export function refundAgain(ctx, row) {
  confirm(ctx.session, {
    title: 'Refund again',
    test: 'refund-again',
    text: `Sends a further refund of ${f.money(row)} under a new key. Only after the provider reversed or failed the earlier one.`,
    confirm: 'Refund again',
    danger: true,
    run: (values) => task('refund-again', { id: row.id, seenSeq: row.commandSeq, ...values }),
    done: (answer) => {
      toast(answer.state === 'OPENED' ? 'A new refund row is open and will be tried.' : 'The refund is recorded and will be sent.');
      ctx.refresh();
    },
    reload: ctx.refresh,
  });
}

/** Resends the messages of all completed registrations that match. */
export function resendMatching(ctx, filter, { stay = false } = {}) {
  const parameters = { limit: MOST_ROWS };
  for (const name of ['errorCode', 'service', 'createdAfter', 'createdBefore']) if (filter[name]) parameters[name] = filter[name];
  confirm(ctx.session, {
    title: 'Resend messages',
    test: 'resend-many',
    text: filter.errorCode?.endsWith('_unknown')
      ? 'Sends these messages once more. Their outcome is unknown: some may have arrived, and arrive twice.'
      : 'Sends the welcome messages that failed once more.',
    plan: async () => {
      const answer = await task('notification-resend', { ...parameters, dryRun: 'true' });
      return { nodes: [planNodes(answer, 'registration'), unknownLeftOut(answer.unknownLeftOut, filter)], possible: answer.items.length > 0 };
    },
    fields: [RATE],
    confirm: 'Resend',
    run: (values) => task('notification-resend', { ...parameters, dryRun: 'false', ...values }),
    done: (answer) => started(answer, stay, ctx.refresh),
    reload: ctx.refresh,
  });
}

/** Resends the messages of one registration, to corrected addresses if given. */
export function resendOne(ctx, registration, messages) {
  const last = Math.max(0, ...messages.map((message) => message.n ?? 0));
  confirm(ctx.session, {
    title: 'Resend messages',
    test: 'resend',
    text: 'Without a correction, the messages that never arrived are sent again. A corrected address is also stored in profile and account.',
    fields: [
      { name: 'email', label: 'Corrected e-mail address', type: 'email', placeholder: 'unchanged' },
      { name: 'phoneNumber', label: 'Corrected phone number', type: 'tel', placeholder: 'unchanged; E.164, for example +14155550101' },
      { name: 'locale', label: 'Corrected language', placeholder: 'unchanged; for example de-CH' },
    ],
    confirm: 'Resend',
    run: (values) => task('notification-resend', { id: registration.id, n: last + 1, seenSeq: registration.commandSeq, ...values }),
    result: (answer) => [h('p', {}, `Resend ${answer.n ?? last + 1}: `, answer.state ? badge(answer.state) : 'recorded'),
      h('ul', { class: 'plain' }, answer.items.map((item) => h('li', {}, `${item.name} `, badge(item.status), item.errorCode ? ` ${item.errorCode}` : '')))],
    done: ctx.refresh,
    reload: ctx.refresh,
  });
}

export function cancelRegistration(ctx, registration) {
  confirm(ctx.session, {
    title: 'Cancel this registration',
    test: 'cancel',
    text: 'Completed steps are undone: a charge is refunded, account and profile are deleted.',
    confirm: 'Cancel registration',
    danger: true,
    run: (values) => task('registration-cancel', { id: registration.id, seenSeq: registration.commandSeq, ...values }),
    done: () => {
      toast('The cancellation is recorded and will be applied.');
      ctx.refresh();
    },
    reload: ctx.refresh,
  });
}

export function retryRegistration(ctx, registration) {
  confirm(ctx.session, {
    title: 'Register this user again',
    test: 'retry',
    text: 'Starts a new registration with the same request under a new id. This charges the user again.',
    confirm: 'Register again',
    run: (values) => task('registration-retry', { id: registration.id, seenSeq: registration.commandSeq, ...values }),
    done: (answer) => {
      toast('A new registration was started.');
      if (answer.items[0]?.id) go(href('registrations', answer.items[0].id));
    },
    reload: ctx.refresh,
  });
}

/** Pauses, resumes or cancels a batch. */
export function changeBatch(ctx, batch, action) {
  const text = {
    pause: 'Nothing more is released; items that have been released are finished.',
    resume: 'Continues with the items that are waiting.',
    cancel: 'Ends the batch for good. Items that have been released are finished; the rest stays open.',
  }[action];
  confirm(ctx.session, {
    title: `${action[0].toUpperCase()}${action.slice(1)} this batch`,
    test: `batch-${action}`,
    text,
    confirm: action === 'cancel' ? 'Cancel the batch' : action === 'pause' ? 'Pause' : 'Resume',
    danger: action === 'cancel',
    run: (values) => task('compensation-batch', { batch: batch.batchId, action, ...values }),
    done: (answer) => {
      toast(`The batch is ${f.words(answer.state)}.`);
      ctx.refresh();
    },
    reload: ctx.refresh,
  });
}
