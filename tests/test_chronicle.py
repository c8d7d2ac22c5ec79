"""What git remembers of the facts, in real repositories: which commit changed which record, and how it is told."""

from __future__ import annotations

import subprocess
from collections.abc import Callable
from datetime import UTC, datetime
from hashlib import sha256
from pathlib import Path

import pytest

from macros import inventory
from macros.chronicle import chronicle as module
from macros.chronicle.chronicle import Chronicle, Entry, chronicle
from macros.chronicle.log import MOST_COMMITS, Touched
from macros.chronicle.reading import Reader, kind_of, pieces
from macros.chronicle.telling import How, Name, RecordChange, Told, told
from tests.conftest import write_data
from tests.repository import Repository, repository

TEAMS = "- {id: ops, name: Ops}\n- {id: shop, name: Shop}\n"
DESK = "- id: desk\n  name: Desk\n  owner: shop\n  technology: Go\n"
CART = "- id: cart\n  name: Cart\n  owner: shop\n  technology: Rust\n  depends_on: [desk]\n"


@pytest.fixture
def repo(tmp_path: Path) -> Repository:
    return repository(tmp_path / "project")


def read(repo: Repository, cache: str = "cache") -> Chronicle:
    """The chronicle of facts that are right today."""
    facts = inventory.load(repo.data)
    assert facts.findings == []
    return chronicle(facts, repo.folder.parent / cache)


def sentences(record: RecordChange) -> list[str]:
    return ["".join(part.text for part in sentence) for sentence in record.says]


def lines(entry: Entry) -> list[str]:
    """What a commit changed: how, the key of today, and the sentences."""
    return [
        " ".join(filter(None, (change.record.how, change.now, "; ".join(sentences(change.record)))))
        for change in entry.changes
    ]


def subjects(found: Chronicle) -> list[str]:
    return [entry.commit.subject for entry in found.entries]


# What a commit changed


def test_each_commit_says_what_it_changed_of_which_record(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART}, "2030-03-18T09:00:00+0000")
    name = repo.commit(
        "Move the desk", {"systems.yml": DESK.replace("Go", "Java").replace("shop", "ops") + CART}, author="B. Else"
    )
    repo.commit("The cart is gone", {"systems.yml": DESK.replace("Go", "Java").replace("shop", "ops")})
    found = read(repo)
    assert subjects(found) == ["The cart is gone", "Move the desk", "First"]
    assert [lines(entry) for entry in found.entries] == [
        ["removed system.cart"],
        ["changed system.desk technology Go → Java; no longer owned by Shop; now owned by Ops"],
        ["added team.ops", "added team.shop", "added system.cart", "added system.desk"],
    ]
    assert (found.entries[1].commit.hash, found.entries[1].commit.author) == (name, "B. Else")
    assert (found.end, found.nothing) == ("", "")


def test_a_list_tells_what_came_and_went(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": "- {id: ops, name: Ops, aliases: [a, b, c]}\n"})
    repo.commit("Other names", {"teams.yml": "- {id: ops, name: Ops, aliases: [a, b, d]}\n"})
    repo.commit("Fewer", {"teams.yml": "- {id: ops, name: Ops, aliases: [d]}\n"})
    repo.commit("Another", {"teams.yml": "- {id: ops, name: Ops, aliases: [e]}\n"})
    told = [sentences(entry.changes[0].record) for entry in read(repo).entries[:3]]
    assert told == [
        ["aliases d → e"],
        ["aliases no longer a, b"],
        ["aliases no longer c, now also d"],
    ]


@pytest.mark.parametrize(
    "after",
    [
        "# a comment\n" + DESK + CART,
        CART + DESK,
        DESK.replace("owner: shop", "owner: team.shop") + CART,
        DESK + CART.replace("[desk]", "[{to: system.desk}]"),
        DESK + "- {id: cart, name: Cart, owner: shop, technology: Rust, depends_on: [desk]}\n",
    ],
    ids=["comment", "order", "longer reference", "longer relation", "layout"],
)
def test_what_changes_no_fact_is_not_listed(repo: Repository, after: str) -> None:
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART})
    repo.commit("Layout", {"systems.yml": after})
    found = read(repo)
    assert subjects(found) == ["First"]
    assert found.layout == 1


