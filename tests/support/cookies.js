// @ts-check

/** The header `Cookie` of a browser after a response. @param {string} cookies before it @param {string[]} lines the response's headers `Set-Cookie` */
export function cookiesAfter(cookies, lines) {
  const pairs = cookies.split("; ").filter(Boolean).map((pair) => /** @type {[string, string]} */ (pair.split("=")));
  const jar = new Map(pairs);
  for (const line of lines) {
    const [name, value] = line.split(";")[0].split("=");
    if (value === "") jar.delete(name);
    else jar.set(name, value);
  }
  return [...jar].map((pair) => pair.join("=")).join("; ");
}
