// The timeline of a registration: steps, undo and commands as bars on one axis.

import { badge, when } from './components.js';
import { h } from './dom.js';
import * as f from './format.js';

const TICKS = 4;
const SHORTENED = 0.15;

/** Bars need room even if one of them lasts for days: what lies between two groups of events is cut out. */
function axis(moments) {
  const sorted = [...new Set(moments)].sort((a, b) => a - b);
  const first = sorted[0];
  const last = sorted.at(-1);
  const gaps = [];
  // A pause that takes much of the whole is shortened to a part of the axis.
  const whole = Math.max(1, last - first);
  for (let i = 1; i < sorted.length; i++) {
    if (sorted[i] - sorted[i - 1] > whole * 0.4 && whole > 30_000) gaps.push([sorted[i - 1], sorted[i]]);
  }
  const cut = gaps.reduce((sum, [from, to]) => sum + to - from, 0);
  const rest = Math.max(1, whole - cut);
  const shown = gaps.length ? rest / (1 - SHORTENED * gaps.length) : whole;
  const position = (moment) => {
    let length = moment - first;
    for (const [from, to] of gaps) {
      if (moment <= from) continue;
      length -= Math.min(moment, to) - from;
      length += (SHORTENED * shown * (Math.min(moment, to) - from)) / (to - from);
    }
    return Math.min(100, Math.max(0, (100 * length) / shown));
  };
  return { position, first, last, gaps };
}

/** A failed attempt is a mark on the bar of its step or undo. */
const marks = (failures = []) => failures.map((each) => ({ at: each.at, text: `attempt ${each.attempt}: ${f.words(each.outcome)}${each.code ? `, ${each.code}` : ''}` }));

export function timeline({ registration, steps = [], compensations = [], commands = [] }) {
  const now = Date.now();
  const millis = (iso) => new Date(iso).getTime();
  const start = millis(registration.createdAt);
  const end = registration.finishedAt ? millis(registration.finishedAt) : now;
  const rows = [
    ...steps.map((step) => ({
      kind: 'step', name: step.name, state: step.status, from: step.startedAt, to: step.finishedAt, live: ['RUNNING', 'WAITING'].includes(step.status),
      marks: marks(step.failures),
      note: step.attempts > 1 ? `${f.number(step.attempts)} attempts` : '',
    })),
    ...(registration.waitingOn ? [{ kind: 'wait', name: `wait: ${registration.waitingOn.service}`, state: 'WAITING', from: registration.waitingOn.since, to: null, live: true, marks: [], note: f.words(registration.waitingOn.reason) }] : []),
    ...compensations.map((row) => ({
      kind: 'undo', name: `undo: ${f.words(row.action)}`, state: row.state, from: row.state === 'PLANNED' ? null : row.openedAt, to: row.closedAt, live: !row.closedAt && row.state !== 'PLANNED', marks: marks(row.failures), note: row.attempts > 1 ? `${f.number(row.attempts)} tries` : '',
    })),
    ...commands.map((command) => ({
      kind: 'command', name: `command: ${f.words(command.kind)}`, state: command.appliedAt ? 'applied' : 'WAITING', from: command.createdAt, to: command.appliedAt ?? command.createdAt, live: !command.appliedAt, marks: [], note: command.actor ?? '',
    })),
  ];
  const moments = [start, end, ...rows.flatMap((row) => [row.from, row.live ? null : row.to, ...row.marks.map((mark) => mark.at)]).filter(Boolean).map(millis)].filter(Number.isFinite);
  const scale = axis(moments);
  const left = (iso) => scale.position(millis(iso));
  return h('div', { class: 'gantt', 'data-testid': 'gantt' },
    h('div', { class: 'gantt-axis', 'aria-hidden': 'true' }, h('span', {}), h('div', { class: 'gantt-track' },
      ticks(scale).map(({ at, text }) => h('span', { class: at > 85 ? 'tick end' : 'tick', style: { left: `${at}%` } }, text)))),
    h('ol', { class: 'gantt-rows' }, rows.map((row) => {
      const from = row.from ? left(row.from) : null;
      const to = from === null ? null : row.live ? 100 : row.to ? left(row.to) : from;
      const length = !row.from ? null : row.live ? `${f.duration(f.secondsBetween(row.from, new Date()))} so far`
        : row.to && row.to !== row.from ? f.duration(f.secondsBetween(row.from, row.to)) : null;
      return h('li', { class: `gantt-row ${row.kind}`, 'data-testid': `gantt-${row.kind}` },
        h('span', { class: 'gantt-name' }, h('span', { class: 'gantt-label' }, row.name), badge(row.state)),
        h('div', { class: 'gantt-track' },
          scale.gaps.map(([a, b]) => h('span', { class: 'gap', 'aria-hidden': 'true', style: { left: `${scale.position(a)}%`, width: `${scale.position(b) - scale.position(a)}%` } })),
          from === null ? h('span', { class: 'none muted' }, 'not begun') : h('span', { class: `bar ${row.state} ${row.live ? 'live' : ''}`, style: { left: `${from}%`, width: `${Math.max(0, to - from)}%` } }),
          row.marks.map((mark) => h('span', { class: 'mark', title: `${f.time(mark.at, { millis: true })} ${mark.text}`, style: { left: `${left(mark.at)}%` } }))),
        h('span', { class: 'gantt-note' }, row.from ? when(row.from, { millis: true }) : null, length ? ` · ${length}` : null, row.note ? ` · ${row.note}` : null));
    })),
    scale.gaps.length ? h('p', { class: 'muted small' }, 'Shaded: a longer time in which nothing happened, shortened.') : null);
}

function ticks({ position, first, last, gaps }) {
  if (gaps.length) {
    const all = [first, ...gaps.flat()].map((moment) => ({ at: position(moment), text: moment === first ? '0' : `+${f.duration((moment - first) / 1000)}` }));
    return all.filter((tick, at) => at === 0 || (at === all.length - 1 ? tick.at > 25 : tick.at > 12 && all[at + 1].at - tick.at > 28));
  }
  return Array.from({ length: TICKS + 1 }, (_, at) => ({ at: (100 * at) / TICKS, text: at === 0 ? '0' : `+${f.duration(((last - first) * at) / TICKS / 1000)}` }));
}
