// SPDX-License-Identifier: Apache-2.0
// Passkeys: made and used in the browser; without this file people sign in with a code.
(function () {
"use strict";
if (!window.PublicKeyCredential) return;
function bytes(text) { return Uint8Array.from(atob(text.replace(/-/g, "+").replace(/_/g, "/")), function (c) { return c.charCodeAt(0); }); }
function text(buffer) { return btoa(String.fromCharCode.apply(null, new Uint8Array(buffer))).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, ""); }
async function post(path, value) {
  var answer = await fetch(path, { method: "POST", headers: { "content-type": "application/json" }, body: JSON.stringify(value) });
  if (!answer.ok) throw new Error(answer.status);
  return answer.json();
}
function failed(button) { document.getElementById(button.getAttribute("data-error")).hidden = false; }
var add = document.querySelector("[data-passkey-add]"), use = document.querySelector("[data-passkey-use]");
if (add) {
  add.hidden = false;
  add.addEventListener("click", async function () {
    try {
      var key = add.getAttribute("data-key"), ask = await post("/me/passkeys/options", { csrf: key });
      ask.challenge = bytes(ask.challenge);
      ask.user.id = bytes(ask.user.id);
      var made = await navigator.credentials.create({ publicKey: ask });
      await post("/me/passkeys", { csrf: key, client: text(made.response.clientDataJSON), attestation: text(made.response.attestationObject) });
      location.reload();
    } catch (error) { failed(add); }
  });
}
if (use) {
  use.hidden = false;
  use.addEventListener("click", async function () {
    try {
      var ask = await post("/me/passkey/options", {});
      ask.challenge = bytes(ask.challenge);
      var got = await navigator.credentials.get({ publicKey: ask });
      var done = await post("/me/passkey/session", {
        id: text(got.rawId), client: text(got.response.clientDataJSON), data: text(got.response.authenticatorData), signature: text(got.response.signature),
        next: use.getAttribute("data-next")
      });
      location.assign(done.next);
    } catch (error) { failed(use); }
  });
}
}());