def test_a_file_split_into_a_folder_and_a_record_moved_between_files_change_nothing(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART})
    repo.commit("Split", {"systems.yml": None, "systems/desk.yml": DESK, "systems/cart.yml": CART})
    repo.commit("Move", {"systems/desk.yml": None, "systems/cart.yml": CART + DESK})
    found = read(repo)
    assert subjects(found) == ["First"]
    assert found.layout == 2


def test_a_commit_beside_the_facts_is_none_of_theirs(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    repo.commit("Notes", {"../notes.txt": "x", "readme.yml": TEAMS, ".hidden/teams.yml": TEAMS})
    repo.commit("No notes", {"readme.yml": None})
    assert subjects(read(repo)) == ["First"]


def test_a_file_that_is_renamed_keeps_its_records(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS, "systems/a.yml": DESK})
    repo.git("mv", "data/systems/a.yml", "data/systems/b.yml")
    repo.commit("Rename", {"systems/b.yml": DESK.replace("Go", "Java")})
    assert lines(read(repo).entries[0]) == ["changed system.desk technology Go → Java"]


def test_what_is_not_committed_is_not_told(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    write_data(repo.data, {"teams.yml": TEAMS.replace("name: Ops", "name: Operations")})
    assert subjects(read(repo)) == ["First"]


# Renamed records


@pytest.mark.parametrize("formerly", ["  formerly: [desk]\n", ""], ids=["declared", "by likeness"])
def test_a_renamed_record_takes_its_past_along(repo: Repository, formerly: str) -> None:
    cart = CART.replace("[desk]", "[counter]")
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART})
    repo.commit("Java", {"systems.yml": DESK.replace("Go", "Java") + CART}, "2030-03-19T09:00:00+0000")
    counter = DESK.replace("id: desk", "id: counter").replace("Go", "Java") + formerly
    repo.commit("Rename", {"systems.yml": counter + cart}, "2030-03-20T09:00:00+0000")
    found = read(repo)
    past = found.by_record["system.counter"]
    assert [(entry.commit.subject, record.how, record.was) for entry, record in past] == [
        ("Rename", How.RENAMED, "system.desk"),
        ("Java", How.CHANGED, None),
        ("First", How.ADDED, None),
    ]
    assert "system.desk" not in found.by_record
    assert lines(found.entries[0]) == ["renamed system.counter"]


def test_an_id_that_is_used_again_is_another_record_from_then_on(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": "- {id: ops, name: Ops, handle: a}\n"})
    repo.commit("Rename", {"teams.yml": "- {id: run, name: Ops, handle: a, formerly: [ops]}\n"})
    found = read(repo)
    assert [entry.commit.subject for entry, _ in found.by_record["team.run"]] == ["Rename", "First"]


# Merges


def branches(repo: Repository) -> None:
    """Two branches that change another record each, in one file."""
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + "\n\n\n" + CART}, "2030-03-18T09:00:00+0000")
    repo.git("checkout", "-q", "-b", "side")
    repo.commit(
        "Side", {"systems.yml": DESK + "\n\n\n" + CART.replace("Rust", "C")}, "2030-03-18T10:00:00+0000", "B. Else"
    )
    repo.git("checkout", "-q", "main")
    repo.commit("Main", {"systems.yml": DESK.replace("Go", "Java") + "\n\n\n" + CART}, "2030-03-18T11:00:00+0000")


def test_a_merge_is_told_once_under_the_commits_of_the_branch(repo: Repository) -> None:
    branches(repo)
    repo.git("merge", "-q", "--no-ff", "-m", "Merge side", "side", at="2030-03-18T12:00:00+0000")
    found = read(repo)
    assert subjects(found) == ["Main", "Side", "First"]
    assert found.entries[1].commit.author == "B. Else"
    assert lines(found.entries[1]) == ["changed system.cart technology Rust → C"]


