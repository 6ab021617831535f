// @ts-check
/** Checks that run inside a page. Each function is serialised alone, so it cannot use the others. */

/** The sum of unexpected layout shifts, as browsers measure it. @returns {Promise<number>} */
export function layoutShift() {
  return new Promise((resolve) => {
    const add = (/** @type {number} */ sum, /** @type {any} */ entry) => sum + (entry.hadRecentInput ? 0 : entry.value);
    const observer = new PerformanceObserver((list) => resolve(list.getEntries().reduce(add, 0)));
    observer.observe({ type: "layout-shift", buffered: true });
    // Without a shift the observer is never called.
    requestAnimationFrame(() => requestAnimationFrame(() => resolve(observer.takeRecords().reduce(add, 0))));
  });
}

/** The texts whose contrast is below WCAG AA. @returns {string[]} */
export function lowContrastTexts() {
  const canvas = document.createElement("canvas");
  const context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d", { willReadFrequently: true }));

  /** Lays colours over each other, the last on top. @param {string[]} colours */
  const blend = (colours) => {
    for (const colour of colours) {
      context.fillStyle = colour;
      context.fillRect(0, 0, 1, 1);
    }
    return [...context.getImageData(0, 0, 1, 1).data].slice(0, 3);
  };

  /** @param {number[]} rgb */
  const luminance = (rgb) => {
    const [r, g, b] = rgb.map((part) => part / 255).map((c) => (c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };

  /** @param {Element | null} element @returns {string[]} */
  const backgrounds = (element) =>
    element ? [...backgrounds(element.parentElement), getComputedStyle(element).backgroundColor] : ["white"];

  /** @param {Element} element */
  const contrast = (element) => {
    const behind = backgrounds(element);
    const [dark, light] = [blend(behind), blend([...behind, getComputedStyle(element).color])].map(luminance).sort((a, b) => a - b);
    return (light + 0.05) / (dark + 0.05);
  };

  /** @param {Element} element */
  const needed = (element) => {
    const { fontSize, fontWeight } = getComputedStyle(element);
    const points = parseFloat(fontSize) * 0.75;
    return points >= 18 || (points >= 14 && Number(fontWeight) >= 700) ? 3 : 4.5;
  };

  const hasText = (/** @type {Element} */ element) =>
    [...element.childNodes].some((node) => node.nodeType === Node.TEXT_NODE && node.textContent?.trim());
  return [...document.body.querySelectorAll("*")]
    .filter((element) => element.checkVisibility() && hasText(element))
    .filter((element) => contrast(element) < needed(element))
    .map((element) => `${element.textContent?.trim()}: ${contrast(element).toFixed(2)}`);
}

/** The elements that the Tab key must reach; of a group of radio buttons, the checked one. @returns {string[]} */
export function focusableElements() {
  const controls = [...document.querySelectorAll("button, input:not([type=radio]), input:checked, [role=log]")];
  return controls.filter((control) => control.checkVisibility()).map((control) => control.outerHTML);
}

/** The element that has the focus. */
export function focusedElement() {
  return document.activeElement?.outerHTML ?? "";
}
