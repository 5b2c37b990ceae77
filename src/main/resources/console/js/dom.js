// Builds elements and patches the page with them. Text always goes in as text nodes: nothing is ever parsed as HTML.

/**
 * Creates an element. Attributes: `onclick` and other handlers as functions, `checked`, `disabled` and `value` as
 * properties; null, undefined and false are left out. Children: nodes, text, numbers, arrays; null and false are left out.
 */
export function h(tag, attributes, ...children) {
  const element = document.createElement(tag);
  const handlers = {};
  for (const [name, value] of Object.entries(attributes ?? {})) {
    if (value === null || value === undefined || value === false) continue;
    if (name.startsWith('on')) {
      handlers[name] = value;
      element[name] = value;
    } else if (name === 'style') {
      for (const [property, setting] of Object.entries(value)) element.style.setProperty(property, setting);
    } else {
      element.setAttribute(name, value === true ? '' : String(value));
    }
  }
  element.handlers = handlers;
  append(element, children);
  if (tag === 'select' && attributes?.value !== undefined) {
    element.removeAttribute('value');
    element.value = attributes.value ?? '';
  }
  return element;
}

function append(element, children) {
  for (const child of children) {
    if (Array.isArray(child)) append(element, child);
    else if (child instanceof Node) element.append(child);
    else if (child !== null && child !== undefined && child !== false) element.append(String(child));
  }
}

/** Makes the children of `target` equal to `nodes`, keeping elements, focus, open details and scroll positions. */
export function patch(target, ...nodes) {
  const fresh = document.createElement('div');
  append(fresh, nodes);
  patchChildren(target, fresh);
}

function patchChildren(target, fresh) {
  const keyed = new Map();
  for (const child of target.children) {
    if (child.dataset.key) keyed.set(child.dataset.key, child);
  }
  let current = target.firstChild;
  for (const wanted of [...fresh.childNodes]) {
    const key = wanted.dataset?.key;
    const match = key ? keyed.get(key) : current;
    if (match && alike(match, wanted)) {
      if (match === current) current = current.nextSibling;
      else target.insertBefore(match, current);
      patchNode(match, wanted);
    } else {
      target.insertBefore(wanted, current);
    }
  }
  while (current) {
    const next = current.nextSibling;
    current.remove();
    current = next;
  }
}

function alike(a, b) {
  return a.nodeName === b.nodeName && a.dataset?.key === b.dataset?.key;
}

function patchNode(old, wanted) {
  if (old.nodeType === Node.TEXT_NODE) {
    if (old.data !== wanted.data) old.data = wanted.data;
    return;
  }
  for (const name of Object.keys(old.handlers ?? {})) old[name] = null;
  Object.assign(old, wanted.handlers);
  old.handlers = wanted.handlers;
  for (const { name } of [...old.attributes]) {
    // What the user opened stays open.
    if (!wanted.hasAttribute(name) && !(name === 'open' && old.nodeName === 'DETAILS')) old.removeAttribute(name);
  }
  for (const { name, value } of wanted.attributes) {
    if (old.getAttribute(name) === value) continue;
    // The content security policy allows style by script, not as an attribute's text.
    if (name === 'style') old.style.cssText = wanted.style.cssText;
    else old.setAttribute(name, value);
  }
  // A chart draws into its own element.
  if (wanted.hasAttribute('data-own')) {
    old.update?.(wanted.input);
    return;
  }
  patchChildren(old, wanted);
  if (old.nodeName === 'INPUT' && old.type === 'checkbox') old.checked = wanted.checked;
  else if (['INPUT', 'SELECT'].includes(old.nodeName) && old !== document.activeElement) old.value = wanted.value;
}

/** Reads out a result to users of screen readers. */
export function announce(text) {
  const region = document.getElementById('announcer');
  region.textContent = '';
  setTimeout(() => { region.textContent = text; }, 50);
}
