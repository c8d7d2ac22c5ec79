/* Has the browser keep the pages that are needed most, and says so on a page that comes from there. */
(function () {
  "use strict";

  const ROOT = new URL("../../", document.currentScript.src);
  const since = document.querySelector('meta[name="kept-since"]');

  if (since) {
    const when = new Date(since.content);
    const time = isNaN(when) ? "an earlier day" : when.toISOString().slice(0, 16).replace("T", " ") + " UTC";
    const banner = document.createElement("p");
    banner.className = "kept";
    banner.setAttribute("role", "status");
    banner.textContent = "The site cannot be reached: this is the copy of " + time + ".";
    document.querySelector(".md-content__inner").prepend(banner);
  }

  /* A file opened from a folder is its own copy. A browser that refuses has the site as ever. */
  if (location.protocol.startsWith("http") && "serviceWorker" in navigator) {
    navigator.serviceWorker.register(new URL("sw.js", ROOT), { scope: ROOT }).catch(() => {});
  }
})();
