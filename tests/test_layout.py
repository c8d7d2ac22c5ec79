"""DOT to SVG with a real `dot`: what a drawing keeps, what is kept between builds, what a bad program leads to."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.diagram import layout
from macros.diagram.description import DEFAULT_STYLE, Diagram, Drawings
from macros.diagram.dot import kind_sample, relation_sample, to_dot
from macros.diagram.gallery import Gallery
from macros.diagram.layout import Later, Layout, LayoutError, clean, program
from macros.diagram.picture import neighbourhood
from macros.graph import Graph
from macros.model import KINDS, RELATIONS
from macros.workspace import Workspace
from tests.conftest import BIN

GraphOf = Callable[[dict[str, str]], Graph]

SVG = "{http://www.w3.org/2000/svg}"


def _tree(svg: str) -> ET.Element:
    return ET.fromstring(svg)  # noqa: S314 - a drawing of our own, without a DTD


def _runs(path: Path) -> bool:
    return path.exists() and subprocess.run([str(path), "-V"], capture_output=True, check=False).returncode == 0


DOTS = [path for path in (BIN / "dot", Path("/usr/bin/dot")) if _runs(path)]

SMALL = """\
digraph one {
  a [label="Anna" class="kind-team" URL="\ue000/teams/a/" tooltip="Team: Anna"]
  a -> b [class="relation-owner"]
}
"""


@pytest.fixture(params=DOTS, ids=lambda path: "wheel" if path.parent == BIN else "system")
def dot(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A `dot`, chosen by the environment as a person would."""
    path: Path = request.param
    monkeypatch.setenv("DOT", str(path))
    return path


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], Path]:
    """Makes a program of a shell script and sets it as `dot`."""

    def make(script: str) -> Path:
        path = tmp_path / "fake-dot"
        path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
        path.chmod(0o755)
        layout._identities.clear()
        monkeypatch.setenv("DOT", str(path))
        return path

    return make


def test_there_is_a_dot_beside_this_python() -> None:
    assert BIN / "dot" in DOTS


# A real program


def test_a_drawing_keeps_names_classes_links_and_tooltips(dot: Path, tmp_path: Path) -> None:
    tree = _tree(Layout(tmp_path).svg("one", SMALL))
    assert tree.tag == f"{SVG}svg"
    assert [text.text for text in tree.iter(f"{SVG}text")] == ["Anna", "b"]
    classes = [group.get("class", "") for group in tree.iter(f"{SVG}g")]
    assert any("kind-team" in name for name in classes)
    assert any("relation-owner" in name for name in classes)
    assert [link.get("href") for link in tree.iter(f"{SVG}a")] == ["\ue000/teams/a/"]
    assert "Team: Anna" in [title.text for title in tree.iter(f"{SVG}title")]


def test_a_drawing_has_no_colours_fonts_ids_or_size_of_its_own(dot: Path, tmp_path: Path) -> None:
    tree = _tree(Layout(tmp_path).svg("one", SMALL))
    seen = {name for element in tree.iter() for name in element.attrib}
    assert seen <= layout._KEPT | {"style"}
    assert [element.tag for element in tree.iter() if "style" in element.attrib] == [f"{SVG}svg"]
    assert tree.get("style", "").startswith("--natural-width:")
    assert tree.get("height") is None
    assert tree.get("viewBox")


def test_a_link_that_does_not_begin_at_the_sites_root_is_dropped(dot: Path, tmp_path: Path) -> None:
    svg = Layout(tmp_path).svg("x", 'digraph x { a [URL="javascript:alert(1)"]; b [URL="https://example.com"] }\n')
    assert "javascript" not in svg
    assert "example.com" not in svg


@pytest.mark.parametrize(
    "name",
    [
        '<b>&"',
        "]]>",
        "<script>alert(1)</script>",
        "a\\nb",
        "R&amp;D &#38; &lt;b&gt;",
        "${x}",
        "Zürich → 日本 🙂",
        "\\N \\G \\E",
    ],
)
def test_a_name_is_drawn_as_it_is_written(name: str, dot: Path, tmp_path: Path, small_graph: GraphOf) -> None:
    quoted = name.replace("\\", "\\\\").replace('"', '\\"')
    graph = small_graph({"teams.yml": f'- {{id: a, name: "{quoted}"}}\n'})
    assert graph.inventory.findings == []
    drawing = to_dot(neighbourhood(graph, "team.a"), graph.inventory, DEFAULT_STYLE)
    tree = _tree(Layout(tmp_path).svg("team.a", drawing))
    shown = " ".join(text.text or "" for text in tree.iter(f"{SVG}text"))
    assert shown.replace("\xa0", " ").replace(" ", "") == name.replace(" ", "")
    titles = [(title.text or "").replace("\xa0", " ") for title in tree.iter(f"{SVG}title")]
    assert f"Team: {name}" in titles


