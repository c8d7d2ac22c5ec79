/* From a disk no browser starts a worker: its script runs in a frame, and the two speak by messages. None reads a file
   for a script either, nor shows the page in a folder: the one comes as a script, the other gets its name. */
"use strict";

if (location.protocol === "file:") {
  const own = document.currentScript.src;
  window.Worker = class extends EventTarget {
    constructor() {
      super();
      this.frame = document.createElement("iframe");
      this.frame.hidden = true;
      this.frame.title = "Search";
      this.frame.src = new URL("frame.html", own).href;
      this.ready = new Promise((done) => this.frame.addEventListener("load", done));
      addEventListener("message", (event) => {
        if (event.source === this.frame.contentWindow) this.dispatchEvent(new MessageEvent("message", { data: event.data }));
      });
      document.body.append(this.frame);
    }

    postMessage(message) {
      this.ready.then(() => this.frame.contentWindow.postMessage(message, "*"));
    }

    terminate() {
      this.frame.remove();
    }
  };

  const fetched = window.fetch;
  window.fetch = (what, ...more) => new Promise((done, failed) => {
    const file = new URL(what.url || what, document.baseURI);
    if (file.protocol !== "file:") return done(fetched(what, ...more));
    const script = document.createElement("script");
    script.src = file.href + ".js";
    script.onload = () => done(new Response(JSON.stringify(window.__fetched)));
    script.onerror = () => failed(new TypeError("not in the archive"));
    document.head.append(script);
  });

  /* Links that scripts have made, in the moment somebody takes one; a link in a drawing has its address as an object. */
  const named = (event) => {
    const link = event.target instanceof Element && event.target.closest("a[href]");
    if (!link) return;
    const address = new URL(link.href.baseVal ?? link.href, document.baseURI);
    if (address.protocol !== "file:" || !address.pathname.endsWith("/")) return;
    address.pathname += "index.html";
    link.setAttribute("href", address.href);
  };
  for (const kind of ["pointerdown", "click", "auxclick"]) addEventListener(kind, named, true);
}
