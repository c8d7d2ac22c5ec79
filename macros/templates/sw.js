/* Keeps the pages that are needed most, for when the site cannot be reached. While it can be, every page comes from it.
   Made when the site is built: the digest changes with any of the files, and then they are all fetched anew. */
"use strict";

const DIGEST = "@digest@";
const FILES = ["@files@"];
const OTHERS = ["previews/", "releases/"]; // sites of their own below this one: their pages are never answered for
const PATIENCE = 3000; // milliseconds that the site has to answer
const OURS = "kept " + self.registration.scope + " ";
const STORE = OURS + DIGEST;
const WHEN = new URL("kept-since", self.registration.scope).href; // an entry of the store, no file of the site
const ADDRESSES = new Set(FILES.map((file) => new URL(file, self.registration.scope).href));
const fromStore = new Set(); // the open pages that came from the store: what belongs to them comes from there as well

/* All or nothing: where one file cannot be had, the store before stays. */
async function fill() {
  const store = await caches.open(STORE);
  try {
    await store.addAll(Array.from(ADDRESSES, (address) => new Request(address, { cache: "no-cache" })));
    await store.put(WHEN, new Response(new Date().toISOString()));
  } catch (error) {
    await caches.delete(STORE);
    throw error;
  }
}

async function clear() {
  for (const name of await caches.keys()) {
    if (name.startsWith(OURS) && name !== STORE) await caches.delete(name);
  }
}

self.addEventListener("install", (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(clear().then(() => self.clients.claim())));

/* The address of the file that is meant: a page's without its query, and without `index.html`. */
function plain(address) {
  const url = new URL(address);
  url.hash = "";
  url.search = "";
  url.pathname = url.pathname.replace(/\/index\.html$/, "/");
  return ADDRESSES.has(url.href + "/") ? url.href + "/" : url.href;
}

/* What the site answers in time. Where only something before the site answers (a gateway's error), it cannot be reached. */
async function asked(request) {
  const giveUp = new AbortController();
  const clock = setTimeout(() => giveUp.abort(), PATIENCE);
  const how = request.mode === "navigate" ? { cache: "no-cache", signal: giveUp.signal } : { signal: giveUp.signal };
  try {
    const answer = await fetch(request, how);
    if (answer.status >= 500) throw new Error("the site answers with " + answer.status);
    return answer;
  } finally {
    clearTimeout(clock);
  }
}

/* A kept page says so, and since when it is kept: the banner is made of that. */
async function stamped(store, page) {
  const when = await store.match(WHEN);
  const meta = '<meta name="kept-since" content="' + (when ? await when.text() : "") + '">';
  const headers = new Headers(page.headers); // the policy among them
  headers.delete("Content-Encoding");
  headers.delete("Content-Length");
  return new Response((await page.text()).replace(/<\/head>/, meta + "</head>"), { headers: headers });
}

function nothing() {
  const root = self.registration.scope;
  const text =
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width">' +
    "<title>The site cannot be reached</title></head><body><h1>The site cannot be reached</h1>" +
    '<p>This page is not among those that are kept. <a href="' + root + 'runbooks/">The runbooks are.</a></p></body></html>';
  const headers = { "Content-Type": "text/html; charset=utf-8", "Content-Security-Policy": "default-src 'none'" };
  return new Response(text, { status: 503, headers: headers });
}

async function page(event, address) {
  try {
    return await asked(event.request);
  } catch {
    const store = await caches.open(STORE);
    const kept = await store.match(address);
    if (!kept) return nothing();
    fromStore.add(event.resultingClientId);
    return stamped(store, kept);
  }
}

async function part(event, address) {
  const store = await caches.open(STORE);
  const kept = await store.match(address);
  if (kept && fromStore.has(event.clientId)) return kept;
  try {
    return await asked(event.request);
  } catch (error) {
    if (kept) return kept;
    throw error;
  }
}

function ours(address) {
  const scope = self.registration.scope;
  return address.startsWith(scope) && !OTHERS.some((folder) => address.startsWith(scope + folder));
}

self.addEventListener("fetch", (event) => {
  const request = event.request;
  const address = ours(request.url) ? plain(request.url) : "";
  if (request.method !== "GET" || !address) return;
  if (request.mode === "navigate") event.respondWith(page(event, address));
  else if (ADDRESSES.has(address)) event.respondWith(part(event, address));
});