def test_a_drawing_says_which_records_its_parts_stand_for(dot: Path, tmp_path: Path) -> None:
    drawn = """digraph x {
      subgraph "cluster_group.g-1" { label=G; "service.a-" [id="in:group.g-1"] }
      subgraph "cluster_financial-service" { label=F; "financial-service.b" [id="in:financial-service"] }
      "service.a-" -> "financial-service.b"
      "service.a-" -> "financial-service.b"
    }
    """
    tree = _tree(Layout(tmp_path).svg("x", drawn))
    found = [" ".join(f"{name}={value}" for name, value in part.items() if "data-" in name) for part in tree.iter()]
    assert sorted(filter(None, found)) == [
        "data-box=financial-service",
        "data-box=group.g-1",
        "data-node=financial-service.b data-box=financial-service",
        "data-node=service.a- data-box=group.g-1",
        "data-tail=service.a- data-head=financial-service.b",
        "data-tail=service.a- data-head=financial-service.b",
    ]


@pytest.mark.parametrize("name", ["a", "A.b", 'service.a\\" onload=\\"x', "service.<b>", "service.a b", "in:x y"])
def test_a_name_that_is_no_key_is_not_kept(name: str, dot: Path, tmp_path: Path) -> None:
    svg = Layout(tmp_path).svg("x", f'digraph x {{ "{name}" [label=N id="{name}"]; "{name}" -> "{name}" }}\n')
    assert "data-" not in svg
    assert "onload" not in svg


def test_many_drawings_come_from_one_run_each_under_its_own_dot(
    dot: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs: list[str] = []
    run = layout._run

    def counted(dots: str) -> list[str]:
        runs.append(dots)
        return run(dots)

    monkeypatch.setattr(layout, "_run", counted)
    drawings = {f"d{n}": f'digraph d{n} {{ a [label="name {n}"] }}\n' for n in range(20)}
    drawn = Layout(tmp_path)
    drawn.draw(drawings)
    assert len(runs) == 1
    assert all(f">name {n}<" in drawn.svg(f"d{n}", dot) for n, dot in enumerate(drawings.values()))
    assert len(runs) == 1


def test_all_samples_of_legends_can_be_drawn(dot: Path, tmp_path: Path) -> None:
    samples = {f"kind {name}": kind_sample(name, DEFAULT_STYLE) for name in KINDS}
    samples |= {f"relation {name}": relation_sample(name, DEFAULT_STYLE) for name in RELATIONS}
    drawn = Layout(tmp_path)
    drawn.draw(samples)
    assert all(drawn.svg(name, dot).startswith("<svg") for name, dot in samples.items())


def test_the_drawing_at_fault_is_named(dot: Path, tmp_path: Path) -> None:
    with pytest.raises(LayoutError, match=r"^broken: `dot`"):
        Layout(tmp_path).draw({"one": SMALL, "broken": "digraph { a -> \n}\n", "two": "digraph { b }\n"})


def test_the_legend_of_a_relation_that_is_called_like_a_kind_is_an_arrow(tmp_path: Path, small_graph: GraphOf) -> None:
    gallery = Gallery(small_graph({}), Drawings(), Layout(tmp_path))
    for name in KINDS.keys() & RELATIONS.keys():
        assert f'class="node kind-{name}"' in gallery.kind_sample(name)
        assert f'class="edge relation-{name} confirmed"' in gallery.relation_sample(name)


def test_everything_is_drawn_in_one_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, small_graph: GraphOf) -> None:
    graph = small_graph({"teams.yml": "- {id: a, name: A}\n", "channels.yml": "- {id: c, name: C, owner: a}\n"})
    drawings = Drawings({"all": Diagram(id="all", title="All", about="All.", kinds=("channel", "team"))})
    gallery = Gallery(graph, drawings, Layout(tmp_path))
    gallery.draw_all()

    def fail(dots: str) -> list[str]:
        raise AssertionError("drawn again")

    monkeypatch.setattr(layout, "_run", fail)
    for sketch in (gallery.of_record("team.a"), gallery.of_record("channel.c"), gallery.of_diagram("all")):
        assert gallery.svg(sketch).startswith("<svg")
    assert all(gallery.kind_sample(name) for name in KINDS)
    assert all(gallery.relation_sample(name) for name in RELATIONS)


