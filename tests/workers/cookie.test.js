// @ts-check
import assert from "node:assert/strict";
import { join } from "node:path";
import { after, test } from "node:test";
import { install } from "../support/package.js";
import { startWorkerd } from "../../www/edge/workerd.js";

const SECRET = "a secret of at least 32 characters";
const OLDER = "another one that was used before it";

const { modules, remove } = install();
const workerd = await startWorkerd({ worker: { entry: join(import.meta.dirname, "fixtures", "cookie.worker.js") } }, { modules });
after(async () => {
  await workerd.remove();
  remove();
});

/** @param {object} options @param {string} [cookie] @returns {Promise<{ read: string | null, id: string, clear: string, header: string, value: string }>} */
async function visit(options, cookie) {
  const search = new URLSearchParams({ options: JSON.stringify(options) });
  const response = await fetch(`${workerd.urls.worker}?${search}`, { headers: cookie === undefined ? {} : { cookie } });
  const header = response.headers.get("set-cookie") ?? "";
  return { ...(await response.json()), header, value: header.split(";")[0] };
}

for (const options of [{}, { secret: SECRET }, { secret: [SECRET, OLDER] }, { name: "shop", maxAge: 60 }])
  test(`a browser keeps its session by the cookie: ${JSON.stringify(options)}`, async () => {
    const first = await visit(options);
    assert.equal(first.read, null);
    const second = await visit(options, `other=1; ${first.value}; another="2"`);
    assert.equal(second.read, first.id);
    assert.notEqual((await visit(options)).id, first.id);
  });

test("the cookie is for this host alone, over https, kept from scripts and from other sites' forms, for 400 days", async () => {
  const { header, id, clear } = await visit({});
  assert.equal(header, `__Host-session=${id}; Max-Age=34560000; Path=/; Secure; HttpOnly; SameSite=Lax`);
  assert.equal(clear, "__Host-session=; Max-Age=0; Path=/; Secure; HttpOnly; SameSite=Lax");
});

test("a secret is changed by putting the new one first", async () => {
  const { value, id } = await visit({ secret: OLDER });
  const during = await visit({ secret: [SECRET, OLDER] }, value);
  assert.equal(during.read, id);
  const after = await visit({ secret: SECRET }, during.value);
  assert.equal(after.read, id);
  assert.equal((await visit({ secret: SECRET }, value)).read, null);
});

test("a signature is for the cookie of one name", async () => {
  const { value } = await visit({ secret: SECRET, name: "one" });
  assert.equal((await visit({ secret: SECRET, name: "two" }, value.replace("one=", "two="))).read, null);
});

test("a cookie that sessionCookie() did not make counts as none", async () => {
  const { value } = await visit({ secret: SECRET });
  const opaque = await visit({});
  const [, id, signature] = /=(\w+)\.(\w+)$/.exec(value) ?? [];
  const flipped = id.replace(/^./, (digit) => (digit === "0" ? "1" : "0"));
  const signed = (/** @type {string} */ text) => [{ secret: SECRET }, `__Host-session=${text}`];
  const hostile = [
    signed(`${flipped}.${signature}`),
    signed(`${id}.${signature.replace(/.$/, (digit) => (digit === "0" ? "1" : "0"))}`),
    signed(`${id}.${signature.slice(1)}`),
    signed(`${id}.${signature}00`),
    signed(`${id}.${signature.toUpperCase()}`),
    signed(`${id}.`),
    signed(`${id}`),
    signed(`.${signature}`),
    signed(`"${id}.${signature}"`),
    signed(""),
    signed("%00"),
    signed("x".repeat(8000)),
    [{ secret: SECRET }, value.replace("__Host-session", "__host-session")],
    [{ secret: SECRET }, value.replace("=", " = ")],
    [{ secret: SECRET }, "__Host-session"],
    [{ secret: SECRET }, ";;; = ;=;"],
    [{ secret: OLDER }, value],
    [{}, value],
    [{}, `__Host-session=${opaque.id.slice(1)}`],
    [{}, `__Host-session=${opaque.id}0`],
    [{}, "__Host-session=../../../etc"],
  ];
  for (const [options, cookie] of hostile)
    assert.equal((await visit(/** @type {object} */ (options), String(cookie))).read, null, String(cookie).slice(0, 200));
});

test("a second cookie of the name does not hide the valid one", async () => {
  const { value, id } = await visit({ secret: SECRET });
  const forged = `__Host-session=${"0".repeat(32)}.${"0".repeat(64)}`;
  for (const cookie of [`${forged}; ${value}`, `${value}; ${forged}`, `__Host-session=; ${value}`, `${value}; ${value}`])
    assert.equal((await visit({ secret: SECRET }, cookie)).read, id);
});

test("nothing is printed", () => {
  assert.equal(workerd.printed(), "");
});
