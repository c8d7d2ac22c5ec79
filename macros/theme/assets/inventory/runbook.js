/* A runbook is worked through on its own page: inputs fill its commands in, each step is ticked or leads to its branch, and
   the run stands in the address, so that a reload loses nothing and two people can share it. What is typed into the inputs
   stays in this tab. Nothing here asks the network for anything; without this script the page is the same text. */
(function () {
  "use strict";

  const VERSION = "1";
  const WORKED = "w";
  const PAGED = "p"; // somebody was paged because time was up: an event of no step
  const NO_STEP = "-";
  const LONGEST = 16000; // characters of a run in an address
  const MOST = 400; // events of a run
  const EARLIEST = 1577836800; // 2020: a clock that says less is wrong
  const DAY = 86400;

  const items = document.querySelectorAll("ol.steps > li.step");
  if (!items.length) return;
  const article = items[0].closest("article");
  const title = document.querySelector("h1").textContent.trim();
  const RUN = "run:" + location.pathname;
  const TYPED = "typed:" + location.pathname;

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function button(text, attributes, pressed) {
    const made = element("button", { type: "button", ...attributes }, text);
    made.addEventListener("click", pressed);
    return made;
  }

  /* A browser may refuse to keep anything; then a reload forgets what it would have kept. */
  function kept(storage, key) {
    try {
      return window[storage].getItem(key);
    } catch {
      return null;
    }
  }

  function keep(storage, key, value) {
    try {
      if (value) window[storage].setItem(key, value);
      else window[storage].removeItem(key);
    } catch {
      /* as said above */
    }
  }

  function words(node) {
    return node ? node.textContent.replace(/\s+/g, " ").trim() : "";
  }

  function without(node, selector) {
    if (!node) return "";
    const copy = node.cloneNode(true);
    for (const part of copy.querySelectorAll(selector)) part.remove();
    return words(copy);
  }

  function shortened(text) {
    const most = 80;
    if (text.length <= most) return text;
    return text.slice(0, text.lastIndexOf(" ", most - 1)).replace(/[\s.,;:]+$/, "") + " …";
  }

  /* Names a branch by what it says, so that an edited one is not taken for another. */
  function digest(text) {
    let hash = 2166136261;
    for (const sign of text) hash = Math.imul(hash ^ sign.codePointAt(0), 16777619) >>> 0;
    return hash.toString(36).padStart(4, "0").slice(-4);
  }

  function now() {
    return Math.floor(Date.now() / 1000);
  }

  function day(at) {
    return new Date(at * 1000).toISOString().slice(0, 10);
  }

  function clock(at) {
    return new Date(at * 1000).toISOString().slice(11, 16) + "Z";
  }

  function lasting(seconds) {
    const minutes = Math.max(0, Math.floor(seconds / 60));
    if (minutes < 60) return minutes + " min";
    return Math.floor(minutes / 60) + " h " + String(minutes % 60).padStart(2, "0") + " min";
  }

  function ticking(seconds) {
    const whole = Math.max(0, seconds);
    const parts = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
    const shown = parts[0] ? parts : parts.slice(1);
    return shown.map((part, at) => (at ? String(part).padStart(2, "0") : String(part))).join(":");
  }

  /* What the page says, read before anything is filled in: no text of a run ever holds an input. */

  function outcomeOf(item) {
    const leads = item.querySelector(".outcome__leads");
    const to = leads.querySelector("a.step__goto");
    return {
      item: item,
      when: words(item.querySelector(".outcome__when")).replace(/[.:;,]+$/, ""),
      end: item.dataset.end,
      to: to ? Number(to.dataset.step) : 0,
      most: Number(item.dataset.atMost) || 0,
      whither: words(leads).replace(/\.$/, ""),
      leads: leads,
    };
  }

  /* Where a step names no branch, the next in the order is paged. */
  function branchless(item) {
    const branch = element("li", { class: "outcome", "data-end": "page" });
    const leads = element("span", { class: "outcome__leads" }, "Page the next in the ");
    leads.append(element("a", { href: "#page" }, "order"), ".");
    branch.append(element("span", { class: "outcome__when" }, "It did not work"), " ", leads);
    const list = element("ul", { class: "step__otherwise" });
    list.append(branch);
    item.append(list);
    return list;
  }

  const byName = new Map();
  const byNumber = new Map();
  const steps = Array.from(items, (item) => {
    const list = item.querySelector(".step__otherwise") || branchless(item);
    const step = {
      item: item,
      list: list,
      number: Number(item.dataset.step),
      name: item.dataset.name,
      then: Number(item.dataset.then) || 0,
      text: shortened(without(item.querySelector(".step__do"), ".step__minutes")),
      outcomes: Array.from(list.querySelectorAll(".outcome"), outcomeOf),
    };
    for (let again = 2; byName.has(step.name); again += 1) step.name = item.dataset.name + ":" + again;
    byName.set(step.name, step);
    byNumber.set(step.number, step);
    return step;
  });
  for (const step of steps) {
    for (const outcome of step.outcomes) {
      const to = byNumber.get(outcome.to);
      outcome.id = digest(outcome.when + "|" + outcome.end + "|" + (to ? to.name : outcome.whither));
    }
  }
  const back = Array.from(document.querySelectorAll("#rollback ~ ol.steps > li.step"), (item) => Number(item.dataset.step));
  const firstBack = back.length ? Math.min(...back) : Infinity;
  const escalation = document.querySelector(".paging__after");
  const patience = escalation ? Number(escalation.dataset.minutes) * 60 || 0 : 0;

  /* The run: when it began, and what was seen when. It is written `1.<start>.<step>~<what>~<seconds after the start>…` */

  function encoded(run) {
    const events = run.events.map((event) => [event.name, event.what, (event.at - run.start).toString(36)].join("~"));
    return [VERSION, run.start.toString(36), ...events].join(".");
  }

  function known(name, what) {
    if (name === NO_STEP) return what === PAGED;
    const step = byName.get(name);
    return Boolean(step) && (what === WORKED || step.outcomes.some((outcome) => outcome.id === what));
  }

  /* Nothing, where it is no run; what no longer fits the runbook is left out of it. */
  function decoded(code) {
    if (!code || code.length > LONGEST) return undefined;
    const [version, began, ...rest] = code.split(".");
    if (version !== VERSION || !/^[0-9a-z]{1,7}$/.test(began || "")) return undefined;
    const start = parseInt(began, 36);
    if (start < EARLIEST || start > now() + DAY) return undefined;
    const events = [];
    for (const part of rest.slice(0, MOST)) {
      const [name, what, after, ...more] = part.split("~");
      if (more.length || !/^[0-9a-z]{1,6}$/.test(after || "") || !known(name, what)) continue;
      const at = start + parseInt(after, 36);
      if (at <= now() + DAY) events.push({ name: name, what: what, at: at });
    }
    events.sort((one, other) => one.at - other.at);
    return { start: start, events: events };
  }

  function found() {
    let written;
    try {
      written = decoded(new URLSearchParams(location.search).get("run"));
    } catch {
      written = undefined; // an address that cannot be read is no run
    }
    return written || decoded(kept("localStorage", RUN));
  }

  /* The address of this page, with the run and nothing else of what may stand in it. */
  function link() {
    return location.origin + location.pathname + (run ? "?run=" + encoded(run) : "");
  }

  function remember() {
    const others = location.search.slice(1).split("&").filter((part) => part && !/^run(=|$)/.test(part));
    if (run) others.push("run=" + encoded(run));
    const query = others.length ? "?" + others.join("&") : "";
    try {
      history.replaceState(history.state, "", location.pathname + query + location.hash);
    } catch {
      /* some browsers refuse that to a file; the storage has it */
    }
  }

  /* What the events come to. Leading back undoes the ticks between there and here, but not the count of how often. */
  function told(run) {
    const state = { marks: new Map(), counts: new Map(), lines: [], current: steps[0], end: "", paged: run ? run.start : 0 };
    for (const event of run ? run.events : []) {
      if (event.name === NO_STEP) {
        state.paged = event.at;
        state.lines.push({ at: event.at, text: "paged the next", said: "paged the next" });
        continue;
      }
      const step = byName.get(event.name);
      const outcome = step.outcomes.find((one) => one.id === event.what);
      if (outcome) branched(state, step, outcome, event.at);
      else worked(state, step, event.at);
    }
    return state;
  }

  function worked(state, step, at) {
    state.marks.set(step, WORKED);
    state.lines.push({ at: at, step: step, said: "worked" });
    let next = step;
    while (next && state.marks.get(next) === WORKED) next = byNumber.get(next.then);
    state.current = next;
    state.end = next ? "" : "over";
  }

  function branched(state, step, outcome, at) {
    const key = step.name + "~" + outcome.id;
    const count = (state.counts.get(key) || 0) + 1;
    const usedUp = Boolean(outcome.most) && count > outcome.most;
    const to = usedUp ? undefined : byNumber.get(outcome.to);
    state.counts.set(key, count);
    state.marks.set(step, outcome);
    let whither = usedUp ? "page the next" : outcome.whither.charAt(0).toLowerCase() + outcome.whither.slice(1);
    let kind = usedUp ? "page" : outcome.end;
    state.current = step;
    state.end = "";
    if (to) {
      whither = "step " + to.number;
      state.current = to;
      for (const other of steps) {
        if (other !== step && other.number >= to.number && other.number <= step.number) state.marks.delete(other);
      }
    } else if (kind === "page") {
      state.paged = at;
    } else if (kind !== "runbook") {
      state.current = undefined;
      state.end = kind = "over";
    }
    state.lines.push({ at: at, step: step, kind: kind, said: outcome.when + " → " + whither });
  }

  /* Copies: by the browser's clipboard, else by a selection, else by hand. */

  function bySelection(text) {
    const area = element("textarea", { class: "hear-only", "aria-hidden": "true", readonly: "" });
    const active = document.activeElement;
    area.value = text;
    document.body.append(area);
    area.select();
    let done = false;
    try {
      done = document.execCommand("copy");
    } catch {
      done = false;
    }
    area.remove();
    if (active) active.focus({ preventScroll: true });
    return done;
  }

  async function copied(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch {
      return bySelection(text);
    }
  }

  async function give(text, pressed, what) {
    if (await copied(text)) {
      const face = pressed.firstChild;
      pressed.dataset.face = pressed.dataset.face || face.data;
      face.data = "Copied";
      setTimeout(() => {
        face.data = pressed.dataset.face;
      }, 2000);
      say(what + " copied.");
    } else {
      byHand(text);
    }
  }

  function byHand(text) {
    const area = element("textarea", { readonly: "", rows: "8", "aria-label": "To be copied" });
    area.value = text;
    ask("This browser does not let the page copy. Copy it from here:", [["Close", () => {}]], area);
    area.select();
  }

  function ask(question, answers, more) {
    const dialog = element("dialog", { class: "run__ask", "aria-label": question });
    const row = element("p", { class: "run__answers" });
    for (const [label, then] of answers) {
      row.append(
        button(label, {}, () => {
          dialog.close();
          then();
        }),
      );
    }
    dialog.append(element("p", {}, question));
    if (more) dialog.append(more);
    dialog.append(row);
    dialog.addEventListener("close", () => dialog.remove());
    article.append(dialog);
    dialog.showModal();
  }

  /* Inputs: what is typed fills in every place that asks for it, and stays in this tab. */

  const typed = readTyped();
  const fields = new Map();
  const places = new Map();
  let cameFrom; // the copy button that sent the reader to the inputs

  function readTyped() {
    const empty = { inputs: {}, confirmed: {} };
    try {
      const read = JSON.parse(kept("sessionStorage", TYPED)) || empty;
      return { inputs: Object(read.inputs), confirmed: Object(read.confirmed) };
    } catch {
      return empty;
    }
  }

  function keepTyped() {
    keep("sessionStorage", TYPED, JSON.stringify(typed));
  }

  /* What a shell, or whoever reads the command, would take for something else than a plain value. */
  function suspicious(value) {
    const signs = new Set(value.match(/['"$`\\;&|<>(){}[\]*?!#~]/g) || []);
    const found = signs.size ? [Array.from(signs).join(" ") + " may be read by a shell"] : [];
    if (/[^\x20-\x7e]/.test(value)) found.push("there is a character that is not plain ASCII");
    if (/^\s|\s$/.test(value)) found.push("it begins or ends with a blank");
    if (/^-/.test(value)) found.push("a command takes it for an option");
    return found.length ? "Look twice before you paste: " + found.join("; ") + "." : "";
  }

  function fill(id) {
    const { field, warning } = fields.get(id);
    const value = field.value;
    for (const { node, text } of places.get(id) || []) {
      node.textContent = value || text;
      node.classList.toggle("input--filled", Boolean(value));
    }
    warning.textContent = value ? suspicious(value) : "";
    field.classList.toggle("inputs__field--suspicious", Boolean(warning.textContent));
  }

  function asking() {
    for (const node of document.querySelectorAll("var.input[data-input]")) {
      if (!places.has(node.dataset.input)) places.set(node.dataset.input, []);
      places.get(node.dataset.input).push({ node: node, text: node.textContent });
    }
    for (const row of document.querySelectorAll(".inputs > [data-input]")) {
      const id = row.dataset.input;
      const answer = row.querySelector("dd");
      const question = without(answer, ".quiet");
      const field = element("input", {
        type: "text",
        id: "input-" + id,
        class: "inputs__field",
        placeholder: row.dataset.example || "",
        "aria-label": id + ": " + question,
        "aria-describedby": "input-" + id + "-warning",
        autocomplete: "off",
        autocapitalize: "off",
        spellcheck: "false",
      });
      const warning = element("p", { class: "inputs__warning", id: "input-" + id + "-warning", role: "status" });
      const home = button("", { class: "inputs__back", hidden: "" }, goHome);
      fields.set(id, { field: field, warning: warning, home: home });
      const before = typed.inputs[id];
      field.value = typeof before === "string" ? before : "";
      field.addEventListener("input", () => {
        typed.inputs[id] = field.value;
        keepTyped();
        fill(id);
      });
      field.addEventListener("keydown", (event) => {
        if (event.key === "Enter" && cameFrom) goHome();
      });
      const asked = element("span", { class: "inputs__question" });
      asked.append(...answer.childNodes);
      const box = element("div", { class: "inputs__box" });
      box.append(field, home);
      answer.append(asked, box, warning);
      row.classList.add("inputs__asked");
      fill(id);
    }
  }

  /* To the next input that the command lacks, or back to its button. */
  function goHome() {
    if (!cameFrom) return;
    const lacking = missing(cameFrom.code);
    if (lacking.length) {
      toField(lacking[0]);
      return;
    }
    for (const { home } of fields.values()) home.hidden = true;
    const { copier, where } = cameFrom;
    cameFrom = undefined;
    bring(where, copier);
  }

  function toField(id) {
    for (const [other, { home }] of fields) {
      home.hidden = other !== id;
      home.textContent = "Back to " + cameFrom.called;
    }
    const { field } = fields.get(id);
    bring(field.closest("[data-input]"), field);
  }

  function missing(code) {
    const asked = new Set(Array.from(code.querySelectorAll("var.input[data-input]"), (node) => node.dataset.input));
    return Array.from(asked).filter((id) => fields.has(id) && !fields.get(id).field.value);
  }

  /* A copy button for each command and each message; of a dangerous step only once its words are typed. */
  function copying(box, code, called, confirmation) {
    const note = element("p", { class: "copy__note" });
    const copier = button("Copy", { class: "copy" }, () => {
      note.textContent = "";
      const lacking = missing(code);
      if (lacking.length) {
        note.textContent = "Fill in first: " + lacking.join(", ") + ".";
        say(note.textContent);
        cameFrom = { code: code, copier: copier, where: box, called: called };
        toField(lacking[0]);
      } else if (confirmation && !confirmation.given()) {
        note.textContent = "Type the words above first.";
        say("Type the words first: " + confirmation.phrase());
        confirmation.field.focus();
      } else {
        give(code.textContent, copier, called.charAt(0).toUpperCase() + called.slice(1));
      }
    });
    copier.append(element("span", { class: "hear-only" }, " the text of " + called));
    box.append(copier, note);
    return copier;
  }

  function sameWords(one, other) {
    const plain = (text) => text.replace(/\s+/g, " ").trim().toLowerCase();
    return plain(one) === plain(other);
  }

  function confirming(step) {
    const quote = step.item.querySelector(".step__danger q[data-confirm]");
    if (!quote) return undefined;
    const field = element("input", {
      type: "text",
      class: "confirm__field",
      "aria-label": "Step " + step.number + ": type the words to copy the command",
      autocomplete: "off",
      autocapitalize: "off",
      spellcheck: "false",
    });
    const note = element("span", { class: "confirm__note" });
    const box = element("span", { class: "confirm" });
    box.append(field, note);
    quote.closest(".step__danger").append(box);

    const confirmation = {
      field: field,
      phrase: () => words(quote),
      given: () => {
        if (typed.confirmed[step.name] === words(quote)) return true;
        if (!sameWords(field.value, words(quote))) return false;
        typed.confirmed[step.name] = words(quote);
        keepTyped();
        confirmation.show();
        return true;
      },
      show: () => {
        const done = typed.confirmed[step.name] === words(quote);
        box.classList.toggle("confirm--given", done);
        field.readOnly = done;
        if (done) field.value = words(quote);
        note.textContent = done ? "Confirmed" : "";
      },
      forget: () => {
        if (!(step.name in typed.confirmed)) return;
        delete typed.confirmed[step.name];
        field.value = "";
        keepTyped();
        confirmation.show();
      },
    };
    field.addEventListener("keydown", (event) => {
      if (event.key !== "Enter") return;
      if (confirmation.given()) {
        say("Confirmed.");
        if (step.copier) step.copier.focus();
      } else {
        note.textContent = "These are not the words";
        say("These are not the words: " + confirmation.phrase());
      }
    });
    confirmation.show();
    return confirmation;
  }

  /* Each step's controls */

  function controls(step) {
    const code = step.item.querySelector(".step__command code");
    if (code) {
      step.confirmation = confirming(step);
      step.copier = copying(code.closest(".step__command"), code, "step " + step.number, step.confirmation);
    }
    step.list.id = "otherwise-" + step.number;
    step.list.classList.add("step__otherwise--closed");
    const tick = element("label", { class: "step__worked" });
    step.box = element("input", { type: "checkbox" });
    step.box.addEventListener("change", () => {
      if (step.box.checked) happened(step, WORKED);
      else takeBack(step);
    });
    tick.append(step.box, element("span", { class: "hear-only" }, "Step " + step.number + ": "), "Worked");
    step.failed = button(
      "Did not work",
      { class: "step__failed", "aria-expanded": "false", "aria-controls": step.list.id },
      () => open(step, step.failed.getAttribute("aria-expanded") !== "true"),
    );
    step.failed.prepend(element("span", { class: "hear-only" }, "Step " + step.number + ": "));
    step.log = element("span", { class: "step__log" });
    const row = element("div", { class: "step__controls" });
    row.append(tick, step.failed, step.log);
    step.list.before(row);
    for (const outcome of step.outcomes) choice(step, outcome);
  }

  function choice(step, outcome) {
    outcome.count = element("span", { class: "outcome__count" });
    outcome.take = button("This is it", { class: "outcome__take" }, () => happened(step, outcome.id));
    outcome.take.append(element("span", { class: "hear-only" }, " (" + outcome.when + ")"));
    outcome.item.append(outcome.count, outcome.take);
    outcome.leads.addEventListener("click", (event) => {
      const followed = event.target.closest("a");
      if (!followed || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      if (outcome.to && !followed.classList.contains("step__goto")) return;
      if (outcome.end !== "runbook") event.preventDefault();
      happened(step, outcome.id);
    });
  }

  function open(step, wanted) {
    step.failed.setAttribute("aria-expanded", String(wanted));
    step.list.classList.toggle("step__otherwise--closed", !wanted);
  }

  /* Scrolls there only where it is not in sight already, and lets the keyboard go on from there. */
  function bring(place, focused) {
    const box = place.getBoundingClientRect();
    const floor = bar.element.getBoundingClientRect().top;
    if (focused === place && !place.hasAttribute("tabindex")) place.setAttribute("tabindex", "-1");
    focused.focus({ preventScroll: true });
    if (box.top < 60 || box.bottom > floor) {
      const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
      place.scrollIntoView({ block: "start", behavior: still ? "auto" : "smooth" });
    }
  }

  /* What the reader does */

  let run = found();
  let state = told(run);

  function changed() {
    state = told(run);
    remember();
    keep("localStorage", RUN, run ? encoded(run) : "");
    show();
  }

  function begin() {
    if (!run) run = { start: now(), events: [] };
  }

  function happened(step, what) {
    begin();
    run.events.push({ name: step.name, what: what, at: now() });
    changed();
    const last = state.lines[state.lines.length - 1];
    const said = "Step " + step.number + ": " + last.said + ". ";
    open(step, last.kind === "runbook"); // where the link to the other one is
    if (!state.current) {
      say(said + "This run is over.");
      bar.start.focus({ preventScroll: true });
    } else if (last.kind === "page" || last.kind === "runbook") {
      say(said);
      const outcome = step.outcomes.find((one) => one.id === what);
      const page = document.getElementById("page");
      if (last.kind === "runbook") outcome.leads.querySelector("a").focus();
      else if (page) bring(page, page);
    } else {
      if (state.current.number <= step.number) forgetBetween(state.current.number, step.number);
      say(said + "Now step " + state.current.number + ": " + state.current.text);
      bring(state.current.item, state.current.item);
    }
  }

  /* What is done again is confirmed again. */
  function forgetBetween(first, last) {
    for (const step of steps) {
      if (step.confirmation && step.number >= first && step.number <= last) step.confirmation.forget();
    }
  }

  function takeBack(step) {
    const at = run ? run.events.map((event) => event.name).lastIndexOf(step.name) : -1;
    if (at < 0) return;
    run.events.splice(at, 1);
    changed();
    say("Step " + step.number + " is open again.");
  }

  function undo() {
    if (!run || !run.events.length) return;
    const last = run.events.pop();
    changed();
    say("Undone. Now step " + (state.current ? state.current.number : "") + ".");
    if (last.name !== NO_STEP) bring(byName.get(last.name).item, byName.get(last.name).item);
  }

  function reset() {
    ask("Forget when this run began, what was ticked and what was typed? A timeline that you want to keep is copied first.", [
      ["Keep it", () => bar.start.focus()],
      [
        "Reset",
        () => {
          run = undefined;
          cameFrom = undefined;
          for (const [id, { field, home }] of fields) {
            field.value = "";
            home.hidden = true;
            delete typed.inputs[id];
            fill(id);
          }
          for (const step of steps) if (step.confirmation) step.confirmation.forget();
          keep("sessionStorage", TYPED, "");
          changed();
          for (const step of steps) open(step, false);
          say("Reset.");
          bar.start.focus();
        },
      ],
    ]);
  }

  function timeline() {
    const until = state.end && state.lines.length ? state.lines[state.lines.length - 1].at : now();
    const rows = [title, link()];
    if (!run) return [...rows, "Not started"].join("\n") + "\n";
    const span = state.end ? "over after " : "elapsed ";
    rows.push("Started " + day(run.start) + " " + clock(run.start) + ", " + span + lasting(until - run.start));
    rows.push(clock(run.start) + " start");
    let date = day(run.start);
    for (const line of state.lines) {
      if (day(line.at) !== date) {
        date = day(line.at);
        rows.push(date);
      }
      rows.push(clock(line.at) + (line.step ? " step " + line.step.number + " " + line.step.text + " — " : " ") + line.said);
    }
    return rows.join("\n") + "\n";
  }

  /* The bar */

  const bar = makeBar();
  let lately = false; // whether it was said that somebody is to be paged

  function makeBar() {
    const made = {
      element: element("section", { class: "run", "aria-label": "This run" }),
      elapsed: element("span", { class: "run__elapsed", role: "timer", "aria-label": "Time since the start" }),
      since: element("span", { class: "run__since" }),
      where: element("a", { class: "run__where" }),
      next: element("span", { class: "run__next" }),
      paged: button("Paged", { class: "run__paged", hidden: "" }, () => {
        run.events.push({ name: NO_STEP, what: PAGED, at: now() });
        changed();
        say("Noted that the next was paged.");
        made.start.focus();
      }),
      said: element("p", { class: "hear-only", role: "status", "aria-live": "polite" }),
      start: button("Start", { class: "run__start" }, () => {
        if (run) {
          reset();
          return;
        }
        begin();
        changed();
        say("Started. Step 1: " + steps[0].text);
        bring(steps[0].item, steps[0].item);
      }),
      undo: button("Undo", { class: "run__undo" }, undo),
    };
    const facts = element("p", { class: "run__facts" });
    facts.append(made.elapsed, made.since, made.where, made.next, made.paged, elsewhere());
    const buttons = element("p", { class: "run__buttons" });
    const linking = button("Copy link", {}, () => give(link(), linking, "The link"));
    const lining = button("Copy timeline", {}, () => give(timeline(), lining, "The timeline"));
    buttons.append(made.start, made.undo, linking, lining);
    made.element.append(facts, buttons, made.said);
    article.append(made.element);
    made.where.addEventListener("click", (event) => {
      event.preventDefault();
      if (state.current) bring(state.current.item, state.current.item);
    });
    return made;
  }

  /* What is looked for in between. */
  function elsewhere() {
    const links = element("span", { class: "run__links" });
    for (const id of ["page", "tell"]) {
      const heading = document.getElementById(id);
      if (heading) links.append(element("a", { href: "#" + id }, without(heading, ".headerlink")));
    }
    return links;
  }

  function say(text) {
    bar.said.textContent = text;
  }

  function tick() {
    const until = state.end && state.lines.length ? state.lines[state.lines.length - 1].at : now();
    bar.elapsed.textContent = run ? ticking(until - run.start) : "Not started";
    bar.since.textContent = run && day(run.start) !== day(now()) ? "since " + day(run.start) + " " + clock(run.start) : "";
    const due = run && patience && !state.end ? state.paged + patience : 0;
    const over = Boolean(due) && now() >= due;
    const text = over ? "Page the next now" : due ? "Page the next at " + clock(due) : "";
    if (bar.next.textContent !== text) bar.next.textContent = text;
    bar.next.classList.toggle("run__next--due", over);
    bar.paged.hidden = !over;
    if (over && !lately) say("It is not over after " + lasting(patience) + ": page the next.");
    lately = over;
  }

  function show() {
    for (const step of steps) {
      const mark = state.marks.get(step);
      const lines = state.lines.filter((line) => line.step === step);
      step.box.checked = mark === WORKED;
      step.item.classList.toggle("step--worked", mark === WORKED);
      step.item.classList.toggle("step--failed", Boolean(mark) && mark !== WORKED);
      step.item.classList.toggle("step--current", step === state.current);
      if (step === state.current) step.item.setAttribute("aria-current", "step");
      else step.item.removeAttribute("aria-current");
      step.log.textContent = lines.map((line) => clock(line.at) + " " + line.said).join(" · ");
      for (const outcome of step.outcomes) {
        const count = state.counts.get(step.name + "~" + outcome.id) || 0;
        const left = outcome.most - count;
        outcome.item.classList.toggle("outcome--taken", mark === outcome);
        outcome.item.classList.toggle("outcome--used-up", Boolean(outcome.most) && left <= 0);
        if (outcome.most) outcome.count.textContent = left > 0 ? (count ? left + " left. " : "") : "Used up: page the next. ";
      }
    }
    const last = state.current && state.current.number >= firstBack ? steps.length : Math.min(firstBack - 1, steps.length);
    bar.where.textContent = state.current ? "Step " + state.current.number + " of " + last : "Over";
    if (state.current) bar.where.setAttribute("href", "#step-" + state.current.number);
    else bar.where.removeAttribute("href");
    bar.start.textContent = run ? "Reset" : "Start";
    bar.undo.hidden = !run || !run.events.length;
    bar.element.classList.toggle("run--on", Boolean(run));
    tick();
  }

  asking();
  for (const step of steps) controls(step);
  for (const message of document.querySelectorAll(".tell")) {
    copying(message, message.querySelector("code"), "the message to " + words(message.querySelector(".tell__to strong")));
  }
  document.documentElement.classList.add("runs");
  remember();
  show();
  setInterval(tick, 1000);
})();
