"""What `inventory print` makes, read back from the PDFs: every word is there, and what they say of themselves is true."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from pathlib import Path

import pdfplumber
import pypdfium2
import pytest
import segno
from playwright.sync_api import Browser
from pypdf import PdfReader

from macros.flow import way
from macros.model import Runbook
from macros.paging import paging
from macros.placeholders import shown
from macros.workspace import Folders, Workspace
from tests.browser.conftest import served
from tests.browser.ink import Word, leaves
from tests.conftest import LIBRARY, build, inventory, project

SITE_URL = "https://inventory.example.com/"
SIZES = {"a4": (595.3, 841.9), "letter": (612.0, 792.0)}
SIDE, TOP, BOTTOM = 39.6, 53.8, 45.3
"""Points of the margins in print.css: 14 mm at the sides, 19 above, 16 below."""

PATH = "/".join(f"shelf-{number}" for number in range(24))
LONG = (
    f"""id: index-lost
name: The index is lost
purpose: Find books again.
owner: catalogue
handles: [critical-path.finding]
severity: P1
trigger: Nobody finds a book.
impact: Readers go home without one.
symptoms: ["The shelf finder says `no index`."]
access: [A key of the basement.]
escalate_after: 20
review_every: 26w
exercised: {{on: 2031-02-03, by: Catalogue, minutes: 40, result: worked}}
inputs:
  - {{id: shelf, ask: Number of the shelf, example: "17"}}
steps:
  - id: look
    do: Ask the finder how it is.
    minutes: 2
    command: |-
      curl -fsS "https://finder.example.com/{PATH}/status?shelf=${{shelf}}"
      echo "short"
    expect: The word `ready`.
    otherwise:
      - {{when: It asks for a card, goto: last}}
      - {{when: It is slow, do: Wait a minute., goto: again, at_most: 2}}
      - {{when: The basement is dark, runbook: lending-stopped}}
      - {{page: next}}
"""
    + "".join(
        f"""  - do: Count the books of row {number}.
    minutes: 1
    command: |-
      finder count --row {number} --shelf "${{shelf}}" \\
        --note "row {number} of the shelf is counted by hand where the finder gives no number for it at all"
    expect: A number.
    otherwise:
      - {{when: No number, page: next}}
      - {{page: next}}
"""
        for number in range(1, 13)
    )
    + """  - id: last
    do: Write the index anew.
    command: finder write --all
    danger: The old index is gone.
    confirm: write it anew
    expect: "`written`"
    otherwise:
      - {when: Nothing was written, goto: look, at_most: 1}
      - {when: Half of it was written, goto: rollback}
      - {page: next}
verification:
  - do: Find a book.
    expect: It stands where the finder says.
rollback:
  - do: Carry the card index to the desk.
    expect: Readers use it.
messages:
  - {to: Readers, when: At once., text: "The finder is away; ask at the desk."}
"""
)
STOPPED = """id: doors-stay-shut
name: The doors stay shut
purpose: Put the opening off.
owner: lending
handles: [launch.opening]
trigger: The roof leaks on the day.
impact: Readers wait.
steps:
  - do: Turn the sign round.
    expect: It reads Closed.
verification:
  - do: See that nobody waits outside.
    expect: Nobody does.
"""


@dataclass(frozen=True)
class Book:
    """A PDF that was printed."""

    file: Path
    paper: str

    @cached_property
    def reader(self) -> PdfReader:
        return PdfReader(self.file)

    @cached_property
    def pages(self) -> list[list[Word]]:
        """The words of each page from top to bottom, with where they stand, their font and its size."""
        return [leaf.in_order for leaf in leaves(self.file)]

    @property
    def height(self) -> float:
        return SIZES[self.paper][1]

    def words(self, number: int) -> list[Word]:
        """The words of a page, from 1, between its margins."""
        return [word for word in self.pages[number - 1] if TOP - 1 < word.top < self.height - BOTTOM]

    def body(self, number: int) -> str:
        return " ".join(word.text for word in self.words(number))

    def head(self, number: int) -> str:
        """The running header."""
        return " ".join(word.text for word in self.pages[number - 1] if word.top < TOP - 1)

    def foot(self, number: int) -> str:
        """The running footer."""
        return " ".join(word.text for word in self.pages[number - 1] if word.top > self.height - BOTTOM)

    @property
    def numbers(self) -> range:
        return range(1, len(self.pages) + 1)

    @cached_property
    def text(self) -> str:
        return " ".join(self.body(number) for number in self.numbers)

    @cached_property
    def typed(self) -> str:
        """All that stands in the font of what is typed."""
        words = (word for number in self.numbers for word in self.words(number))
        return squeezed("".join(word.text for word in words if "Mono" in word.font))

    @cached_property
    def step_pages(self) -> dict[int, int]:
        """The page on which each step's number stands, by number."""
        return {
            int(word.text): number
            for number in self.numbers
            for word in self.words(number)
            if word.text.isdecimal() and word.size > 14 and word.x0 < SIDE + 36
        }


