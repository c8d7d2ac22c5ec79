/* The page of changes narrows to a team; the choice stands in the address. Without this script it shows all. */
(function () {
  "use strict";

  const page = document.querySelector("[data-weeks]");
  if (!page) return;
  const commits = Array.from(page.querySelectorAll("[data-teams]"));
  const weeks = Array.from(page.querySelectorAll(".week"));

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  function teamsOf(commit) {
    return commit.dataset.teams.split(" ").filter(Boolean);
  }

  const counts = new Map();
  const names = new Map();
  for (const commit of commits) {
    const links = commit.querySelectorAll(".commit__about a.kind-team"); // in the order of the teams
    teamsOf(commit).forEach((team, at) => {
      counts.set(team, (counts.get(team) || 0) + 1);
      names.set(team, links[at].textContent);
    });
  }
  if (!counts.size) return;

  const wanted = new URLSearchParams(location.search).get("team");
  let chosen = counts.has(wanted) ? wanted : null;
  const buttons = new Map();
  const shown = element("span", { class: "filters__shown", "aria-live": "polite" });

  function apply() {
    for (const commit of commits) commit.hidden = chosen !== null && !teamsOf(commit).includes(chosen);
    for (const week of weeks) week.hidden = !week.querySelector("[data-teams]:not([hidden])");
    for (const [team, button] of buttons) button.setAttribute("aria-pressed", String(team === chosen));
    shown.textContent = chosen === null ? "" : counts.get(chosen) + " of " + commits.length;
  }

  function remember() {
    const next = new URLSearchParams(location.search);
    if (chosen === null) next.delete("team");
    else next.set("team", chosen);
    const query = next.toString();
    history.replaceState(null, "", location.pathname + (query ? "?" + query : "") + location.hash);
  }

  const set = element("fieldset", { class: "filters__facet" });
  set.append(element("legend", {}, "Team"));
  for (const [team, count] of Array.from(counts).sort((one, other) => one[0].localeCompare(other[0]))) {
    const button = element("button", { type: "button", "aria-pressed": "false" });
    button.append(names.get(team) + " ", element("span", { class: "filters__count" }, String(count)));
    button.addEventListener("click", () => {
      chosen = chosen === team ? null : team;
      apply();
      remember();
    });
    buttons.set(team, button);
    set.append(button);
  }
  const bar = element("div", { class: "filters", role: "group", "aria-label": "Filter the changes" });
  if (counts.size > 16) {
    const choices = element("details", { class: "filters__many" });
    choices.append(element("summary", {}, "Filters"), set);
    choices.open = chosen !== null || matchMedia("(min-width: 45em)").matches;
    bar.append(choices, shown);
  } else {
    bar.append(set, shown);
  }
  page.prepend(bar);
  apply();

  /* A link to one commit shows it, whatever is chosen. */
  const meant = location.hash && document.getElementById(location.hash.slice(1));
  if (meant && meant.closest("[hidden]")) {
    chosen = null;
    apply();
    remember();
    meant.scrollIntoView();
  }
})();