def test_a_merge_tells_what_it_has_from_no_parent(repo: Repository) -> None:
    branches(repo)
    repo.git("merge", "-q", "--no-commit", "--no-ff", "side")
    merged = DESK.replace("Go", "Java").replace("name: Desk", "name: Front desk") + CART.replace("Rust", "C")
    repo.commit("Merge side", {"systems.yml": merged}, "2030-03-18T12:00:00+0000")
    found = read(repo)
    assert subjects(found) == ["Merge side", "Main", "Side", "First"]
    assert lines(found.entries[0]) == ["changed system.desk name Desk → Front desk"]


# Time and people


def test_moments_are_the_authors_own_in_utc_and_order_the_entries(repo: Repository) -> None:
    repo.commit("Late in the west", {"teams.yml": TEAMS}, "2029-12-31T22:30:00-0500")
    repo.commit("Early in the east", {"teams.yml": TEAMS.replace("Ops", "Op")}, "2030-01-01T04:00:00+0530")
    found = read(repo)
    assert [(entry.commit.subject, entry.commit.at) for entry in found.entries] == [
        ("Late in the west", datetime(2030, 1, 1, 3, 30, tzinfo=UTC)),
        ("Early in the east", datetime(2029, 12, 31, 22, 30, tzinfo=UTC)),
    ]


HOSTILE = "<script>alert(1)</script> \x1b[31m \u202egnp.exe {{ name }} \x01"


def test_what_cannot_be_seen_in_words_and_names_is_written_out(repo: Repository) -> None:
    repo.commit(HOSTILE, {"teams.yml": TEAMS}, author="E\u202evil \x07Person")
    (entry,) = read(repo).entries
    assert entry.commit.subject == r"<script>alert(1)</script> \x1b[31m \u202egnp.exe {{ name }} \x01"
    assert entry.commit.author == r"E\u202evil \x07Person"


def test_words_that_are_no_utf_8_do_no_harm(repo: Repository) -> None:
    write_data(repo.data, {"teams.yml": TEAMS})
    repo.git("add", ".")
    tree = repo.git("write-tree")
    raw = f"tree {tree}\nauthor \udcff <a> 1900000000 +9999\ncommitter C <c> 1900000000 +0000\n\n\udce9t\udce9\n"
    done = subprocess.run(
        ["git", "hash-object", "-t", "commit", "-w", "--stdin", "--literally"],
        cwd=repo.folder,
        input=raw.encode("utf-8", "surrogateescape"),
        capture_output=True,
        check=True,
    )
    repo.git("reset", "-q", "--hard", done.stdout.decode().strip())
    (entry,) = read(repo).entries
    assert entry.commit.subject == "\ufffdt\ufffd"
    assert entry.changes


def test_what_stood_under_the_name_of_a_credential_is_not_told(repo: Repository) -> None:
    secret = "hunter" + "22"
    steps = f"- {{id: ops, name: Ops, steps: [{{do: Sign in, password: {secret}}}], token: {secret}}}\n"
    repo.commit("Leak", {"teams.yml": steps})
    repo.commit("Mend", {"teams.yml": "- {id: ops, name: Ops}\n"})
    found = read(repo)
    assert [text.split(": ")[0] for text in sentences(found.entries[0].changes[0].record)] == [
        "steps changed",
        "token changed",
    ]
    assert secret not in repr(found)


def test_a_credential_that_was_taken_out_of_the_facts_is_not_told(repo: Repository) -> None:
    secret = "AKIA" + "IOSFODNN7EXAMPLE"  # in two parts, so that no scanner takes this file for a leak
    repo.commit("Leak", {"teams.yml": f"- {{id: ops, name: Ops, note: the key is {secret}}}\n"})
    repo.commit("Mend", {"teams.yml": "- {id: ops, name: Ops, note: the key is kept in the vault}\n"})
    found = read(repo)
    assert sentences(found.entries[0].changes[0].record) == [
        "note changed: what stands or stood there looks like a credential and is not repeated"
    ]
    assert secret not in repr(found)
    assert not any(secret in path.read_text() for path in (repo.folder.parent / "cache").rglob("*.json"))


