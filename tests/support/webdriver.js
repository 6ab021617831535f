// @ts-check
/** Sends a command of the WebDriver protocol (W3C). @param {string} method @param {string} url @param {object} [body] @returns {Promise<any>} */
export async function sendCommand(method, url, body) {
  const headers = { "Content-Type": "application/json" };
  const response = await fetch(url, { method, headers, ...(body && { body: JSON.stringify(body) }) });
  const { value } = await response.json();
  if (!response.ok) throw new Error(`${value.error}: ${value.message}`);
  return value;
}