def test_of_a_record_that_stands_alone_there_is_nothing_to_draw(tmp_path: Path, small_graph: GraphOf) -> None:
    gallery = Gallery(small_graph({"teams.yml": "- {id: a, name: A}\n"}), Drawings(), Layout(tmp_path))
    assert gallery.of_record("team.a").dot == ""


# Between builds


def test_what_was_drawn_once_is_not_drawn_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = Layout(tmp_path).svg("one", SMALL)

    def fail(dots: str) -> list[str]:
        raise AssertionError("drawn again")

    monkeypatch.setattr(layout, "_run", fail)
    assert Layout(tmp_path).svg("another name", SMALL) == first
    with pytest.raises(AssertionError, match="drawn again"):
        Layout(tmp_path).svg("one", SMALL.replace("Anna", "Bert"))


def test_another_program_draws_anew(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    Layout(tmp_path / "cache").svg("one", SMALL)
    fake("cat > /dev/null; echo '<svg viewBox=\"0 0 10 10\"><g/></svg>'")
    assert "Anna" not in Layout(tmp_path / "cache").svg("one", SMALL)


def test_nothing_to_draw_starts_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOT", "no-such-program")
    Layout(tmp_path).draw({})


# Bad programs


def test_a_missing_program_is_said_of_with_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DOT", str(tmp_path / "no-dot"))
    with pytest.raises(LayoutError, match=r"no-dot` \(from \$DOT\) is no program here: run `make` .* or set DOT"):
        Layout(tmp_path).svg("one", SMALL)


def test_without_any_program_the_message_says_what_to_do(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("DOT", raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(LayoutError, match="`dot` is no program here: run `make`"):
        program()


def test_the_program_of_the_environment_comes_first_then_the_one_beside_this_python(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DOT", raising=False)
    assert program() == str(BIN / "dot")
    (tmp_path / "python").touch()
    beside = tmp_path / "dot"
    beside.write_text("#!/bin/sh\n", encoding="utf-8")
    beside.chmod(0o755)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "python"))
    assert program() == str(beside)
    monkeypatch.setenv("DOT", str(BIN / "dot"))
    assert program() == str(BIN / "dot")


@pytest.mark.parametrize(
    ("script", "says"),
    [
        ("echo 'no fonts here' >&2; exit 3", "no fonts here"),
        ("exit 3", "exit status 3"),
        ("kill -9 $$", "exit status -9"),
        ("cat > /dev/null; echo hello", "gave 0 drawings for 1"),
        ("cat > /dev/null", "gave 0 drawings for 1"),
        ("cat > /dev/null; echo '<svg><g></svg>'", "gave no SVG"),
        ("cat > /dev/null; echo '<svg viewBox=\"a\"></svg>'", "gave no SVG"),
        ("cat > /dev/null; echo '<svg viewBox=\"0 0 1.2.3 4\"></svg>'", "gave no SVG"),
        ("cat > /dev/null; echo '<svg></svg><svg></svg>'", "gave 2 drawings for 1"),
        ("cat > /dev/null; printf '\\377\\376\\000'", "gave 0 drawings for 1"),
    ],
)
def test_a_program_that_fails_or_prints_garbage_is_said_of_with_the_drawings_name(
    script: str, says: str, tmp_path: Path, fake: Callable[[str], Path]
) -> None:
    fake(script)
    with pytest.raises(LayoutError, match=f"^one: .*{says}"):
        Layout(tmp_path / "cache").svg("one", SMALL)
    assert not list((tmp_path / "cache").glob("*")), "nothing of it is kept"


def test_a_file_that_is_no_program_is_said_of(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    path = fake("")
    path.write_bytes(b"\x7fELF nothing")
    with pytest.raises(LayoutError, match="cannot be run"):
        Layout(tmp_path / "cache").svg("one", SMALL)


def test_a_program_that_ends_before_it_has_read_all_is_said_of(tmp_path: Path, fake: Callable[[str], Path]) -> None:
    fake("exit 1")
    with pytest.raises(LayoutError, match="exit status 1"):
        Layout(tmp_path / "cache").svg("one", SMALL + "// " + "x" * 1_000_000)


@pytest.mark.parametrize("script", ["sleep 60", "sleep 60 & wait", "sleep 60 & exit 0"])
def test_a_program_that_hangs_is_ended_with_all_it_started(
    script: str, tmp_path: Path, fake: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    fake(f"echo $$ > {tmp_path}/pid; {script}")
    monkeypatch.setattr(layout, "TIME_LIMIT", 0.5)
    started = time.monotonic()
    with pytest.raises(LayoutError, match=r"^one: `dot` took more than 0.5 seconds: draw less, or set DOT"):
        Layout(tmp_path / "cache").svg("one", SMALL)
    assert time.monotonic() - started < 20
    group = int((tmp_path / "pid").read_text(encoding="utf-8"))
    for _ in range(100):
        if not _alive(group):
            return
        time.sleep(0.05)
    pytest.fail("something of it still runs")


def _alive(group: int) -> bool:
    """Whether a process of the group runs; one that only waits to be reaped does not."""
    try:
        os.killpg(group, 0)
    except ProcessLookupError:
        return False
    states = []
    for status in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = status.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[2]) == group:
            states.append(fields[0])
    return any(state != "Z" for state in states)


# Cleaning


def test_cleaning_takes_the_width_in_pixels_from_the_viewbox() -> None:
    assert "--natural-width:133px" in clean('<svg width="1pt" height="9pt" viewBox="0.00 0.00 100.00 50.00"></svg>')


@pytest.mark.parametrize("svg", ["", "<svg", "<svg></g>", "<svg>&nope;</svg>", '<svg viewBox=""></svg>'])
def test_cleaning_refuses_what_is_no_drawing(svg: str) -> None:
    with pytest.raises(LayoutError, match="gave no SVG"):
        clean(svg)


# What is kept between builds


@pytest.mark.parametrize("spoilt", [b"", b"\xff\xfe", b"<svg><script>alert(1)</script></svg>", b"\0" * 4096])
def test_a_kept_drawing_that_was_spoilt_is_drawn_again(spoilt: bytes, tmp_path: Path) -> None:
    drawn = Layout(tmp_path).svg("one", SMALL)
    [kept] = tmp_path.iterdir()
    kept.write_bytes(spoilt)
    assert Layout(tmp_path).svg("one", SMALL) == drawn
    assert Layout(tmp_path)._recall(SMALL)


def test_a_folder_that_cannot_be_written_only_costs_time(tmp_path: Path) -> None:
    (tmp_path / "cache").write_text("a file where a folder is meant", encoding="utf-8")
    drawn = Layout(tmp_path / "cache").svg("one", SMALL)
    assert drawn == Layout(tmp_path / "another").svg("one", SMALL)


def test_a_fingerprint_tells_drawings_apart_exactly_as_their_dot_does(workspace: Workspace) -> None:
    gallery = workspace.gallery
    sketches = [gallery.of_record(key) for key in workspace.inventory.entries]
    sketches += [gallery.of_diagram(name) for name in workspace.drawings.diagrams]
    pairs = {(sketch.source.key, sketch.source.make()) for sketch in sketches if sketch.source}
    assert len(pairs) == len({key for key, _ in pairs}) == len({dot for _, dot in pairs}) > 200


@pytest.mark.parametrize(
    "change",
    [
        {"teams.yml": "- {id: a, name: Bert}\n- {id: b, name: B}\n"},
        {"monitors.yml": "- {id: m, name: M, owner: b}\n"},
        {"monitors.yml": "- {id: m, name: M, owner: {to: a, confirmed: false}}\n"},
        {"monitors.yml": "- {id: m, name: N, owner: a}\n"},
    ],
)
def test_a_change_that_shows_changes_the_fingerprint(
    change: dict[str, str], small_graph: GraphOf, tmp_path: Path
) -> None:
    files = {
        "teams.yml": "- {id: a, name: Anna}\n- {id: b, name: B}\n",
        "monitors.yml": "- {id: m, name: M, owner: a}\n",
    }

    def key(given: dict[str, str]) -> str:
        gallery = Gallery(small_graph(given), Drawings({}, DEFAULT_STYLE, []), Layout(tmp_path))
        source = gallery.of_record("monitor.m").source
        assert source is not None
        return source.key

    assert key(files) == key(dict(files))
    assert key(files) != key(files | change)


def test_dot_is_written_only_for_what_is_not_kept(tmp_path: Path) -> None:
    def never() -> str:
        raise AssertionError("written again")

    Layout(tmp_path).draw({"one": Later("its key", lambda: SMALL)})
    Layout(tmp_path).draw({"one": Later("its key", never)})
    assert Layout(tmp_path).svg("one", Later("its key", never)).startswith("<svg")