# What cannot be read


def test_of_a_broken_old_file_what_can_be_read_is_told(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART})
    repo.commit("Break", {"systems.yml": DESK.replace("Go", "Java") + "- id: cart\n  name: [\n"})
    repo.commit("Mend", {"systems.yml": DESK.replace("Go", "Java") + CART.replace("Rust", "C")})
    found = read(repo)
    assert [(lines(entry), entry.unread) for entry in found.entries[:2]] == [
        ([], ("system",)),
        (["changed system.desk technology Go → Java"], ("system",)),
    ]


@pytest.mark.parametrize("broken", [b"\xff\xfe\x00", b"- {id: ops\n", b"just words\n", b"\x00" * 50, b"- [[[[" * 40])
def test_a_file_that_is_none_is_said_to_be_unread(repo: Repository, broken: bytes) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    (repo.data / "teams.yml").write_bytes(broken)
    repo.commit("Break", {})
    repo.commit("Mend", {"teams.yml": TEAMS})
    found = read(repo)
    assert [(entry.commit.subject, lines(entry), entry.unread) for entry in found.entries[:2]] == [
        ("Mend", [], ("team",)),
        ("Break", [], ("team",)),
    ]


def test_a_list_whose_text_begins_lines_like_items_is_read_as_a_whole(repo: Repository) -> None:
    odd = '- id: ops\n  name: Ops\n  note: "one\n- two"\n'
    repo.commit("First", {"teams.yml": odd})
    repo.commit("Other", {"teams.yml": odd.replace("two", "three")})
    found = read(repo)
    assert found.entries[0].unread == ()
    assert lines(found.entries[0]) == ["changed team.ops note one - two → one - three"]


