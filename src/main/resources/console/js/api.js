// The two ways to the service: reading /console/api, and acting through the admin tasks.

/** What an answer that is not a success said. `status` is 0 if there was no answer at all. */
export class ApiError extends Error {
  constructor(message, status, retryAfter) {
    super(message);
    this.status = status;
    this.retryAfter = retryAfter;
  }

  /** Someone else acted on the same registration since the page was read. */
  get changed() {
    return this.status === 409 && this.message.startsWith('changed');
  }
}

const READ_MILLIS = 10_000;
const ACT_MILLIS = 60_000;

let whenSignedOut = () => {};

export function onSignedOut(listener) {
  whenSignedOut = listener;
}

async function call(path, options, millis, signal) {
  const limit = AbortSignal.timeout(millis);
  let response;
  try {
    response = await fetch(path, {
      ...options,
      headers: { Accept: 'application/json', ...options.headers },
      credentials: 'same-origin',
      cache: 'no-store',
      redirect: 'error',
      signal: signal ? AbortSignal.any([signal, limit]) : limit,
    });
    const body = await response.text();
    const json = parse(body);
    // A task whose items failed in part answers 500 and still lists them.
    if (json !== undefined && (response.ok || (response.status === 500 && json?.items?.length))) return json;
    if (response.ok && !body) return null;
    throw new ApiError(sentence(json, body, response), response.status, Number(response.headers.get('Retry-After')));
  } catch (error) {
    if (signal?.aborted || error instanceof ApiError) throw error;
    throw new ApiError(
      limit.aborted ? `This instance did not answer within ${millis / 1000} s.` : 'This instance does not answer.', 0);
  }
}

function parse(body) {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}

function sentence(json, body, response) {
  if (typeof json?.error === 'string') return json.error;
  if (typeof json?.message === 'string') return json.message;
  return response.headers.get('Content-Type')?.startsWith('text/plain') && body.length < 300
    ? body.trim()
    : `The request was refused (${response.status}).`;
}

async function guarded(promise) {
  try {
    return await promise;
  } catch (error) {
    if (error.status === 401) whenSignedOut();
    throw error;
  }
}

const form = (parameters) => {
  const body = new URLSearchParams();
  for (const [name, value] of Object.entries(parameters)) {
    if (value !== null && value !== undefined && value !== '') body.set(name, String(value));
  }
  return body;
};

/** Reads `/console/api/PATH`. */
export function read(path, parameters = {}, signal = undefined) {
  const query = form(parameters).toString();
  return guarded(call(`api/${path}${query ? `?${query}` : ''}`, {}, READ_MILLIS, signal));
}

/** Posts a form to `/console/api/PATH`. */
export function post(path, parameters) {
  return guarded(call(`api/${path}`, { method: 'POST', body: form(parameters) }, ACT_MILLIS));
}

/** Runs an admin task; it has the caller's rights, and is audited if it changes something. */
export function task(name, parameters = {}, signal = undefined) {
  const options = { method: 'POST', body: form({ ...parameters, format: 'json' }) };
  return guarded(call(`../tasks/${name}`, options, signal ? READ_MILLIS : ACT_MILLIS, signal));
}

export const session = {
  read: () => call('api/session', {}, READ_MILLIS),
  open: (key) => call('api/session', { method: 'POST', body: form({ key }) }, READ_MILLIS),
  close: () => call('api/session', { method: 'DELETE' }, READ_MILLIS),
};
