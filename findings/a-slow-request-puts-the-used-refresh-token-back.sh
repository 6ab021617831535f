#!/usr/bin/env bash
# With @fastify/session as installed, and with permanent sessions of Flask, a request that does not touch the session writes
# it back as it was when the request began. So if a second request refreshes meanwhile, and stores the new refresh token in the
# session, the slow one puts the used token back when it ends, and the next refresh is refused, or taken for a replay. Both
# mean to prolong the session (`rolling`, `SESSION_REFRESH_EACH_REQUEST`, each on as installed), for which the new end alone
# would do. @fastify/session keeps the sessions on the server, where one would not expect it. express-session with
# `resave: false` prolongs without writing back. Needs node 20 or newer, npm, python3 with venv, and PyPI.
set -euo pipefail
folder=$(mktemp -d); trap 'rm -rf "$folder"' EXIT; cd "$folder"
npm init --yes >/dev/null
npm install --silent --ignore-scripts --no-audit --no-fund fastify@5.12.8 @fastify/cookie@11.1.5 @fastify/session@11.1.3 \
  express@5.3.0 express-session@1.19.0
python3 -m venv env
env/bin/pip install --quiet --disable-pip-version-check Flask==3.1.3
cat > check.mjs <<'JS'
import cookies from "@fastify/cookie";
import fastifySession from "@fastify/session";
import express from "express";
import expressSession from "express-session";
import Fastify from "fastify";
import { once } from "node:events";

const secret = "k".repeat(32);
let begun;
let end;

const routes = {
  "/sign-in": (session) => void (session.token = "first"),
  "/refresh": (session) => void (session.token = "second"),
  "/slow": () => new Promise((resolve) => begun((end = resolve))),
  "/token": (session) => session.token,
};

async function fastify() {
  const app = Fastify();
  app.register(cookies);
  app.register(fastifySession, { secret, cookie: { secure: false } });
  for (const [path, handle] of Object.entries(routes)) {
    app.get(path, async ({ session }) => (await handle(session)) ?? "done");
  }
  return { url: await app.listen({ port: 0, host: "127.0.0.1" }), close: () => app.close() };
}

async function rollingExpress() {
  const app = express().use(expressSession({ secret, resave: false, rolling: true, saveUninitialized: true }));
  for (const [path, handle] of Object.entries(routes)) {
    app.get(path, async ({ session }, response) => response.send((await handle(session)) ?? "done"));
  }
  const server = app.listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${server.address().port}`, close: () => server.close() };
}

async function tokenAfter(start) {
  const { url, close } = await start();
  const response = await fetch(`${url}/sign-in`);
  const headers = { cookie: response.headers.getSetCookie()[0].split(";")[0], connection: "close" };
  const hasBegun = new Promise((resolve) => (begun = resolve));
  const slow = fetch(`${url}/slow`, { headers });
  await hasBegun;
  await (await fetch(`${url}/refresh`, { headers })).text();
  end();
  await (await slow).text();
  const token = await (await fetch(`${url}/token`, { headers })).text();
  close();
  return token;
}

const found = [await tokenAfter(fastify), await tokenAfter(rollingExpress)];
console.log(`@fastify/session 11.1.3: after a refresh and a slow request, the session has the ${found[0]} token`);
console.log(`express-session 1.19.0: it has the ${found[1]} token`);
process.exit(found.join() === "first,second" ? 0 : 1);
JS
cat > check.py <<'PYTHON'
from importlib.metadata import version
from threading import Event, Thread

from flask import Flask, session

app = Flask("shop")
app.secret_key = "key"
begun, end = Event(), Event()

@app.get("/sign-in")
def sign_in():
    session.permanent = True
    session["token"] = "first"
    return ""

@app.get("/refresh")
def refresh():
    session["token"] = "second"
    return ""

@app.get("/slow")
def slow():
    begun.set()
    end.wait()
    return ""

@app.get("/token")
def token():
    return session["token"]

def get(path):
    """Sends the cookie that the browser has now, and stores the one of the response."""
    global cookie
    response = app.test_client(use_cookies=False).get(path, headers={"cookie": cookie})
    for line in response.headers.getlist("set-cookie"):
        cookie = line.split(";")[0]
    return response.text

cookie = ""
get("/sign-in")
request = Thread(target=get, args=["/slow"])
request.start()
begun.wait()
get("/refresh")
end.set()
request.join()
found = get("/token")
print(f"Flask {version('flask')}: after a refresh and a slow request, the browser has a session with the {found} token")
assert found == "first", "the behaviour has changed"
PYTHON
node check.mjs
env/bin/python check.py
