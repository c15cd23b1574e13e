// SPDX-License-Identifier: Apache-2.0
// Keeps one page without data for when the network is away. Nothing else is stored.
"use strict";
const STORE = "kiosk-1", OFFLINE = "/kiosk/offline";
self.addEventListener("install", event => {
  event.waitUntil((async () => {
    const store = await caches.open(STORE), page = await fetch(OFFLINE), copy = page.clone();
    const assets = (await page.text()).match(/\/assets\/[0-9a-z.-]+/g) || [];
    await store.put(OFFLINE, copy);
    await Promise.all(assets.map(path => store.add(path)));
    await self.skipWaiting();
  })());
});
self.addEventListener("activate", event => event.waitUntil(self.clients.claim()));
self.addEventListener("fetch", event => {
  const request = event.request;
  if (request.mode === "navigate") {
    event.respondWith(fetch(request).catch(() => caches.match(OFFLINE)));
  } else if (new URL(request.url).pathname.startsWith("/assets/")) {
    event.respondWith(fetch(request).catch(() => caches.match(request)));
  }
});
