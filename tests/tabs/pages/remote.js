// @ts-check
// Asks the test for the next expression, evaluates it, and sends the result along with the next question.

const parameters = new URLSearchParams(location.search);
const address = `${parameters.get("remote")}/${parameters.get("page")}`;

/** @param {string} expression */
async function evaluate(expression) {
  try {
    return { value: await (0, eval)(expression) };
  } catch (error) {
    return { error: String(error) };
  }
}

/** Has the browser prerender a page. @param {string} url */
function prerender(url) {
  const rules = document.createElement("script");
  rules.type = "speculationrules";
  rules.textContent = JSON.stringify({ prerender: [{ source: "list", urls: [url], eagerness: "immediate" }] });
  document.head.append(rules);
}

/** Fulfilled once the shopper sees the page. */
const activated = () =>
  new Promise((/** @type {(value?: unknown) => void} */ resolve) => {
    if (!(/** @type {any} */ (document).prerendering)) return resolve();
    document.addEventListener("prerenderingchange", () => resolve(), { once: true });
  });

/** The promises that were begun. @type {Record<string, Promise<unknown>>} */
const begun = {};

/** Begins something that a later expression may wait for. @param {string} name @param {() => Promise<unknown>} task */
function begin(name, task) {
  begun[name] = task();
  begun[name].catch(() => {});
}

/** @param {number} milliseconds */
const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));

Object.assign(window, { prerender, activated, begin, begun, pause });

for (let result = {}; ; ) {
  const response = await fetch(address, { method: "POST", body: JSON.stringify(result) });
  result = await evaluate(await response.text());
}