def squeezed(text: str) -> str:
    """Without spaces, and without the marks of lines that go on."""
    return re.sub(r"[\s↩]+", "", text)


@dataclass(frozen=True)
class Prints:
    """All that was printed of the library."""

    root: Path
    workspace: Workspace
    commit: str
    day: date
    opened: dict[tuple[str, str], Book] = field(default_factory=dict)

    def book(self, name: str, paper: str = "a4") -> Book:
        """A PDF by name; it is read once."""
        if (name, paper) not in self.opened:
            self.opened[name, paper] = Book(self.root / "site" / "print" / paper / f"{name}.pdf", paper)
        return self.opened[name, paper]

    def runbook(self, name: str) -> Runbook:
        record = self.workspace.inventory[f"runbook.{name}"]
        assert isinstance(record, Runbook)
        return record

    def said(self, text: str) -> str:
        """A text of the data as paper has it: names for keys, inputs in angles, no marks of code."""
        return re.sub(r"\$\{(\w+)\}", r"<\1>", shown(text, self.workspace.inventory)).replace("`", "")


def git(root: Path, *arguments: str) -> str:
    named = ["-c", "user.name=x", "-c", "user.email=x@example.com", "-c", "commit.gpgsign=false"]
    done = subprocess.run(["git", "-C", str(root), *named, *arguments], capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def prints(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Prints:
    """The library with two runbooks more and an address, built and printed on both papers. (Where no browser starts,
    there is nothing to be tested.)
    """
    root = project(tmp_path_factory.mktemp("print"), LIBRARY)
    (root / "data/runbooks/index-lost.yml").write_text(LONG, encoding="utf-8")
    (root / "data/runbooks/doors-stay-shut.yml").write_text(STOPPED, encoding="utf-8")
    (root / "docs/milestones.md").write_text("# Timeline\n\n{{ timeline() }}\n", encoding="utf-8")
    with (root / "mkdocs.yml").open("a", encoding="utf-8") as settings:
        settings.write(f"site_url: {SITE_URL}\n")
    git(root, "init", "-q")
    git(root, "add", "data", "docs", "diagrams")
    git(root, "commit", "-qm", "x")
    done = build(root / "site", root=root, PYTHONPATH=str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    day = datetime.now(UTC).date()
    done = inventory("print", "--paper", "both", root=root, PYTHONPATH=str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stderr == "", "it speaks where there is no terminal"
    if datetime.now(UTC).date() != day:
        pytest.skip("midnight passed")
    workspace = Workspace(Folders(root / "data", root / "docs", root / "diagrams", root / ".cache"))
    return Prints(root, workspace, git(root, "rev-parse", "--short=10", "HEAD"), day)


BOTH = pytest.mark.parametrize("paper", list(SIZES))
RUNBOOKS = pytest.mark.parametrize("name", ["index-lost", "doors-stay-shut", "lending-stopped"])


@BOTH
def test_what_is_printed(prints: Prints, paper: str) -> None:
    folder = prints.root / "site" / "print" / paper
    made = {path.relative_to(folder).as_posix() for path in folder.glob("*/*")}
    assert {name for name in made if name.startswith("runbooks/")} == {
        "runbooks/index-lost.pdf",
        "runbooks/doors-stay-shut.pdf",
        "runbooks/lending-stopped.pdf",
    }
    sheets = {
        f"if-down/{path.parent.parent.name}-{path.parent.name}.pdf"
        for path in prints.root.glob("site/if-down/*/*/index.html")
    }
    assert {name for name in made if name.startswith("if-down/")} == sheets != set()
    assert {name for name in made if name.startswith("binders/")} == {
        f"binders/{name}.pdf" for name in ("lending", "catalogue", "stacks", "launch-day")
    }
    listed = (folder / "index.html").read_text(encoding="utf-8")
    assert {name for name in made if f'href="{name}"' not in listed} == set()


@BOTH
@RUNBOOKS
def test_every_command_stands_there_whole_and_in_order(prints: Prints, name: str, paper: str) -> None:
    typed = prints.book(f"runbooks/{name}", paper).typed
    at = 0
    commands = [move.step.command for move in way(prints.runbook(name), prints.workspace.inventory).moves]
    for command in filter(None, commands):
        wanted = squeezed(prints.said(command))
        found = typed.find(wanted, at)
        assert found >= 0, command
        at = found + len(wanted)


@BOTH
@RUNBOOKS
def test_every_text_of_a_step_stands_there(prints: Prints, name: str, paper: str) -> None:
    text = squeezed(prints.book(f"runbooks/{name}", paper).text)
    record = prints.runbook(name)
    for move in way(record, prints.workspace.inventory).moves:
        branches = [part for outcome in move.otherwise for part in (outcome.when, outcome.do)]
        for said in (move.step.do, move.step.expect, move.step.danger, move.step.confirm, *branches):
            assert squeezed(prints.said(said or "")) in text
    for _, said in record.sentences():
        assert squeezed(prints.said(said)) in text


@BOTH
@RUNBOOKS
def test_whom_to_page_and_how_stands_on_the_first_page(prints: Prints, name: str, paper: str) -> None:
    first = squeezed(prints.book(f"runbooks/{name}", paper).body(1))
    record = prints.runbook(name)
    steps = paging(prints.workspace.graph, record).steps
    assert steps
    for step in steps:
        who = prints.workspace.inventory[step.key]
        assert squeezed(who.name) in first
        for contact in ("handle", "contact", "pager", "holder"):
            assert squeezed(str(getattr(who, contact, None) or "")) in first
    if record.escalate_after:
        assert squeezed(f"Not over after {record.escalate_after} minutes: page the next.") in first


@BOTH
@pytest.mark.parametrize(
    ("name", "title", "owner", "until", "draft"),
    [
        ("runbooks/index-lost", "The index is lost", "Catalogue", 26 * 7, False),
        ("runbooks/doors-stay-shut", "The doors stay shut", "Lending", None, True),
        ("if-down/service-loan-desk", "If loan-desk is down", None, 365, False),
    ],
)
def test_every_page_says_what_it_is_of(
    prints: Prints, name: str, title: str, owner: str | None, until: int | None, draft: bool, paper: str
) -> None:
    book = prints.book(name, paper)
    valid = str(prints.day + timedelta(days=until)) if until else "unknown: no review interval stated"
    for number in book.numbers:
        head, foot = book.head(number), book.foot(number)
        assert head.startswith(title)
        assert "Owner: " in head
        assert owner is None or head.endswith(f"Owner: {owner}")
        assert f"commit {prints.commit}" in foot
        assert f"printed {prints.day} (UTC)" in foot
        assert f"valid until {valid}" in foot
        assert f"Page {number} of {len(book.pages)}" in foot
        assert ("Draft: not exercised" in f"{head} {foot}") == draft


@BOTH
@pytest.mark.parametrize("name", ["runbooks/index-lost", "binders/catalogue"])
def test_a_step_that_is_named_stands_on_the_page_that_is_named(prints: Prints, name: str, paper: str) -> None:
    book = prints.book(name, paper)
    named = re.findall(r"(?:Go to step (\d+)) \(page (\d+)\)", book.text)
    assert {int(step) for step, _ in named} == {1, 14, 16}
    assert {(int(step), int(page)) for step, page in named} <= set(book.step_pages.items())
    assert len(set(book.step_pages.values())) > 2, "the steps are on several pages"
    assert not re.search(r"Go to step \d+\b(?! \(page \d)", book.text)


@BOTH
def test_nothing_stands_outside_the_margins(prints: Prints, paper: str) -> None:
    width, height = SIZES[paper]
    names = [f"runbooks/{name}" for name in ("index-lost", "doors-stay-shut", "lending-stopped")]
    for name in [*names, "binders/catalogue", "binders/launch-day", "if-down/service-loan-desk"]:
        book = prints.book(name, paper)
        box = book.reader.pages[0].mediabox
        assert (float(box.width), float(box.height)) == pytest.approx((width, height), abs=1.5)
        for number in book.numbers:
            for word in book.pages[number - 1]:
                assert word.x0 > SIDE - 1, word
                assert word.x1 < width - SIDE + 2, word
            lines = [word.bottom for word in book.words(number)]
            assert max(lines, default=0) < height - BOTTOM + 2


@BOTH
def test_no_word_stands_on_another(prints: Prints, paper: str) -> None:
    book = prints.book("runbooks/index-lost", paper)
    for number in book.numbers:
        words = book.pages[number - 1]
        for at, one in enumerate(words):
            for other in words[at + 1 :]:
                across = min(one.x1, other.x1) - max(one.x0, other.x0)
                down = min(one.bottom, other.bottom) - max(one.top, other.top)
                assert across < 1 or down < 3, (one.text, other.text)


@BOTH
def test_a_line_that_goes_on_says_so_and_no_other_does(prints: Prints, paper: str) -> None:
    book = prints.book("runbooks/index-lost", paper)
    words = [word for number in book.numbers for word in book.words(number)]
    marks = [word for word in words if word.text.startswith("↩")]
    begins = {line.split()[0] for line in LONG.splitlines() if re.match(r"      ( *)(curl|echo|finder|--note)", line)}
    assert begins == {"curl", "echo", "finder", "--note"}
    lines: dict[tuple[int, int], list[Word]] = {}
    for number in book.numbers:
        for word in book.words(number):
            if "Mono" in word.font and word.x0 < SIDE + 70 and word.size < 7.5:
                lines.setdefault((number, round(word.bottom)), []).append(word)
    assert marks
    for found in lines.values():
        starts = next((word.text for word in found if not word.text.startswith("↩")), "")
        is_new = starts in begins
        assert is_new != any(word.text.startswith("↩") for word in found), [word.text for word in found]


@BOTH
def test_every_step_has_boxes_to_tick_and_room_for_time_and_initials(prints: Prints, paper: str) -> None:
    book = prints.book("runbooks/index-lost", paper)
    steps = len(way(prints.runbook("index-lost"), prints.workspace.inventory).moves)
    assert len(re.findall("worked did not time initials", book.text)) == steps
    with pdfplumber.open(book.file) as opened:
        rects = [rect for page in opened.pages for rect in page.rects]
    boxes = [rect for rect in rects if 8 <= rect["width"] <= 10 and 8 <= rect["height"] <= 10]
    rooms = [rect for rect in rects if 50 <= rect["width"] <= 60 and rect["height"] < 1]
    assert len(boxes) == 2 * steps
    assert len(rooms) == 2 * steps


@BOTH
@pytest.mark.parametrize("name", ["binders/catalogue", "binders/lending", "binders/launch-day"])
def test_the_contents_and_bookmarks_of_a_binder_lead_to_the_right_pages(prints: Prints, name: str, paper: str) -> None:
    book = prints.book(name, paper)
    listed = re.findall(
        r"(If (?!it is down).+? is down|The [a-z ]+?|Lending stopped|Milestones) (\d+)(?= |$)", _contents(book)
    )
    assert len(listed) >= 3
    marks = [mark for mark in book.reader.outline if not isinstance(mark, list)]
    assert any(isinstance(mark, list) for mark in book.reader.outline), "there is a second level"
    leads = {str(mark.title): (book.reader.get_destination_page_number(mark) or 0) + 1 for mark in marks}
    for title, page in ((title, int(page)) for title, page in listed):
        assert title in book.head(page)
        assert title not in book.head(page - 1)
        assert leads.get(title, page) == page
    assert {page for page in leads.values() if page > 1} <= {int(page) for _, page in listed}
    assert {
        number for number in book.numbers if f"Page {number} of {len(book.pages)}" not in book.foot(number)
    } == set()


def _contents(book: Book) -> str:
    """The text of a binder's list."""
    return book.body(1).partition("Contents")[2]


def test_a_binder_has_what_its_team_owns_or_is_paged_for_first(prints: Prints) -> None:
    catalogue, lending = (_contents(prints.book(f"binders/{name}")) for name in ("catalogue", "lending"))
    assert "The index is lost" in catalogue
    assert "The doors stay shut" not in catalogue
    assert "The doors stay shut" in lending
    first = squeezed(prints.book("binders/catalogue").body(1))
    assert "@catalogue-team" in first


def test_launch_day_has_the_way_back_the_paths_and_the_plan(prints: Prints) -> None:
    contents = _contents(prints.book("binders/launch-day"))
    for title in ("The doors stay shut", "The index is lost", "Lending stopped", "If Borrowing is down", "Milestones"):
        assert title in contents


@BOTH
def test_the_code_on_the_first_page_is_the_address(prints: Prints, paper: str) -> None:
    book = prints.book("runbooks/index-lost", paper)
    address = f"{SITE_URL}runbooks/index-lost/"
    assert address in squeezed(book.body(1))
    scale = 6.0
    picture = pypdfium2.PdfDocument(book.file)[0].render(scale=scale).to_pil().convert("L")
    side, left = 24 / 25.4 * 72, SIZES[paper][0] - SIDE - 24 / 25.4 * 72
    area = picture.crop(tuple(int(scale * at) for at in (left, TOP, left + side + 2, TOP + side)))
    box = area.point(lambda value: 255 * (value < 128)).getbbox()
    assert box is not None
    code = area.crop(box)
    wanted = [list(row) for row in segno.make(address, error="m", micro=False).matrix]
    size = code.width / len(wanted)
    found = [
        [int(code.getpixel((int((x + 0.5) * size), int((y + 0.5) * size))) < 128) for x in range(len(wanted))]
        for y in range(len(wanted))
    ]
    assert found == wanted


def test_the_browsers_own_printing_gives_the_same(prints: Prints, browser: Browser, tmp_path: Path) -> None:
    with served(prints.root / "site", "") as root:
        page = browser.new_page(color_scheme="dark")
        page.goto(f"{root}runbooks/index-lost/")
        page.pdf(path=tmp_path / "page.pdf", format="A4")
        page.close()
    own, printed = Book(tmp_path / "page.pdf", "a4"), prints.book("runbooks/index-lost")
    assert own.head(1) == printed.head(1)
    assert own.foot(1) == printed.foot(1)
    assert squeezed(own.text) == re.sub(r"\(page\d+\)", "", squeezed(printed.text))


def test_only_what_is_asked_for(prints: Prints) -> None:
    before = {path: path.stat().st_mtime_ns for path in prints.root.glob("site/print/a4/**/*")}
    done = inventory("print", "--only", "runbooks/doors-stay-shut", root=prints.root, PYTHONPATH=str(prints.root))
    assert (done.returncode, done.stderr) == (0, "")
    assert "1 documents" in done.stdout or "1 document " in done.stdout
    changed = {path.name for path, time in before.items() if path.is_file() and path.stat().st_mtime_ns != time}
    assert changed == {"doors-stay-shut.pdf"}
    done = inventory("print", "--only", "runbooks/nothing", root=prints.root, PYTHONPATH=str(prints.root))
    assert done.returncode == 1
    assert "nothing to print" in done.stderr


def test_without_a_site_or_a_browser_it_says_what_to_do(prints: Prints, tmp_path: Path) -> None:
    done = inventory("print", "--site", str(tmp_path), root=prints.root, PYTHONPATH=str(prints.root))
    assert (done.returncode, done.stdout) == (1, "")
    assert "make site" in done.stderr
    nowhere = {"PATH": str(tmp_path), "PLAYWRIGHT_BROWSERS_PATH": str(tmp_path), "PYTHONPATH": str(prints.root)}
    done = inventory("print", root=prints.root, **nowhere)
    assert (done.returncode, done.stdout) == (1, "")
    assert "make browser" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_an_address_it_says_so(site: Path) -> None:
    html = (site / "runbooks/restore-postgresql/index.html").read_text(encoding="utf-8")
    assert "No address: <code>site_url</code> is not set." in html
