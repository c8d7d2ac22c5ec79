/* What a worker has and a frame has not. */
"use strict";

const page = parent;
window.parent = undefined; // the script asks it what it is, and from a disk nobody may ask a page
window.postMessage = (message) => page.postMessage(message, "*");
window.importScripts = (...scripts) => scripts.reduce((before, address) => before.then(() => new Promise((done) => {
  const script = document.createElement("script");
  script.src = address;
  script.onload = done;
  document.head.append(script);
})), Promise.resolve());
