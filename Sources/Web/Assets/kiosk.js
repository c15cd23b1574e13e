// SPDX-License-Identifier: Apache-2.0
// What a kiosk adds to the pages: its own key, an end after a minute of silence, reconnecting, printing, a keyboard on the screen.
(function () {
"use strict";
var doc = document, body = doc.body, isKiosk = body.hasAttribute("data-kiosk");
function word(name) { return body.getAttribute("data-text-" + name) || ""; }
function post(path, value) {
  return fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
}

// The key: made here, not to be read out, kept in the browser's own store.
function store(mode, work) {
  return new Promise(function (done, fail) {
    var open = indexedDB.open("kiosk", 1);
    open.onupgradeneeded = function () { open.result.createObjectStore("key"); };
    open.onerror = function () { fail(open.error); };
    open.onsuccess = function () {
      var ask = work(open.result.transaction("key", mode).objectStore("key"));
      ask.onsuccess = function () { done(ask.result); };
      ask.onerror = function () { fail(ask.error); };
    };
  });
}
function base64(bytes) { return btoa(String.fromCharCode.apply(null, new Uint8Array(bytes))); }
async function openDay() {
  var kept = await store("readonly", function (s) { return s.get("kiosk"); });
  if (!kept) return;
  var minute = (await (await fetch("/kiosk/minute")).json()).minute;
  var text = new TextEncoder().encode("thanglong kiosk " + kept.id + " " + minute);
  var signature = await crypto.subtle.sign({ name: "ECDSA", hash: "SHA-256" }, kept.key, text);
  var answer = await post("/kiosk/session", { kiosk: kept.id, minute: minute, signature: base64(signature) });
  if (answer.ok) location.replace("/kiosk");
}
var opening = doc.querySelector("[data-kiosk-open]");
if (opening) openDay().catch(function () { setTimeout(function () { location.reload(); }, 10000); });
var enrol = doc.querySelector("[data-kiosk-enrol]");
if (enrol) enrol.addEventListener("submit", async function (event) {
  event.preventDefault();
  var pair = await crypto.subtle.generateKey({ name: "ECDSA", namedCurve: "P-256" }, false, ["sign"]);
  var point = await crypto.subtle.exportKey("raw", pair.publicKey);
  var answer = await post("/kiosk/enrolment", { code: enrol.code.value.trim(), key: base64(point) });
  if (!answer.ok) { enrol.querySelector(".error-message").hidden = false; return; }
  var id = (await answer.json()).kiosk;
  await store("readwrite", function (s) { return s.put({ id: id, key: pair.privateKey }, "kiosk"); });
  await openDay();
});

// Back from an outage by itself.
if (doc.querySelector("[data-reconnect]")) setInterval(function () {
  fetch("/health").then(function (answer) { if (answer.ok) location.replace("/kiosk"); }, function () {});
}, 3000);
if (!isKiosk) return;
if (navigator.serviceWorker) navigator.serviceWorker.register("/kiosk-worker.js", { scope: "/" }).catch(function () {});

// After 45 seconds of silence a question, after 60 the end.
// A page that waits and refreshes itself is silence too: only there the last touch is kept over the reload, and nothing else is.
var ASK = 45000, WIPE = 60000, waits = doc.querySelector("[data-waits]") !== null, dialog, isEnding = false;
var last = waits && Number(sessionStorage.getItem("kiosk-last")) || Date.now();
function remember() { if (waits) sessionStorage.setItem("kiosk-last", String(last)); else sessionStorage.clear(); }
remember();
function isHome() { return location.pathname === "/kiosk"; }
function end() { if (isHome() || isEnding) return; isEnding = true; sessionStorage.clear(); doc.querySelector("[data-kiosk-end]").submit(); }
function awake() { last = Date.now(); remember(); if (dialog && dialog.open) dialog.close(); }
["pointerdown", "keydown", "input", "scroll"].forEach(function (name) { addEventListener(name, awake, { passive: true, capture: true }); });
setInterval(function () {
  if (isHome() || isEnding) return;
  var silence = Date.now() - last;
  if (silence >= WIPE) return end();
  if (silence < ASK || (dialog && dialog.open)) return;
  if (!dialog) {
    dialog = doc.createElement("dialog");
    dialog.className = "idle";
    var title = doc.createElement("h2"), text = doc.createElement("p"), stay = doc.createElement("button"), leave = doc.createElement("button");
    title.textContent = word("idle"); text.textContent = word("wipe"); stay.textContent = word("stay"); leave.textContent = word("end");
    stay.className = "button"; leave.className = "button secondary"; title.id = "idle-title";
    dialog.setAttribute("aria-labelledby", "idle-title");
    stay.addEventListener("click", awake); leave.addEventListener("click", end);
    dialog.append(title, text, stay, leave);
    body.append(dialog);
  }
  dialog.showModal();
}, 500);

// No way out, nothing to copy.
addEventListener("contextmenu", function (event) { event.preventDefault(); });

// Papers are printed, not opened.
addEventListener("click", function (event) {
  var link = event.target.closest && event.target.closest("a[href$='.pdf']");
  if (!link) return;
  event.preventDefault();
  var frame = doc.createElement("iframe");
  frame.className = "visually-hidden"; frame.title = link.textContent; frame.src = link.href;
  frame.addEventListener("load", function () { frame.contentWindow.print(); });
  body.append(frame);
});

// A keyboard on the screen, with the letters typed as Telex does.
var TONES = { s: "\u0301", f: "\u0300", r: "\u0309", x: "\u0303", j: "\u0323" };
var SHAPES = { aa: "â", aw: "ă", ee: "ê", oo: "ô", ow: "ơ", uw: "ư", dd: "đ" };
function telex(text, key) {
  var low = key.toLowerCase(), lastChar = text.slice(-1), shape = SHAPES[lastChar.toLowerCase() + low];
  if (shape) return text.slice(0, -1) + (lastChar === lastChar.toLowerCase() ? shape : shape.toUpperCase());
  var start = text.search(/\S*$/), before = text.slice(0, start), syllable = text.slice(start).normalize("NFD").replace(/[\u0300\u0301\u0303\u0309\u0323]/g, "").normalize("NFC");
  if (TONES[low] && /[aăâeêioôơuưy]/i.test(syllable)) {
    // The tone stands on a marked vowel, else on the one before a final consonant, else on the first of the last two.
    var vowels = [];
    for (var i = 0; i < syllable.length; i++) if (/[aăâeêioôơuưy]/i.test(syllable[i])) vowels.push(i);
    if (vowels.length > 1 && /^(qu|gi)/i.test(syllable)) vowels.shift();
    var marked = vowels.filter(function (at) { return /[ăâêôơư]/i.test(syllable[at]); });
    var end = vowels[vowels.length - 1], at = marked.length ? marked[marked.length - 1] : vowels.length > 1 && end === syllable.length - 1 ? vowels[vowels.length - 2] : end;
    var made = syllable.slice(0, at) + (syllable[at].normalize("NFD") + TONES[low]).normalize("NFC") + syllable.slice(at + 1);
    if (before + made !== text) return before + made;
  }
  return text + key;
}
var board, target, upper = false;
function type(key) {
  var value = target.value;
  if (key === "⌫") value = value.slice(0, -1);
  else if (key === " ") value += " ";
  else value = target.inputMode === "numeric" || /[0-9@./|-]/.test(key) ? value + key : telex(value, upper ? key.toUpperCase() : key);
  target.value = value.normalize("NFC");
  target.dispatchEvent(new Event("input", { bubbles: true }));
}
function draw() {
  var rows = target.inputMode === "numeric" ? ["123", "456", "789", "0⌫"] : ["1234567890", "qwertyuiop", "asdfghjkl", "⇧zxcvbnm⌫", "@./- "];
  board.replaceChildren.apply(board, rows.map(function (row) {
    var line = doc.createElement("div");
    Array.from(row).forEach(function (key) {
      var b = doc.createElement("button");
      b.type = "button";
      b.textContent = key === " " ? word("space") : key === "⌫" ? word("erase") : upper && key !== "⇧" ? key.toUpperCase() : key;
      b.addEventListener("pointerdown", function (event) { event.preventDefault(); });
      b.addEventListener("click", function () { if (key === "⇧") { upper = !upper; draw(); } else { type(key); if (upper) { upper = false; draw(); } } });
      line.append(b);
    });
    return line;
  }));
  var done = doc.createElement("button");
  done.type = "button"; done.textContent = word("done");
  done.addEventListener("click", function () { board.hidden = true; target.blur(); });
  board.lastChild.append(done);
}
addEventListener("focusin", function (event) {
  var el = event.target;
  if (!el.matches || !el.matches("input[type=text],input[type=search],input[type=email],textarea")) { if (board && !board.contains(el)) board.hidden = true; return; }
  target = el;
  if (!board) {
    board = doc.createElement("div");
    board.className = "keys"; board.setAttribute("role", "group"); board.setAttribute("aria-label", word("keys"));
    body.append(board);
  }
  board.hidden = false;
  draw();
  el.scrollIntoView({ block: "center" });
});
}());
