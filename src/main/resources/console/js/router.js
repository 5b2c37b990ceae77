// Addresses of the console: #/page/id?filter=value. Filters live in the address, so that every view can be sent to a colleague.

export function parse(hash = location.hash) {
  const [path, query] = hash.replace(/^#\/?/, '').split('?');
  const [page, id] = path.split('/').map(decode);
  return { page: page || 'now', id: id || null, query: Object.fromEntries(new URLSearchParams(query ?? '')) };
}

function decode(text) {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export function href(page, id = null, query = {}) {
  const search = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== null && value !== undefined && value !== '') search.set(name, value);
  }
  const text = search.toString();
  return `#/${page}${id ? `/${encodeURIComponent(id)}` : ''}${text ? `?${text}` : ''}`;
}

export function go(address) {
  if (location.hash === address) window.dispatchEvent(new HashChangeEvent('hashchange'));
  else location.hash = address;
}

/** A link that the service gave: only within the console, or http(s). Anything else (javascript:, …) is none. */
export function safe(link) {
  if (typeof link !== 'string') return null;
  if (link.startsWith('#/')) return link;
  try {
    const url = new URL(link);
    return ['https:', 'http:'].includes(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}
