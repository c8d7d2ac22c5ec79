/* Tables sort by their headings and narrow by the values of some columns; the choice stands in the address. */
(function () {
  "use strict";

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* The part of the address that belongs to the table: the first table of a page has plain names. */
  function parameter(position, name) {
    return position === 0 ? name : name + "." + (position + 1);
  }

  /* The columns to narrow by: not those in which every row has a value of its own. */
  function facetsOf(table) {
    const headings = Array.from(table.tHead.rows[0].cells);
    return headings
      .map((heading, column) => ({ column: column, name: heading.dataset.facet, label: heading.textContent.trim() }))
      .filter((facet) => facet.name)
      .map((facet) => ({ ...facet, values: values(table, facet.column) }))
      .filter((facet) => facet.values.length < table.tBodies[0].rows.length);
  }

  function values(table, column) {
    const counts = new Map();
    for (const row of table.tBodies[0].rows) {
      const value = row.cells[column].dataset.value;
      counts.set(value, (counts.get(value) || 0) + 1);
    }
    return Array.from(counts).sort((one, other) => one[0].localeCompare(other[0]));
  }

  function filterable(table, position) {
    const rows = Array.from(table.tBodies[0].rows);
    if (rows.length < 2) return;
    const facets = facetsOf(table);
    if (!facets.length && rows.length < 6) return;
    const chosen = new Map();
    const address = new URLSearchParams(location.search);
    const bar = element("div", { class: "filters", role: "group", "aria-label": "Filter the table" });
    const many = facets.reduce((sum, facet) => sum + facet.values.length, 0) > 16;
    const choices = many ? element("details", { class: "filters__many" }) : bar;
    if (many) {
      choices.append(element("summary", {}, "Filters"));
      choices.open = matchMedia("(min-width: 45em)").matches;
      bar.append(choices);
    }
    const search = element("input", { type: "search", placeholder: "Filter rows", "aria-label": "Filter rows" });
    const shown = element("span", { class: "filters__shown", "aria-live": "polite" });
    const buttons = [];

    function apply() {
      const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
      let visible = 0;
      for (const row of rows) {
        const text = row.textContent.toLowerCase();
        const fits =
          facets.every((facet) => !chosen.has(facet.name) || row.cells[facet.column].dataset.value === chosen.get(facet.name)) &&
          words.every((word) => text.includes(word));
        row.hidden = !fits;
        if (fits) visible += 1;
      }
      shown.textContent = visible === rows.length ? "" : visible + " of " + rows.length;
      for (const { button, facet, value } of buttons) {
        button.setAttribute("aria-pressed", String(chosen.get(facet) === value));
      }
    }

    function remember() {
      const next = new URLSearchParams(location.search);
      for (const facet of facets) {
        const name = parameter(position, facet.name);
        if (chosen.has(facet.name)) next.set(name, chosen.get(facet.name));
        else next.delete(name);
      }
      const name = parameter(position, "rows");
      if (search.value) next.set(name, search.value);
      else next.delete(name);
      const query = next.toString();
      history.replaceState(null, "", location.pathname + (query ? "?" + query : "") + location.hash);
    }

    for (const facet of facets) {
      const set = element("fieldset", { class: "filters__facet" });
      set.append(element("legend", {}, facet.label));
      for (const [value, count] of facet.values) {
        const button = element("button", { type: "button", "aria-pressed": "false" });
        button.append(value.replace(/-/g, " ") + " ", element("span", { class: "filters__count" }, String(count)));
        button.addEventListener("click", () => {
          if (chosen.get(facet.name) === value) chosen.delete(facet.name);
          else chosen.set(facet.name, value);
          apply();
          remember();
        });
        buttons.push({ button: button, facet: facet.name, value: value });
        set.append(button);
      }
      const wanted = address.get(parameter(position, facet.name));
      if (facet.values.some(([value]) => value === wanted)) chosen.set(facet.name, wanted);
      choices.append(set);
    }
    if (rows.length >= 6) {
      search.value = address.get(parameter(position, "rows")) || "";
      search.addEventListener("input", () => {
        apply();
        remember();
      });
      bar.append(search);
    }
    if (many && chosen.size) choices.open = true;
    bar.append(shown);
    table.closest(".inventory-table").prepend(bar);
    apply();
  }

  /* What has no number, such as "unknown", sorts below every number. */
  function sortable(table) {
    Array.from(table.tHead.rows[0].cells).forEach((heading, column) => {
      if (heading.dataset.sortMethod !== "number") return;
      for (const row of table.tBodies[0].rows) {
        const cell = row.cells[column];
        if (!/\d/.test(cell.dataset.sort)) cell.dataset.sort = "-1000000000000";
      }
    });
    new Tablesort(table);
  }

  document.querySelectorAll("table[data-inventory-table]").forEach((table, position) => {
    if (table.tBodies[0].rows.length > 1) sortable(table);
    filterable(table, position);
  });
})();