def test_a_link_among_the_facts_is_no_file(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    (repo.data / "roles.yml").symlink_to("teams.yml")
    repo.commit("Link", {})
    (repo.data / "roles.yml").unlink()
    assert subjects(read(repo)) == ["First"]


def test_pieces_are_the_items_of_a_list() -> None:
    assert pieces(b"# about\n---\n- id: a\n  b: |\n    - c\n- id: d\n") == [b"- id: a\n  b: |\n    - c\n", b"- id: d\n"]
    assert pieces(b"id: a\nb:\n- c\n") == [b"id: a\nb:\n- c\n"]


@pytest.mark.parametrize(
    ("path", "kind"),
    [
        ("teams.yml", "team"),
        ("teams/of/shops.yml", "team"),
        ("teams.yaml", ""),
        ("teams/.x.yml", ""),
        ("other.yml", ""),
    ],
)
def test_a_file_holds_the_kind_that_its_place_says(path: str, kind: str) -> None:
    assert kind_of(path) == kind


# Where git knows little or nothing


def test_a_shallow_clone_says_that_older_changes_are_elsewhere_and_how_to_get_them(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    repo.commit("Second", {"teams.yml": TEAMS.replace("name: Ops", "name: Op")})
    repo.commit("Third", {"teams.yml": TEAMS.replace("name: Ops", "name: O")})
    for depth, known in (("1", []), ("2", ["Third"])):
        clone = repo.folder.parent / f"clone-{depth}"
        repo.git("clone", "-q", "--depth", depth, f"file://{repo.folder}", str(clone))
        found = read(Repository(clone))
        assert subjects(found) == known  # at its end a clone seems to add everything: that is no change
        assert "git fetch --unshallow" in (found.end if known else found.nothing)
        Repository(clone).git("fetch", "-q", "--unshallow")
        whole = read(Repository(clone))
        assert subjects(whole) == ["Third", "Second", "First"]
        assert whole.end == ""


def test_without_git_there_is_nothing_to_tell(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    monkeypatch.setenv("PATH", "/nowhere")
    assert read(repo) == Chronicle(nothing=module.UNKNOWN)


def test_outside_a_repository_there_is_nothing_to_tell(tmp_path: Path) -> None:
    write_data(tmp_path / "data", {"teams.yml": TEAMS})
    assert read(Repository(tmp_path)) == Chronicle(nothing=module.UNKNOWN)


def test_facts_that_git_ignores_or_nobody_committed_have_no_history(repo: Repository) -> None:
    write_data(repo.folder / "data", {"teams.yml": TEAMS})
    assert read(repo) == Chronicle(nothing=module.UNKNOWN)
    (repo.folder / ".gitignore").write_text("data/\n", encoding="utf-8")
    repo.git("add", ".gitignore")
    repo.git("commit", "-q", "-m", "Ignore")
    assert read(repo) == Chronicle(nothing=module.UNKNOWN)


def test_a_version_that_git_lost_is_unread(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS})
    blob = repo.git("rev-parse", "HEAD:data/teams.yml")
    repo.commit("Second", {"teams.yml": TEAMS.replace("name: Ops", "name: Op")})
    (repo.folder / ".git" / "objects" / blob[:2] / blob[2:]).unlink()
    found = read(repo)
    assert [(lines(entry), entry.unread) for entry in found.entries] == [([], ("team",)), ([], ("team",))]


SETTINGS = {
    "diff.renames": "copies",
    "log.showRoot": "false",
    "log.showSignature": "true",
    "log.follow": "true",
    "log.date": "relative",
    "log.decorate": "full",
    "color.ui": "always",
    "core.quotePath": "true",
    "core.abbrev": "7",
    "format.pretty": "oneline",
    "i18n.logOutputEncoding": "ISO-8859-1",
    "diff.noprefix": "true",
    "diff.relative": "true",
    "diff.ignoreSubmodules": "all",
}


def test_what_is_told_does_not_depend_on_a_persons_settings(repo: Repository, tmp_path: Path) -> None:
    branches(repo)
    repo.git("merge", "-q", "--no-ff", "-m", "Mérge", "side")
    repo.commit("Ünd mehr", {"systems.yml": DESK, "systems/é.yml": CART})
    plain = read(repo)
    for name, value in SETTINGS.items():
        repo.git("config", name, value)
    assert read(repo, "another cache") == plain
    assert len(plain.entries) == 4


# Bounds


def many(repo: Repository, number: int) -> None:
    """A history of so many commits, as one stream."""
    stream = []
    for at in range(number):
        text = f"- {{id: ops, name: Ops, note: number {at}}}\n"
        stream.append(
            f"commit refs/heads/main\ncommitter {'A'} <a> {1_900_000_000 + at * 60} +0000\ndata 2\nx\n"
            f"M 644 inline data/teams.yml\ndata {len(text)}\n{text}\n"
        )
    subprocess.run(["git", "fast-import", "--quiet"], cwd=repo.folder, input="".join(stream), text=True, check=True)
    repo.git("checkout", "-q", "-f", "main")


def test_of_a_thousand_commits_the_newest_are_told_and_that_there_are_more(repo: Repository) -> None:
    many(repo, 1_000)
    found = read(repo)
    assert len(found.entries) == MOST_COMMITS
    assert sentences(found.entries[0].changes[0].record) == ["note number 998 → number 999"]
    assert found.end == module.MORE


def test_as_many_bytes_are_read_as_is_bounded_whether_they_are_kept_or_not(
    repo: Repository, monkeypatch: pytest.MonkeyPatch
) -> None:
    many(repo, 20)
    size = len("- {id: ops, name: Ops, note: number 19}\n")
    monkeypatch.setattr(module, "MOST_BYTES", 10 * size)  # two versions a commit
    found = read(repo)
    assert len(found.entries) == 5
    assert found.end == module.MORE
    assert read(repo) == found
    repo.commit("Next", {"teams.yml": "- {id: ops, name: Ops, note: number 20}\n"}, "2035-01-01T00:00:00+0000")
    assert len(read(repo).entries) == 5
    assert read(repo) == read(repo, "another cache")


# Keeping


def kept(repo: Repository, cache: str = "cache") -> list[Path]:
    return sorted((repo.folder.parent / cache / "chronicle").glob("*.json"))


def test_a_commit_is_read_once(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    branches(repo)
    first = read(repo)
    monkeypatch.setattr(module, "told", lambda *_: pytest.fail("told again"))
    assert read(repo) == first


def test_after_a_commit_only_that_is_read(repo: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    branches(repo)
    read(repo)
    repo.commit("Next", {"systems.yml": DESK.replace("Go", "C") + CART}, "2030-03-19T00:00:00+0000")
    asked: list[int] = []

    def counted(touched: list[Touched], reader: Reader, name: Name, size: int) -> Told:
        asked.append(1)
        return told(touched, reader, name, size)

    monkeypatch.setattr(module, "told", counted)
    found = read(repo)
    assert subjects(found)[0] == "Next"
    assert len(asked) == 1
    assert found == read(repo, "another cache")


def test_what_a_reference_means_today_decides_whether_it_changed(repo: Repository) -> None:
    till = DESK.replace("desk", "till").replace("Desk", "Till")
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART})
    repo.commit("To the till", {"systems.yml": DESK + till + CART.replace("[desk]", "[till]")})
    assert lines(read(repo).entries[0])[1] == "changed system.cart no longer depends on Desk; now depends on Till"
    repo.commit("They are one", {"systems.yml": f"{DESK}  aliases: [till]\n{CART.replace('[desk]', '[till]')}"})
    found = read(repo)
    assert lines(found.entries[1]) == ["added system.till"]
    assert found == read(repo, "another cache")


def test_with_another_vocabulary_references_lead_elsewhere_and_all_is_told_anew(repo: Repository) -> None:
    repo.commit("First", {"teams.yml": TEAMS, "systems.yml": DESK + CART})
    read(repo)
    renamed = CART.replace("[desk]", "[counter]")
    counter = DESK.replace("id: desk", "id: counter") + "  formerly: [desk]\n"
    repo.commit("Rename", {"systems.yml": counter + renamed}, "2030-03-19T00:00:00+0000")
    assert read(repo) == read(repo, "another cache")


def sealed(text: str) -> str:
    """Something else with a seal that fits."""
    return f"{sha256(text.encode()).hexdigest()}\n{text}"


@pytest.mark.parametrize(
    "spoil",
    [
        lambda _: "",
        lambda text: text[:-20],
        lambda text: text.replace("technology", "telephones"),
        lambda _: "{}\n{}",
        lambda _: sealed("[" * 100_000),
        lambda _: sealed('{"x": 1}'),
    ],
    ids=["empty", "cut off", "written into", "other seal", "deep", "other shape"],
)
def test_what_is_kept_and_spoilt_is_made_anew(repo: Repository, spoil: Callable[[str], str]) -> None:
    branches(repo)
    first = read(repo)
    (file,) = kept(repo)
    good = file.read_text(encoding="utf-8")
    file.write_text(spoil(good), encoding="utf-8")
    assert read(repo) == first
    assert file.read_text(encoding="utf-8") == good


def test_where_nothing_can_be_kept_all_is_told_all_the_same(repo: Repository) -> None:
    branches(repo)
    (repo.folder.parent / "blocked").write_text("a file where the folder would be", encoding="utf-8")
    assert read(repo, "blocked") == read(repo)


def test_two_clones_of_one_commit_tell_the_same(repo: Repository) -> None:
    branches(repo)
    clone = repo.folder.parent / "clone"
    repo.git("clone", "-q", str(repo.folder), str(clone))
    assert read(Repository(clone)) == read(repo)
    assert len(kept(repo)) == 1
