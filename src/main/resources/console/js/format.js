// Numbers, money and times as text. Times are UTC, as in the log and in the audit.

const NUMBER = new Intl.NumberFormat('en-US');
const digitsOf = new Map();

export const number = (value) => (value === null || value === undefined ? '–' : NUMBER.format(value));

export const percent = (ratio, digits = 2) =>
  ratio === null || ratio === undefined ? '–' : `${(ratio * 100).toFixed(digits)} %`;

function digits(currency) {
  if (!digitsOf.has(currency)) {
    let count = 2;
    try {
      count = new Intl.NumberFormat('en-US', { style: 'currency', currency }).resolvedOptions().maximumFractionDigits;
    } catch {
      // Not a code that the browser knows.
    }
    digitsOf.set(currency, count);
  }
  return digitsOf.get(currency);
}

/** `{"amount", "currency"}` as `49,900.00 USD`; the amount is a decimal text or a number. */
export function money(value) {
  if (!value || value.amount === null || value.amount === undefined) return '–';
  const text = typeof value.amount === 'number' ? value.amount.toFixed(digits(value.currency)) : String(value.amount);
  const [, sign, whole, fraction] = /^(-?)(\d+)(\.\d+)?$/.exec(text) ?? [];
  if (whole === undefined) return `${text} ${value.currency ?? ''}`;
  return `${sign}${NUMBER.format(BigInt(whole))}${fraction ?? ''} ${value.currency ?? ''}`.trim();
}

export const sums = (values) => (values && values.length ? values.map(money).join(' + ') : null);

const two = (value) => String(value).padStart(2, '0');

/** `21:40:12`, with the date unless it is today's. */
export function time(iso, { millis = false } = {}) {
  if (!iso) return '–';
  const date = new Date(iso);
  if (Number.isNaN(date.getTime())) return String(iso);
  let clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  if (millis) clock += `.${String(date.getUTCMilliseconds()).padStart(3, '0')}`;
  const day = date.toISOString().slice(0, 10);
  return day === new Date().toISOString().slice(0, 10) ? clock : `${day} ${clock}`;
}

/** Seconds as `250 ms`, `4.2 s`, `3 min 20 s`, `2 h 5 min`, `3 d 4 h`. */
export function duration(seconds) {
  if (seconds === null || seconds === undefined || Number.isNaN(seconds)) return '–';
  if (seconds < 1) return `${Math.round(seconds * 1000)} ms`;
  if (seconds < 10) return `${Number(seconds.toFixed(1))} s`;
  const whole = Math.round(seconds);
  const parts = [[86400, 'd'], [3600, 'h'], [60, 'min'], [1, 's']];
  const at = parts.findIndex(([unit]) => whole >= unit);
  const [unit, name] = parts[at];
  const next = parts[at + 1];
  const rest = next ? Math.floor((whole % unit) / next[0]) : 0;
  return `${Math.floor(whole / unit)} ${name}${rest ? ` ${rest} ${next[1]}` : ''}`;
}

export const secondsBetween = (from, to) => (new Date(to) - new Date(from)) / 1000;

/** `12 s ago` or `in 4 min`. */
export function relative(iso) {
  if (!iso) return '–';
  const seconds = secondsBetween(iso, new Date());
  if (Math.abs(seconds) < 1) return 'now';
  return seconds > 0 ? `${duration(seconds)} ago` : `in ${duration(-seconds)}`;
}

/** When something is due: `in 4 min`, or `due now` once that time has passed. */
export const due = (iso) => (iso && new Date(iso) <= new Date() ? 'due now' : relative(iso));

export const plural = (count, noun, many = `${noun}s`) => `${number(count)} ${count === 1 ? noun : many}`;

export const shortId = (id) => (id ? String(id).slice(0, 8) : '–');

/** `NEEDS_ATTENTION` as `needs attention`, `resolve_payment` as `resolve payment`. */
export const words = (code) => (code ? String(code).replaceAll('_', ' ').toLowerCase() : '–');

const OPEN_ROWS = {
  refund: ['refund', 'refunds'],
  resolve_payment: ['unknown payment', 'unknown payments'],
  delete_account: ['account to delete', 'accounts to delete'],
  delete_profile: ['profile to delete', 'profiles to delete'],
  save_account: ['account to save', 'accounts to save'],
};

/** `1,000 open refunds`: rows of undo work by their action. */
export function openRows(action, count) {
  const names = OPEN_ROWS[action];
  return names ? plural(count, `open ${names[0]}`, `open ${names[1]}`) : `${number(count)} open ${words(action)}`;
}

/** An ISO time as the value of a datetime-local field (UTC), and back. */
export const toField = (iso) => (iso ? iso.slice(0, 16) : '');
export const fromField = (value) => (value ? `${value.length === 16 ? `${value}:00` : value}Z` : '');

/** Any JSON value as one line of text. */
export function plain(value) {
  if (value === null || value === undefined) return '–';
  if (Array.isArray(value)) return value.map(plain).join(', ');
  if (typeof value === 'object') {
    return Object.entries(value).filter(([, inner]) => inner !== null).map(([name, inner]) => `${name} ${plain(inner)}`).join(' · ');
  }
  return String(value);
}
