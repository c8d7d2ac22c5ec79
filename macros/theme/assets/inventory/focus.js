/* The focus view: a record and what it hangs together with, read from the exported graph and drawn as the reader asks.
   The choice stands in the address. Every value of the data goes into the page as text or as an attribute, never as HTML. */
(function () {
  "use strict";

  const SVG = "http://www.w3.org/2000/svg";
  const ROOT = new URL("../../", document.currentScript.src);
  const MOST = 80; // nodes of a drawing: more cannot be read
  const POINT = 4 / 3; // pixels of a page in one unit of a drawing, as in those of the build
  const FONT = "11px Arial, 'Liberation Sans', Helvetica, sans-serif";
  const LINE = 13;
  const LETTERS = 22; // of a line of a label
  const CHOICES = { depth: ["1", "2", "3", "4"], way: ["both", "needs", "dependents"], relations: ["dependencies", "all"] };
  const USUAL = { of: "", depth: "2", way: "both", relations: "dependencies" };

  const view = document.querySelector("[data-focus-view]");
  const form = view.querySelector("form");
  const status = view.querySelector(".focus__status");
  const result = view.querySelector(".focus__result");

  function element(name, attributes, ...content) {
    const made = document.createElement(name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function drawn(name, attributes, ...content) {
    const made = document.createElementNS(SVG, name);
    for (const [key, value] of Object.entries(attributes || {})) made.setAttribute(key, value);
    made.append(...content);
    return made;
  }

  function address(path) {
    return new URL(path, ROOT).href;
  }

  function plural(number, one) {
    return number + " " + one + (number === 1 ? "" : "s");
  }

  /* The graph */

  function rows(table) {
    return table.rows.map((row) => Object.fromEntries(table.fields.map((field, column) => [field, row[column]])));
  }

  /* Nodes by key, each with the edges that leave it and those that reach it; names as they are shown and typed. */
  function read(exported) {
    const nodes = rows(exported.nodes).map((node) => ({ ...node, out: [], in: [] }));
    for (const edge of rows(exported.edges)) {
      const made = { ...edge, tail: nodes[edge.tail], head: nodes[edge.head] };
      made.tail.out.push(made);
      made.head.in.push(made);
    }
    const graph = { kinds: exported.kinds, relations: exported.relations, nodes: nodes };
    graph.byKey = new Map(nodes.map((node) => [node.key, node]));
    graph.labels = labelled(graph);
    return graph;
  }

  /* A name with its kind; with the key where two records share both. */
  function labelled(graph) {
    const labels = new Map();
    for (const node of graph.nodes) {
      const plain = node.name + " (" + graph.kinds[node.kind].title + ")";
      node.label = labels.has(plain) ? node.name + " (" + node.key + ")" : plain;
      labels.set(node.label, node);
    }
    return labels;
  }

  function says(graph, node) {
    const owner = node.owner && graph.byKey.get(node.owner);
    return graph.kinds[node.kind].title + ": " + node.name + (owner ? ", owned by " + owner.name : "");
  }

  function sheet(graph, node) {
    const folder = graph.kinds[node.kind].sheets;
    return folder && address(folder + node.key.slice(node.kind.length + 1) + "/");
  }

  /* Nodes within the depth, with how many steps away each is. Along the arrows, or against them: never one and then the
     other, since what else needs my database does not fall with me. */
  function within(start, depth, follow) {
    const steps = new Map([[start, 0]]);
    for (const [node, step] of steps) {
      if (step === depth) continue;
      for (const next of follow(node)) if (!steps.has(next)) steps.set(next, step + 1);
    }
    return steps;
  }

  function neighbourhood(graph, start, choice) {
    const wanted = (edge) => choice.relations === "all" || graph.relations[edge.relation].dependency;
    const along = (node) => node.out.filter(wanted).map((edge) => edge.head);
    const against = (node) => node.in.filter(wanted).map((edge) => edge.tail);
    const depth = Number(choice.depth);
    const found = new Map();
    const ways = [choice.way !== "dependents" && along, choice.way !== "needs" && against].filter(Boolean);
    for (const way of ways) {
      for (const [node, step] of within(start, depth, way)) {
        found.set(node, Math.min(step, found.has(node) ? found.get(node) : step));
      }
    }
    const nearest = Array.from(found).sort((one, other) => one[1] - other[1]);
    const kept = new Map(nearest.slice(0, MOST));
    const lines = new Map();
    for (const node of kept.keys()) for (const edge of node.out.filter(wanted)) addLine(lines, kept, edge);
    return { start: start, nodes: kept, lines: Array.from(lines.values()), left: nearest.length - kept.size };
  }

  /* Equal relations are one line, confirmed where one of them is. */
  function addLine(lines, kept, edge) {
    if (edge.tail === edge.head || !kept.has(edge.head)) return;
    const name = [edge.tail.key, edge.head.key, edge.relation].join(" ");
    const confirmed = edge.confirmed || Boolean(lines.get(name)?.confirmed);
    lines.set(name, { ...edge, confirmed: confirmed });
  }

  /* Finding a record by what somebody typed */

  function rank(node, text) {
    const [name, key] = [node.name.toLowerCase(), node.key];
    if (name === text || key === text || key.endsWith("." + text)) return 0;
    if (name.startsWith(text)) return 1;
    return name.includes(text) || key.includes(text) ? 2 : 3;
  }

  function holding(graph, typed, most) {
    const text = typed.trim().toLowerCase();
    const found = graph.nodes.map((node) => [rank(node, text), node]).filter(([place]) => place < 3);
    return found.sort((one, other) => one[0] - other[0]).slice(0, most).map(([, node]) => node);
  }

  /* How many letters have to change between two words. */
  function distance(one, other) {
    let row = Array.from({ length: other.length + 1 }, (_, column) => column);
    for (let line = 1; line <= one.length; line += 1) {
      const next = [line];
      for (let column = 1; column <= other.length; column += 1) {
        const same = one[line - 1] === other[column - 1] ? 0 : 1;
        next.push(Math.min(row[column] + 1, next[column - 1] + 1, row[column - 1] + same));
      }
      row = next;
    }
    return row[other.length];
  }

  function nearest(graph, typed, most) {
    const text = typed.trim().toLowerCase().slice(0, 60);
    const own = text.includes(".") ? (node) => node.key : (node) => node.key.slice(node.kind.length + 1);
    const away = (node) => Math.min(distance(text, own(node)), distance(text, node.name.toLowerCase().slice(0, 60)));
    const found = holding(graph, text, most);
    if (found.length === most) return found;
    const rest = graph.nodes.filter((node) => !found.includes(node)).map((node) => [away(node), node]);
    rest.sort((one, other) => one[0] - other[0]);
    return [...found, ...rest.slice(0, most - found.length).map(([, node]) => node)];
  }

  /* The key of the record that is meant, where there is no doubt; else what was typed. */
  function meant(graph, typed) {
    const text = typed.trim();
    const exact = graph.byKey.get(text) || graph.labels.get(text);
    if (exact || !text) return exact ? exact.key : "";
    const found = holding(graph, text, graph.nodes.length);
    const same = found.filter((node) => rank(node, text.toLowerCase()) === 0);
    if (same.length === 1) return same[0].key;
    return found.length === 1 ? found[0].key : text;
  }

  /* Shapes, by the names that Graphviz has for them: corners in a box of one by one */

  const CORNERS = {
    cds: [[0, 0], [0.9, 0], [1, 0.5], [0.9, 1], [0, 1]],
    diamond: [[0.5, 0], [1, 0.5], [0.5, 1], [0, 0.5]],
    folder: [[0, 0.14], [0.62, 0.14], [0.67, 0], [0.95, 0], [1, 0.14], [1, 1], [0, 1]],
    hexagon: [[0.14, 0], [0.86, 0], [1, 0.5], [0.86, 1], [0.14, 1], [0, 0.5]],
    house: [[0.5, 0], [1, 0.36], [1, 1], [0, 1], [0, 0.36]],
    invhouse: [[0, 0], [1, 0], [1, 0.64], [0.5, 1], [0, 0.64]],
    invtrapezium: [[0, 0], [1, 0], [0.87, 1], [0.13, 1]],
    note: [[0, 0], [0.92, 0], [1, 0.26], [1, 1], [0, 1]],
    octagon: [[0.12, 0], [0.88, 0], [1, 0.3], [1, 0.7], [0.88, 1], [0.12, 1], [0, 0.7], [0, 0.3]],
    parallelogram: [[0.13, 0], [1, 0], [0.87, 1], [0, 1]],
    pentagon: [[0.5, 0], [1, 0.4], [0.82, 1], [0.18, 1], [0, 0.4]],
    septagon: [[0.5, 0], [0.9, 0.2], [1, 0.65], [0.72, 1], [0.28, 1], [0, 0.65], [0.1, 0.2]],
    tab: [[0, 0], [0.28, 0], [0.28, 0.14], [1, 0.14], [1, 1], [0, 1]],
    trapezium: [[0.13, 0], [0.87, 0], [1, 1], [0, 1]],
    triangle: [[0.5, 0], [1, 1], [0, 1]],
  };
  const BOX = [[0, 0], [1, 0], [1, 1], [0, 1]];
  const INNER = {
    box3d: [[[0, 0.16], [0.96, 0.16], [0.96, 1]], [[0.96, 0.16], [1, 0]]],
    component: [[[0, 0.25], [0.07, 0.25], [0.07, 0.4], [0, 0.4]], [[0, 0.6], [0.07, 0.6], [0.07, 0.75], [0, 0.75]]],
    note: [[[0.92, 0], [0.92, 0.26], [1, 0.26]]],
  };
  const ROUND = ["circle", "doublecircle", "egg", "ellipse", "oval"];
  const SAME = { doubleoctagon: "octagon" };
  /* How much wider and higher than its words a shape is, and how far below its middle they stand. */
  const ROOM = {
    cds: [1.2, 1.1, 0], component: [1.15, 1.1, 0], cylinder: [1.05, 1.4, 0.08], diamond: [1.8, 1.9, 0], folder: [1, 1.25, 0.06],
    hexagon: [1.35, 1.2, 0], house: [1.15, 1.5, 0.13], invhouse: [1.15, 1.5, -0.13], octagon: [1.25, 1.3, 0],
    parallelogram: [1.35, 1.1, 0], pentagon: [1.4, 1.6, 0.08], round: [1.35, 1.35, 0], septagon: [1.4, 1.5, 0],
    tab: [1, 1.25, 0.06], triangle: [1.9, 2, 0.15],
  };

  /* What the build's style sheet says of a class; it is the only place that knows shapes and arrows. */
  const known = new Map();

  function styled(name, property) {
    if (known.has(name)) return known.get(name);
    const probe = element("span", { class: name });
    view.append(probe);
    known.set(name, getComputedStyle(probe).getPropertyValue(property).trim());
    probe.remove();
    return known.get(name);
  }

  function shapeOf(node) {
    const name = styled("kind-" + node.kind, "--shape");
    return ROUND.includes(name) ? "round" : SAME[name] || name;
  }

  function points(corners, wide, high) {
    return corners.map(([x, y]) => ((x - 0.5) * wide).toFixed(1) + "," + ((y - 0.5) * high).toFixed(1)).join(" ");
  }

  function cylinder(wide, high) {
    const [x, y, lid] = [wide / 2, high / 2, Math.min(4, high / 6)];
    const side = y - lid;
    return [
      drawn("path", { d: `M${-x},${-side}A${x},${lid} 0 0 1 ${x},${-side}L${x},${side}A${x},${lid} 0 0 1 ${-x},${side}Z` }),
      drawn("path", { d: `M${-x},${-side}A${x},${lid} 0 0 0 ${x},${-side}` }),
    ];
  }

  function outline(shape, wide, high) {
    if (shape === "cylinder") return cylinder(wide, high);
    if (shape === "round") return [drawn("ellipse", { cx: 0, cy: 0, rx: wide / 2, ry: high / 2 })];
    const inner = (INNER[shape] || []).map((line) => drawn("polyline", { points: points(line, wide, high) }));
    return [drawn("polygon", { points: points(CORNERS[shape] || BOX, wide, high) }), ...inner];
  }

  /* A line that goes past the arrow's tip by nothing: each arrow says how far before the tip its line ends. */
  const ARROWS = {
    normal: { length: 7, corners: [[0, 0], [-7, -2.6], [-7, 2.6]] },
    vee: { length: 5, corners: [[0, 0], [-7.5, -3.2], [-5, 0], [-7.5, 3.2]] },
    diamond: { length: 9, corners: [[0, 0], [-4.5, -2.6], [-9, 0], [-4.5, 2.6]] },
    box: { length: 5, corners: [[0, -2.5], [0, 2.5], [-5, 2.5], [-5, -2.5]] },
    tee: { length: 2, corners: [[0, -4], [0, 4], [-2, 4], [-2, -4]] },
    none: { length: 0, corners: [] },
    dot: { length: 5 },
  };

  function arrowHead(arrow, tip, angle) {
    const at = (x, y) => [tip.x + x * Math.cos(angle) - y * Math.sin(angle), tip.y + x * Math.sin(angle) + y * Math.cos(angle)];
    if (!arrow.corners) {
      const [x, y] = at(-2.5, 0);
      return drawn("ellipse", { cx: x.toFixed(1), cy: y.toFixed(1), rx: 2.5, ry: 2.5 });
    }
    const corners = arrow.corners.map(([x, y]) => at(x, y).map((part) => part.toFixed(1)).join(","));
    return drawn("polygon", { points: corners.join(" ") });
  }

  /* Layout and drawing */

  const ruler = document.createElement("canvas").getContext("2d");
  ruler.font = FONT;

  function wrapped(name) {
    const lines = [];
    for (const word of name.split(/\s+/).filter(Boolean)) {
      const last = lines[lines.length - 1];
      if (last !== undefined && (last + " " + word).length <= LETTERS) lines[lines.length - 1] = last + " " + word;
      else for (let at = 0; at < word.length; at += LETTERS) lines.push(word.slice(at, at + LETTERS));
    }
    return lines.length ? lines : [name];
  }

  function measured(node) {
    const shape = shapeOf(node);
    const lines = wrapped(node.name);
    const [across, down, below] = ROOM[shape] || [1, 1, 0];
    const words = Math.max(...lines.map((line) => ruler.measureText(line).width));
    return {
      node: node, shape: shape, lines: lines, below: below,
      width: (words + 14) * across, height: (lines.length * LINE + 9) * down,
    };
  }

  function laidOut(picture) {
    const layout = new dagre.graphlib.Graph({ multigraph: true });
    layout.setGraph({ rankdir: "LR", nodesep: 13, ranksep: 42, edgesep: 8, marginx: 10, marginy: 10 });
    layout.setDefaultEdgeLabel(() => ({}));
    for (const node of picture.nodes.keys()) layout.setNode(node.key, measured(node));
    for (const line of picture.lines) layout.setEdge(line.tail.key, line.head.key, { line: line }, line.relation);
    dagre.layout(layout);
    return layout;
  }

  function nodeDrawn(graph, placed, isCentre) {
    const node = placed.node;
    const first = placed.below * placed.height - ((placed.lines.length - 1) * LINE) / 2 + 4;
    const words = placed.lines.map((line, number) =>
      drawn("text", { "text-anchor": "middle", x: 0, y: (first + number * LINE).toFixed(1) }, line),
    );
    const link = drawn("a", { href: address(node.address) }, drawn("title", {}, says(graph, node)));
    link.append(...outline(placed.shape, placed.width, placed.height), ...words);
    return drawn("g", {
      class: "node kind-" + node.kind + (isCentre ? " centre" : ""),
      "data-node": node.key,
      transform: `translate(${placed.x.toFixed(1)} ${placed.y.toFixed(1)})`,
    }, link);
  }

  /* A soft line through the points that the layout found, which ends where the arrow begins. */
  function edgeDrawn(graph, label) {
    const line = label.line;
    const [tip, before] = [label.points[label.points.length - 1], label.points[label.points.length - 2]];
    const angle = Math.atan2(tip.y - before.y, tip.x - before.x);
    const arrow = ARROWS[styled("relation-" + line.relation, "--arrow")] || ARROWS.normal;
    const end = { x: tip.x - arrow.length * Math.cos(angle), y: tip.y - arrow.length * Math.sin(angle) };
    const route = [...label.points.slice(0, -1), end];
    const show = (point) => point.x.toFixed(1) + "," + point.y.toFixed(1);
    let path = "M" + show(route[0]);
    for (let at = 1; at < route.length - 1; at += 1) {
      const last = at === route.length - 2;
      const half = { x: (route[at].x + route[at + 1].x) / 2, y: (route[at].y + route[at + 1].y) / 2 };
      path += "Q" + show(route[at]) + " " + show(last ? end : half);
    }
    if (route.length === 2) path += "L" + show(end);
    const sure = line.confirmed ? "confirmed" : "assumed";
    return drawn("g", {
      class: "edge relation-" + line.relation + " " + sure, "data-tail": line.tail.key, "data-head": line.head.key,
    }, drawn("title", {}, sentence(graph, line)), drawn("path", { d: path }), arrowHead(arrow, tip, angle));
  }

  function sentence(graph, line) {
    const assumed = line.confirmed ? "" : " (assumed)";
    return line.tail.name + " " + graph.relations[line.relation].forward + " " + line.head.name + assumed;
  }

  function sized(wide, high, attributes, ...content) {
    const svg = drawn("svg", { viewBox: `0 0 ${wide.toFixed(1)} ${high.toFixed(1)}`, ...attributes }, ...content);
    svg.style.setProperty("--natural-width", Math.round(wide * POINT) + "px");
    return svg;
  }

  function pictureDrawn(graph, picture) {
    const layout = laidOut(picture);
    const { width, height } = layout.graph();
    const edges = layout.edges().map((edge) => edgeDrawn(graph, layout.edge(edge)));
    const nodes = layout.nodes().map((key) => nodeDrawn(graph, layout.node(key), key === picture.start.key));
    return sized(width, height, {}, ...edges, ...nodes);
  }

  /* The caption: a legend of what there is, and the same as a list */

  function kindSample(kind) {
    const shape = shapeOf({ kind: kind });
    return sized(26, 18, {}, drawn("g", { class: "node kind-" + kind, transform: "translate(13 9)" }, ...outline(shape, 24, 16)));
  }

  function relationSample(relation) {
    const arrow = ARROWS[styled("relation-" + relation, "--arrow")] || ARROWS.normal;
    const path = drawn("path", { d: `M1,5L${28 - arrow.length},5` });
    return sized(30, 10, {}, drawn("g", { class: "edge confirmed relation-" + relation }, path, arrowHead(arrow, { x: 28, y: 5 }, 0)));
  }

  function legend(graph, picture) {
    const list = element("ul", { class: "legend", "aria-label": "Legend" });
    const entry = (sample, words) => list.append(element("li", {}, element("span", { "aria-hidden": "true" }, sample), words));
    const kinds = new Set(Array.from(picture.nodes.keys(), (node) => node.kind));
    const relations = new Set(picture.lines.map((line) => line.relation));
    for (const kind of Object.keys(graph.kinds)) if (kinds.has(kind)) entry(kindSample(kind), graph.kinds[kind].title);
    for (const name of Object.keys(graph.relations)) {
      if (relations.has(name)) entry(relationSample(name), graph.relations[name].forward);
    }
    if (picture.lines.some((line) => !line.confirmed)) {
      const dashes = element("span", { class: "legend__dashes", "aria-hidden": "true" });
      list.append(element("li", {}, dashes, "dashed: assumed, to be confirmed"));
    }
    return list;
  }

  function pageLink(node) {
    return element("a", { href: address(node.address) }, node.name);
  }

  function asList(graph, picture) {
    const items = picture.lines.map((line) => {
      const middle = " " + graph.relations[line.relation].forward + " ";
      return element("li", {}, pageLink(line.tail), middle, pageLink(line.head), line.confirmed ? "" : " (assumed)");
    });
    const summary = element("summary", {}, "The same as a list");
    return element("details", { class: "drawing__text" }, summary, element("ul", {}, ...items));
  }

  function figure(graph, picture) {
    const name = picture.start.name;
    const scroll = element("div", { class: "drawing__scroll", tabindex: "0", role: "region", "aria-label": "Drawing: " + name });
    scroll.append(pictureDrawn(graph, picture));
    const caption = element("figcaption", {}, legend(graph, picture), asList(graph, picture));
    return element("figure", { class: "drawing", "data-drawing": "focus-" + picture.start.key }, scroll, caption);
  }

  /* Every drawn record by how far away it is, with where to go from it */

  function focusLink(node, choice, words) {
    return element("a", { href: "?" + query({ ...choice, of: node.key }), "data-focus": node.key }, words);
  }

  function record(graph, node, step, choice) {
    const item = element("li", {}, element("a", { class: "entity kind-" + node.kind, href: address(node.address) }, node.name));
    const owner = node.owner && graph.byKey.get(node.owner);
    const facts = graph.kinds[node.kind].title + (owner ? ", owned by " + owner.name : "");
    const links = [sheet(graph, node) && element("a", { href: sheet(graph, node) }, "if it is down"), step && focusLink(node, choice, "focus")];
    item.append(" ", element("span", { class: "quiet" }, facts));
    for (const link of links.filter(Boolean)) item.append(" · ", element("span", { class: "focus__link" }, link));
    return item;
  }

  function records(graph, picture, choice) {
    const parts = [element("h2", {}, "Where to go from here")];
    for (let away = 0; away <= Number(choice.depth); away += 1) {
      const nodes = Array.from(picture.nodes).filter(([, step]) => step === away);
      if (!nodes.length) break;
      const items = nodes.map(([node, step]) => record(graph, node, step, choice));
      if (away) parts.push(element("h3", {}, plural(away, "step") + " away"));
      parts.push(element("ul", { class: "focus__records" }, ...items));
    }
    return parts;
  }

  /* The choice and its address */

  function chosen() {
    const asked = new URLSearchParams(location.search);
    const found = { ...USUAL, of: (asked.get("of") || "").trim() };
    for (const [name, values] of Object.entries(CHOICES)) {
      if (values.includes(asked.get(name))) found[name] = asked.get(name);
    }
    return found;
  }

  function query(choice) {
    return new URLSearchParams({ of: choice.of, depth: choice.depth, way: choice.way, relations: choice.relations }).toString();
  }

  function counted(picture, choice) {
    const [others, lines] = [picture.nodes.size - 1, picture.lines.length];
    const where = "Within " + plural(Number(choice.depth), "step") + " of " + picture.start.name + ": ";
    const shown = plural(others, "other record") + ", " + plural(lines, "relation") + ".";
    const left = picture.left === 1 ? " 1 more record is not drawn" : " " + picture.left + " more records are not drawn";
    return where + shown + (picture.left ? left + ": take fewer steps, one direction, or dependencies only." : "");
  }

  function alone(picture, choice) {
    const say = {
      both: `${picture.start.name} needs nothing, and nothing needs it`,
      needs: `${picture.start.name} needs nothing`,
      dependents: `Nothing needs ${picture.start.name}`,
    };
    return say[choice.way] + (choice.relations === "all" ? ", by any relation that is stated." : ", as far as is stated. It may have other relations: choose all.");
  }

  function showUnknown(graph, choice) {
    const near = nearest(graph, choice.of, 5).map((node) => element("li", {}, focusLink(node, choice, node.label)));
    status.textContent = "“" + choice.of + "” is no record of this site.";
    result.replaceChildren(element("p", {}, "The nearest are:"), element("ul", { class: "focus__near" }, ...near));
  }

  function showPicture(graph, start, choice) {
    const picture = neighbourhood(graph, start, choice);
    const list = records(graph, picture, choice);
    if (!picture.lines.length) {
      status.textContent = alone(picture, choice);
      result.replaceChildren(...list);
      return;
    }
    status.textContent = counted(picture, choice);
    const made = figure(graph, picture);
    result.replaceChildren(made, ...list);
    window.inventoryDrawings.equip(made);
    bringToMiddle(made);
  }

  /* A wide drawing begins at the record that it is about. */
  function bringToMiddle(made) {
    const scroll = made.querySelector(".drawing__scroll");
    const [box, node] = [scroll, scroll.querySelector(".centre")].map((part) => part.getBoundingClientRect());
    scroll.scrollLeft += node.left + node.width / 2 - box.left - box.width / 2;
  }

  function show(graph) {
    const choice = chosen();
    const start = graph.byKey.get(choice.of);
    form.elements.of.value = start ? start.label : choice.of;
    for (const name of Object.keys(CHOICES)) form.elements[name].value = choice[name];
    if (start) {
      showPicture(graph, start, choice);
    } else if (choice.of) {
      showUnknown(graph, choice);
    } else {
      status.textContent = plural(graph.nodes.length, "record") + " to choose from, by name or id.";
      result.replaceChildren();
    }
  }

  function go(graph, of) {
    const choice = { of: of };
    for (const name of Object.keys(CHOICES)) choice[name] = form.elements[name].value;
    const next = "?" + query(choice);
    if (next !== location.search) history.pushState(null, "", location.pathname + next);
    show(graph);
  }

  function suggest(graph) {
    const found = holding(graph, form.elements.of.value, 12);
    view.querySelector("datalist").replaceChildren(...found.map((node) => element("option", { value: node.label }, node.key)));
  }

  function listen(graph) {
    const typed = form.elements.of;
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      go(graph, meant(graph, typed.value));
    });
    typed.addEventListener("input", () => {
      if (graph.labels.has(typed.value)) go(graph, graph.labels.get(typed.value).key); // taken from the list
      else suggest(graph);
    });
    for (const name of Object.keys(CHOICES)) {
      form.elements[name].addEventListener("change", () => go(graph, meant(graph, typed.value)));
    }
    result.addEventListener("click", (event) => {
      const link = event.target.closest("a[data-focus]");
      if (!link || event.ctrlKey || event.metaKey || event.shiftKey || event.altKey) return;
      event.preventDefault();
      go(graph, link.dataset.focus);
      view.scrollIntoView({ block: "nearest" });
    });
    addEventListener("popstate", () => show(graph));
  }

  async function begin() {
    const answer = await fetch(new URL("graph.json", new URL("assets/inventory/", ROOT)));
    if (!answer.ok) throw new Error("no graph");
    const graph = read(await answer.json());
    view.querySelector(".focus__without").remove();
    form.hidden = false;
    listen(graph);
    show(graph);
  }

  begin().catch((error) => {
    status.textContent = "The graph could not be read: load the page anew.";
    throw error; // for the console
  });
})();
