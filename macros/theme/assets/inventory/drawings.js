/* Drawings answer questions: a node lights what it needs and what needs it; a drawing zooms, fills the screen, and can
   be kept as a file. Without this script each is a picture with links and a list, and misses none of its facts. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const HERE = document.currentScript.src;
  const STEP = 1.3; // of a button
  const LEAST = 0.2;
  const MOST = 5;
  const SLACK = 4; // pixels that a hand moves while it clicks

  function element(name, attributes, text) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    if (text !== undefined) made.textContent = text;
    return made;
  }

  /* Light: what a node needs and what needs it */

  /* From each node those one step along the edges, or one step against them. */
  function steps(edges, from, to) {
    const found = new Map();
    for (const edge of edges) {
      if (!found.has(edge.dataset[from])) found.set(edge.dataset[from], new Set());
      found.get(edge.dataset[from]).add(edge.dataset[to]);
    }
    return found;
  }

  function closure(start, steps) {
    const reached = new Set([start]);
    for (const key of reached) for (const next of steps.get(key) || []) reached.add(next); // a set goes on to what is added
    return reached;
  }

  function lighting(figure, scroll) {
    const nodes = Array.from(scroll.querySelectorAll("[data-node]"));
    const edges = Array.from(scroll.querySelectorAll("[data-tail]"));
    const along = steps(edges, "tail", "head");
    const against = steps(edges, "head", "tail");
    let pointed, focused;

    function show() {
      const key = pointed || focused;
      figure.classList.toggle("drawing--lit", Boolean(key));
      const needs = key ? closure(key, along) : new Set();
      const dependents = key ? closure(key, against) : new Set();
      for (const node of nodes) {
        node.classList.toggle("lit", needs.has(node.dataset.node) || dependents.has(node.dataset.node));
      }
      for (const edge of edges) {
        edge.classList.toggle("lit", needs.has(edge.dataset.tail) || dependents.has(edge.dataset.head));
      }
    }

    function keyAt(target) {
      const node = target.closest("[data-node]");
      return node ? node.dataset.node : undefined;
    }

    function point(key) {
      if (key === pointed) return;
      pointed = key;
      show();
    }

    scroll.addEventListener("pointerover", (event) => point(keyAt(event.target)));
    scroll.addEventListener("pointerleave", () => point(undefined));
    scroll.addEventListener("focusin", (event) => {
      focused = keyAt(event.target);
      show();
    });
    scroll.addEventListener("focusout", () => {
      focused = undefined;
      show();
    });
  }

  /* Size: the drawing grows inside a box that scrolls, so that arrow keys, a focused node and a finger move it as ever */

  function sizing(figure, scroll, svg) {
    const natural = parseFloat(svg.style.getPropertyValue("--natural-width"));
    const [, , wide, high] = svg.getAttribute("viewBox").split(/\s+/).map(Number);
    const padding = parseFloat(getComputedStyle(scroll).paddingLeft) * 2;

    function isFull() {
      return document.fullscreenElement === figure;
    }

    function scale() {
      return svg.getBoundingClientRect().width / natural;
    }

    function middle() {
      const box = scroll.getBoundingClientRect();
      return { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
    }

    /* The box keeps its place on the page while the drawing grows in it; a low one gets some room. */
    function keepRoom() {
      if (figure.classList.contains("drawing--zoomed")) return;
      const room = Math.max(scroll.offsetHeight, Math.min(480, innerHeight * 0.6));
      figure.style.setProperty("--room", room + "px");
      figure.classList.add("drawing--zoomed");
    }

    /* What lies under the pointer stays under it. */
    function zoom(to, at) {
      const point = at || middle();
      const before = svg.getBoundingClientRect();
      const across = (point.clientX - before.left) / before.width;
      const down = (point.clientY - before.top) / before.height;
      keepRoom();
      figure.style.setProperty("--zoom", Math.min(MOST, Math.max(LEAST, to)));
      const after = svg.getBoundingClientRect();
      scroll.scrollLeft += after.left + across * after.width - point.clientX;
      scroll.scrollTop += after.top + down * after.height - point.clientY;
    }

    function asOpened() {
      figure.classList.remove("drawing--zoomed");
      figure.style.removeProperty("--zoom");
      figure.style.removeProperty("--room");
    }

    /* The whole drawing: as the page opened where that shows all of it, smaller where it does not. */
    function fit() {
      asOpened();
      const across = (scroll.clientWidth - padding) / natural;
      if (isFull()) {
        zoom(Math.min(2.5, across, (scroll.clientHeight - padding) / ((natural * high) / wide)));
      } else if (scroll.scrollWidth > scroll.clientWidth + 1) {
        zoom(across);
      }
    }

    return { scale: scale, zoom: zoom, fit: fit, asOpened: asOpened, isFull: isFull };
  }

  /* Only with a key held: a plain wheel scrolls the page. A pinch on a touchpad comes as a wheel with Ctrl. */
  function zoomByWheel(scroll, size) {
    scroll.addEventListener(
      "wheel",
      (event) => {
        if (!event.ctrlKey && !event.metaKey) return;
        event.preventDefault();
        const lines = event.deltaMode === 0 ? 1 : 30;
        size.zoom(size.scale() * Math.exp(-Math.max(-200, Math.min(200, event.deltaY * lines)) * 0.003), event);
      },
      { passive: false },
    );
  }

  function zoomByPinch(scroll, size) {
    let began;

    function spread(touches) {
      return Math.hypot(touches[0].clientX - touches[1].clientX, touches[0].clientY - touches[1].clientY);
    }

    function between(touches) {
      return {
        clientX: (touches[0].clientX + touches[1].clientX) / 2,
        clientY: (touches[0].clientY + touches[1].clientY) / 2,
      };
    }

    scroll.addEventListener("touchstart", (event) => {
      began = event.touches.length === 2 ? { spread: spread(event.touches), scale: size.scale() } : undefined;
    }, { passive: true });
    scroll.addEventListener("touchmove", (event) => {
      if (!began || event.touches.length !== 2) return;
      event.preventDefault();
      size.zoom((began.scale * spread(event.touches)) / began.spread, between(event.touches));
    }, { passive: false });
    scroll.addEventListener("touchend", () => {
      began = undefined;
    });
  }

  function zoomByKeys(scroll, size) {
    scroll.addEventListener("keydown", (event) => {
      if (event.ctrlKey || event.metaKey || event.altKey) return;
      if (event.key === "+") size.zoom(size.scale() * STEP);
      else if (event.key === "-") size.zoom(size.scale() / STEP);
      else if (event.key === "0") size.fit();
      else return;
      event.preventDefault();
      event.stopPropagation();
    });
  }

  /* With a mouse; a finger scrolls the box by itself. A drag that ends on a node does not follow its link. */
  function panByDrag(scroll) {
    let from;
    let moved = false;

    scroll.addEventListener("dragstart", (event) => event.preventDefault());
    scroll.addEventListener("pointerdown", (event) => {
      moved = false;
      if (event.pointerType !== "mouse" || event.button !== 0) return;
      if (scroll.scrollWidth <= scroll.clientWidth && scroll.scrollHeight <= scroll.clientHeight) return;
      from = { x: event.clientX, y: event.clientY, left: scroll.scrollLeft, top: scroll.scrollTop };
    });
    scroll.addEventListener("pointermove", (event) => {
      if (!from) return;
      const [x, y] = [event.clientX - from.x, event.clientY - from.y];
      if (!moved && Math.hypot(x, y) > SLACK) {
        moved = true;
        scroll.setPointerCapture(event.pointerId);
        scroll.classList.add("drawing__scroll--held");
      }
      if (moved) scroll.scrollTo({ left: from.left - x, top: from.top - y, behavior: "instant" });
    });
    for (const end of ["pointerup", "pointercancel"]) {
      scroll.addEventListener(end, () => {
        from = undefined;
        scroll.classList.remove("drawing__scroll--held");
      });
    }
    scroll.addEventListener("click", (event) => {
      if (moved) event.preventDefault();
      moved = false;
    }, true);
  }

  function fillScreen(figure) {
    if (document.fullscreenElement === figure) document.exitFullscreen();
    else figure.requestFullscreen().catch(() => {}); // a browser may refuse; the drawing is on the page anyway
  }

  /* Files */

  /* Gives a copy of the drawing whose styles are those of the light scheme, whatever the page's is: it stands beside the
     page's body, which has the scheme, and is never shown. */
  function inLight(scroll, use) {
    const stage = element("div", { class: "md-typeset", "data-md-color-scheme": "default", hidden: "" });
    const copy = element("div", { class: "drawing" });
    copy.append(scroll.cloneNode(true));
    stage.append(copy);
    for (const lit of stage.querySelectorAll(".lit")) lit.classList.remove("lit");
    document.documentElement.append(stage);
    try {
      return use(copy.querySelector("svg"));
    } finally {
      stage.remove();
    }
  }

  /* A colour as every program reads it: browsers write a mixed one as `color(srgb …)`. */
  function plain(colour) {
    const mixed = /^color\(srgb ([\d.e-]+) ([\d.e-]+) ([\d.e-]+)\)$/.exec(colour);
    if (!mixed) return colour;
    return "rgb(" + mixed.slice(1).map((part) => Math.round(Number(part) * 255)).join(", ") + ")";
  }

  const LOOKS = {
    text: ["fill", "font-family", "font-size"],
    shape: ["fill", "stroke", "stroke-width", "stroke-dasharray"],
  };

  /* Styles into attributes, for a file that has no style sheet. */
  function dress(svg) {
    for (const part of svg.querySelectorAll("text, polygon, path, ellipse, circle, polyline, rect")) {
      const style = getComputedStyle(part);
      for (const name of LOOKS[part.localName === "text" ? "text" : "shape"]) {
        part.setAttribute(name, plain(style.getPropertyValue(name)));
      }
    }
  }

  function absolute(link) {
    return new URL(link.getAttribute("href"), document.baseURI).href;
  }

  function frame(svg, title) {
    const [left, top, wide, high] = svg.getAttribute("viewBox").split(/\s+/);
    const paper = document.createElementNS(SVG, "rect");
    for (const [name, value] of Object.entries({ x: left, y: top, width: wide, height: high, fill: "#ffffff" })) {
      paper.setAttribute(name, value);
    }
    const heading = document.createElementNS(SVG, "title");
    heading.textContent = title;
    svg.prepend(heading, paper);
    svg.setAttribute("width", wide + "pt");
    svg.setAttribute("height", high + "pt");
    svg.removeAttribute("style");
  }

  function asSvg(scroll, title) {
    return inLight(scroll, (svg) => {
      dress(svg);
      for (const link of svg.querySelectorAll("a")) {
        link.removeAttribute("class"); // of the theme's script
        if (link.hasAttribute("href")) link.setAttribute("href", absolute(link));
      }
      frame(svg, title);
      return '<?xml version="1.0" encoding="UTF-8"?>\n' + new XMLSerializer().serializeToString(svg) + "\n";
    });
  }

  /* A text as DOT writes it. DOT reads backslashes, and character references such as `&amp;`. */
  function quoted(text) {
    const escaped = text.replace(/&/g, "&amp;").replace(/\\/g, "\\\\").replace(/"/g, '\\"');
    return '"' + escaped.replace(/\n/g, "\\n") + '"';
  }

  function row(attributes) {
    const written = Object.entries(attributes).filter(([, value]) => value);
    return "[" + written.map(([name, value]) => name + "=" + quoted(value)).join(" ") + "]";
  }

  function label(part) {
    const lines = Array.from(part.querySelectorAll("text"), (text) => text.textContent.replace(/\u00a0/g, " "));
    return lines.join("\n");
  }

  /* A tooltip is read twice by `dot`, so its backslashes are doubled once more. */
  function says(part) {
    const title = part.querySelector("title");
    return title ? title.textContent.replace(/\\/g, "\\\\") : "";
  }

  function look(part, name) {
    return getComputedStyle(part).getPropertyValue(name).trim();
  }

  function nodeAsDot(node) {
    const link = node.querySelector("a[href]");
    const attributes = { label: label(node), shape: look(node, "--shape"), URL: link && absolute(link), tooltip: says(node) };
    return quoted(node.dataset.node) + " " + row(attributes);
  }

  function edgeAsDot(edge) {
    const line = edge.classList.contains("assumed") ? "dashed" : "";
    const attributes = { arrowhead: look(edge, "--arrow"), style: line, tooltip: says(edge) };
    return quoted(edge.dataset.tail) + " -> " + quoted(edge.dataset.head) + " " + row(attributes);
  }

  function boxAsDot(box, nodes) {
    const link = box.querySelector("a[href]");
    const head = { label: label(box), URL: link && absolute(link), tooltip: says(box) };
    const lines = Object.entries(head).filter(([, value]) => value).map(([name, value]) => name + "=" + quoted(value));
    const members = nodes.filter((node) => node.dataset.box === box.dataset.box).map(nodeAsDot);
    return ["subgraph " + quoted("cluster_" + box.dataset.box) + " {", ...[...lines, ...members].map((line) => "  " + line), "}"];
  }

  function asDot(scroll, name) {
    const nodes = Array.from(scroll.querySelectorAll("[data-node]"));
    const lines = ["rankdir=LR", 'node [fontname="Arial" fontsize=11 height=0.32 margin="0.12,0.06"]', "edge [arrowsize=0.65]"];
    for (const box of scroll.querySelectorAll(".cluster[data-box]")) lines.push(...boxAsDot(box, nodes));
    lines.push(...nodes.filter((node) => !node.dataset.box).map(nodeAsDot));
    lines.push(...Array.from(scroll.querySelectorAll("[data-tail]"), edgeAsDot));
    return ["digraph " + quoted(name) + " {", ...lines.map((line) => "  " + line), "}", ""].join("\n");
  }

  function save(name, type, text) {
    const address = URL.createObjectURL(new Blob([text], { type: type }));
    element("a", { href: address, download: name }).click();
    setTimeout(() => URL.revokeObjectURL(address), 60000); // by then the browser has it
  }

  /* The row of buttons */

  function button(text, name, act) {
    const made = element("button", { type: "button", "aria-label": name, title: name }, text);
    made.addEventListener("click", act);
    return made;
  }

  function tools(figure, scroll, size) {
    const title = scroll.getAttribute("aria-label");
    const name = figure.dataset.drawing;
    const bar = element("div", { class: "drawing__tools", role: "group", "aria-label": "Tools. " + title });
    bar.append(
      button("−", "Zoom out", () => size.zoom(size.scale() / STEP)),
      button("+", "Zoom in", () => size.zoom(size.scale() * STEP)),
      button("Fit", "Fit: show all of it", size.fit),
    );
    if (document.fullscreenEnabled) bar.append(screenButton(figure, size));
    bar.append(
      button("SVG", "SVG: download the drawing", () => save(name + ".svg", "image/svg+xml", asSvg(scroll, title))),
      button("DOT", "DOT: download as source for Graphviz", () => save(name + ".dot", "text/vnd.graphviz", asDot(scroll, name))),
    );
    return bar;
  }

  function screenButton(figure, size) {
    const made = button("Full screen", "Full screen", () => fillScreen(figure));
    figure.addEventListener("fullscreenchange", () => {
      made.textContent = made.title = size.isFull() ? "Leave full screen" : "Full screen";
      made.setAttribute("aria-label", made.title);
      if (size.isFull()) size.fit();
      else size.asOpened();
    });
    return made;
  }

  /* The browser does so by itself; this is for those in which a page has to. */
  function escapable(figure, size) {
    figure.addEventListener("keydown", (event) => {
      if (event.key === "Escape" && size.isFull()) document.exitFullscreen();
    });
  }

  function equip(figure) {
    const scroll = figure.querySelector(".drawing__scroll");
    const svg = scroll.querySelector("svg");
    const size = sizing(figure, scroll, svg);
    lighting(figure, scroll);
    zoomByWheel(scroll, size);
    zoomByPinch(scroll, size);
    zoomByKeys(scroll, size);
    panByDrag(scroll);
    escapable(figure, size);
    scroll.before(tools(figure, scroll, size));
  }

  /* The focus view draws in the browser. What it takes is loaded there alone, in this order. */
  function loadFocus() {
    for (const name of ["vendor/dagre.js", "focus.js"]) {
      const script = element("script", { src: new URL(name, HERE).href });
      script.async = false;
      document.head.append(script);
    }
  }

  document.querySelectorAll("figure.drawing").forEach(equip);
  window.inventoryDrawings = { equip: equip };
  if (document.querySelector("[data-focus-view]")) loadFocus();
})();
