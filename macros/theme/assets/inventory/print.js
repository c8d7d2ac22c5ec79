/* Gives the margins of printed pages their words: whose page it is, when it was printed, until when it holds. */
"use strict";

(() => {
  const day = (moment) => moment.toISOString().slice(0, 10);
  const quoted = (text) => JSON.stringify(text);

  function words() {
    const about = document.querySelector("aside.paper");
    const now = new Date();
    const times = [`printed ${day(now)} (UTC)`];
    if (about) {
      const days = Number(about.dataset.days);
      const until = days ? day(new Date(now.getTime() + days * 86400000)) : "unknown: no review interval stated";
      times.push(`valid until ${until}`);
      if ("draft" in about.dataset) times.push("Draft: not exercised");
    }
    const set = (name, text) => document.documentElement.style.setProperty(name, quoted(text));
    set("--paper-title", about ? about.dataset.title : document.title);
    set("--paper-owner", about ? `Owner: ${about.dataset.owner}` : "");
    set("--paper-times", ` · ${times.join(" · ")}`);
  }

  addEventListener("beforeprint", words);
  words();
})();
