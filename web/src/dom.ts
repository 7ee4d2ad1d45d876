// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
// Elements without innerHTML: what comes from data can only become text.

type Value = string | number | boolean | EventListener;
export type Child = Node | string | null | false;

function fill(element: Element, attributes: Record<string, Value>, children: Child[]): void {
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== false));
}

/** An element; attributes that are functions listen ("onclick"), false ones are left out. */
export function el<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): HTMLElementTagNameMap[K] {
  const element = document.createElement(tag);
  fill(element, attributes, children);
  return element;
}

export function svg<K extends keyof SVGElementTagNameMap>(
  tag: K,
  attributes: Record<string, Value> = {},
  ...children: Child[]
): SVGElementTagNameMap[K] {
  const element = document.createElementNS('http://www.w3.org/2000/svg', tag);
  fill(element, attributes, children);
  return element;
}

export function byId<T extends HTMLElement = HTMLElement>(id: string): T {
  const element = document.getElementById(id);
  if (!element) throw new Error(`index.html has no #${id}`);
  return element as T;
}

/** New content; the focus stays on the element of the same id or, where there is none any more, in this place. */
export function show(container: HTMLElement, ...children: Child[]): void {
  const focused = container.contains(document.activeElement) ? document.activeElement : null;
  container.replaceChildren(...children.filter((child) => child !== null && child !== false));
  if (!focused) return;
  const again = focused.id ? document.getElementById(focused.id) : null;
  if (!again) container.tabIndex = -1;
  (again ?? container).focus({ preventScroll: true });
}

export function reducedMotion(): boolean {
  return matchMedia('(prefers-reduced-motion: reduce)').matches;
}
