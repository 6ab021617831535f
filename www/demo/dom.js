// @ts-check
/** Makes and finds elements. Text is always set as text, never as markup. */

/**
 * @param {string} selector
 * @param {ParentNode} [inside]
 * @returns {HTMLElement}
 */
export function find(selector, inside = document) {
  const element = inside.querySelector(selector);
  if (!(element instanceof HTMLElement)) throw new Error(`The page has no ${selector}.`);
  return element;
}

/**
 * @param {string} tag
 * @param {Record<string, string | undefined>} [attributes]
 * @param {(Node | string | undefined)[]} children
 */
export function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) element.setAttribute(name, value);
  }
  element.append(...children.filter((child) => child !== undefined));
  return element;
}

/**
 * @param {Record<string, string | undefined>} attributes
 * @param {(Node | string | undefined)[]} children
 * @param {() => void} onClick
 */
export function makeButton(attributes, children, onClick) {
  const button = make("button", { type: "button", ...attributes }, ...children);
  button.addEventListener("click", onClick);
  return button;
}
