// SPDX-License-Identifier: Apache-2.0
// Progressive enhancement only: pages work without this file. All words come from data-text-* attributes.
(function () {
"use strict";
var doc = document, body = doc.body, leaving = false, live;
function all(sel) { return Array.from(doc.querySelectorAll(sel)); }
function text(el, key, n) {
  var s = el.getAttribute("data-text-" + key) || "";
  return n === undefined ? s : s.replace("{n}", n.toLocaleString(doc.documentElement.lang || undefined));
}
function say(msg) {
  if (!live || !msg) return;
  live.textContent = "";
  setTimeout(function () { live.textContent = msg; }, 50);
}

// Filters: submit when a choice is made. Not while arrow keys move through a closed list (WCAG 3.2.2).
all("form[data-autosubmit] select").forEach(function (sel) {
  var key = "";
  sel.addEventListener("keydown", function (e) { key = e.key; });
  sel.addEventListener("pointerdown", function () { key = ""; });
  sel.addEventListener("change", function () {
    if (/^(Arrow|Page|Home|End|.$)/.test(key) && key !== " ") return;
    sel.form.requestSubmit();
  });
});

// Error summary: take focus; its links move focus into the field.
var summary = doc.querySelector(".error-summary");
if (summary) {
  summary.tabIndex = -1;
  summary.focus();
  summary.addEventListener("click", function (e) {
    var a = e.target.closest && e.target.closest("a[href^='#']");
    var el = a && doc.getElementById(decodeURIComponent(a.hash.slice(1)));
    if (!el) return;
    var fields = "input,select,textarea", field = el.matches(fields) ? el : el.querySelector(fields);
    if (!field) return;
    e.preventDefault();
    (field.closest(".field") || field).scrollIntoView();
    field.focus({ preventScroll: true });
  });
}

// Copy.
var copyButtons = all("[data-copy]");
copyButtons.forEach(function (b) {
  b.hidden = false;
  b.addEventListener("click", function () {
    var src = doc.querySelector(b.getAttribute("data-copy"));
    Promise.resolve().then(function () {
      return navigator.clipboard.writeText("value" in src ? src.value : src.textContent.trim());
    }).then(function () {
      b.setAttribute("data-copied", "");
      setTimeout(function () { b.removeAttribute("data-copied"); }, 2500);
      say(text(b, "done"));
    }, function () { say(text(b, "failed")); });
  });
});

// Characters left. Counted as the server does: composed (NFC) characters.
var counters = all("textarea[data-count],input[data-count]");
counters.forEach(function (el, i) {
  var max = parseInt(el.getAttribute("data-count"), 10) || el.maxLength, timer;
  if (!(max > 0)) return;
  el.removeAttribute("maxlength");
  var out = doc.createElement("p");
  out.className = "hint";
  out.id = (el.id || "count") + "-left" + i;
  el.insertAdjacentElement("afterend", out);
  el.setAttribute("aria-describedby", ((el.getAttribute("aria-describedby") || "") + " " + out.id).trim());
  function show(loud) {
    var left = max - Array.from(el.value.normalize("NFC")).length;
    out.textContent = left < 0 ? text(el, "over", -left) : text(el, left === 1 && text(el, "left-one") ? "left-one" : "left", left);
    out.className = left < 0 ? "error-message" : "hint";
    clearTimeout(timer);
    if (loud) timer = setTimeout(function () { say(out.textContent); }, 1200);
  }
  el.addEventListener("input", function () { show(true); });
  show(false);
});

// Try an API call.
var tries = all("form[data-try]");
tries.forEach(function (f) {
  var out = f.querySelector("output"), pre = f.querySelector("pre.answer"), busy = false;
  var apart = out && !out.contains(pre);
  f.hidden = false;
  f.addEventListener("submit", function (e) {
    e.preventDefault();
    if (busy || !pre) return;
    var spec = (f.getAttribute("data-try") || "").trim().split(/\s+/);
    var method = f.getAttribute("data-method") || (spec.length > 1 ? spec[0] : "GET");
    var path = f.getAttribute("data-path") || spec[spec.length - 1] || "";
    var headers = { Accept: "application/json" }, query = new URLSearchParams(), payload;
    new FormData(f).forEach(function (v, name) {
      v = String(v).trim();
      if (!v) return;
      if (name === "method") method = v;
      else if (name === "path") path = v;
      else if (name === "body") payload = v;
      else if (name === "token") headers.Authorization = "Bearer " + v;
      else if (name === "purpose") headers[f.getAttribute("data-purpose-header") || "X-Purpose"] = v;
      else if (name.startsWith("path.")) path = path.split("{" + name.slice(5) + "}").join(encodeURIComponent(v));
      else if (name.startsWith("query.")) query.append(name.slice(6), v);
      else if (name.startsWith("header.")) headers[name.slice(7)] = v;
    });
    method = method.toUpperCase();
    if (String(query)) path += (path.includes("?") ? "&" : "?") + query;
    function status(msg) { if (apart) out.textContent = msg; else say(msg); }
    function done(head, rest) {
      busy = false;
      f.removeAttribute("aria-busy");
      status(head);
      pre.textContent = (apart ? "" : head + "\n") + (rest || "");
    }
    var url;
    try { url = new URL(path, location.origin); } catch (_) { url = null; }
    if (!url || url.origin !== location.origin) return done(text(f, "failed"));
    var init = { method: method, headers: headers, cache: "no-store" };
    if (payload !== undefined && method !== "GET" && method !== "HEAD") {
      headers["Content-Type"] = headers["Content-Type"] || f.getAttribute("data-content-type") || "application/json";
      init.body = payload;
    }
    busy = true;
    f.setAttribute("aria-busy", "true");
    pre.textContent = "";
    status(text(f, "sending"));
    var want = (f.getAttribute("data-headers") ||
      "content-type etag location link retry-after x-request-id").split(" ");
    fetch(url.href, init).then(function (r) {
      return r.text().then(function (t) {
        var lines = want.filter(function (h) { return h && r.headers.has(h); })
          .map(function (h) { return h + ": " + r.headers.get(h); });
        try { t = JSON.stringify(JSON.parse(t), null, 2); } catch (_) {}
        if (t.length > 100000) t = t.slice(0, 100000) + "\n…";
        done((r.status + " " + r.statusText).trim(), lines.join("\n") + "\n\n" + t);
      });
    }).catch(function (err) { done(text(f, "failed"), String(err && err.message || err)); });
  });
});

// Warn before leaving a changed form.
all("form[data-guard]").forEach(function (f) {
  var dirty = false;
  f.addEventListener("input", function () { dirty = true; });
  f.addEventListener("submit", function () { dirty = false; });
  addEventListener("beforeunload", function (e) {
    if (!dirty || leaving) return;
    e.preventDefault();
    e.returnValue = "";
  });
});

// Officers' keys: / searches, j and k walk through a list, Enter opens. They can be turned off (WCAG 2.1.4).
var keysBox = doc.querySelector("input[data-keys]"), keysOff = false;
try { keysOff = localStorage.getItem("keys") === "off"; } catch (_) {}
if (keysBox) {
  keysBox.closest("[hidden]").hidden = false;
  keysBox.checked = !keysOff;
  keysBox.addEventListener("change", function () {
    keysOff = !keysBox.checked;
    try { localStorage.setItem("keys", keysOff ? "off" : "on"); } catch (_) {}
  });
}
if (body.classList.contains("officer")) addEventListener("keydown", function (e) {
  if (keysOff || e.ctrlKey || e.metaKey || e.altKey || /^(INPUT|SELECT|TEXTAREA)$/.test(e.target.tagName)) return;
  if (e.key === "/") {
    var box = doc.querySelector("input[type=search]");
    if (box) { e.preventDefault(); box.focus(); } else location.href = "/search";
  } else if (e.key === "j" || e.key === "k") {
    var links = all("main tbody th a, main .hits a");
    if (!links.length) return;
    var at = links.indexOf(doc.activeElement) + (e.key === "j" ? 1 : -1);
    links[Math.max(0, Math.min(links.length - 1, at))].focus();
  }
});

// Kiosk: back to the start after idle seconds, with a warning people can cancel by touching anything.
var idle = parseInt(body.getAttribute("data-idle"), 10);
if (idle > 0) {
  var home = body.getAttribute("data-idle-to") || "/kiosk", last = Date.now(), box = null;
  var quiet = location.pathname === home || !text(body, "idle");
  ["pointerdown", "pointermove", "keydown", "input", "scroll"].forEach(function (t) {
    addEventListener(t, function () {
      last = Date.now();
      if (box) box.remove();
      box = null;
    }, { passive: true, capture: true });
  });
  setInterval(function () {
    var left = Math.ceil(idle - (Date.now() - last) / 1000);
    if (left <= 0) { leaving = true; location.replace(home); return; }
    if (quiet || left > Math.min(20, idle / 3)) return;
    if (!box) {
      box = doc.createElement("div");
      box.className = "notice notice-warn idle";
      body.appendChild(box);
      say(text(body, "idle", left));
    }
    box.textContent = text(body, "idle", left);
  }, 1000);
}

if (copyButtons.length || counters.length || tries.length || idle > 0) {
  live = doc.createElement("div");
  live.className = "visually-hidden";
  live.setAttribute("aria-live", "polite");
  body.appendChild(live);
}
})();
