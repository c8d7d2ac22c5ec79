"""What a run hands over is taken whole or not at all, whoever made it."""

from __future__ import annotations

import io
import os
import stat
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest

from macros.publication import artifact
from macros.publication.artifact import ArtifactError, take
from macros.publication.aside import set_aside
from tests.conftest import write_data

PAGE = b"<html><head><title>x</title></head><header>h</header></html>"
PLAIN = {"changes.json": b"{}", "site/index.html": PAGE, "site/assets/a.css": b"b {}"}


@pytest.fixture
def packed(tmp_path: Path) -> Path:
    return tmp_path / "artifact.zip"


def pack(to: Path, files: dict[str, bytes], *more: tuple[zipfile.ZipInfo, bytes]) -> Path:
    with zipfile.ZipFile(to, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name, content)
        for entry, content in more:
            archive.writestr(entry, content)
    return to


def special(name: str, form: int, *, system: int = 3) -> zipfile.ZipInfo:
    entry = zipfile.ZipInfo(name)
    entry.create_system = system
    entry.external_attr = (form | 0o644) << 16
    return entry


def everything(folder: Path) -> set[str]:
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*")}


def refused(packed: Path) -> str:
    """The sentence by which an artifact is refused; nothing was written but into the private folder."""
    around = packed.parent
    before = everything(around)
    with pytest.raises(ArtifactError) as error:
        take(packed, around / "private")
    assert {name for name in everything(around) - before if name.partition("/")[0] != "private"} == set()
    said = str(error.value)
    assert said.isprintable()
    return said


def test_a_site_and_its_difference_are_taken(packed: Path) -> None:
    taken = take(pack(packed, PLAIN), packed.parent / "private")
    assert taken.changes == b"{}"
    assert taken.site is not None
    assert {name: (taken.site / name).read_bytes() for name in ("index.html", "assets/a.css")} == {
        "index.html": PAGE,
        "assets/a.css": b"b {}",
    }
    assert stat.S_IMODE((packed.parent / "private").stat().st_mode) == 0o700


def test_the_difference_may_come_alone(packed: Path) -> None:
    taken = take(pack(packed, {"changes.json": b"{}"}), packed.parent / "private")
    assert (taken.site, taken.changes) == (None, b"{}")


def test_the_project_s_own_site_is_taken(site: Path, packed: Path) -> None:
    files = {
        f"site/{path.relative_to(site).as_posix()}": path.read_bytes() for path in site.rglob("*") if path.is_file()
    }
    taken = take(pack(packed, {**files, "changes.json": b"{}"}), packed.parent / "private")
    assert taken.site is not None
    left = {path.relative_to(site).as_posix() for path in site.rglob("*")} - everything(taken.site)
    assert left == {"_headers", "sw.js"}


@pytest.mark.parametrize("name", ["_headers", "_redirects", "CNAME", "sw.js"])
def test_what_speaks_for_the_whole_server_is_left_out(name: str, packed: Path) -> None:
    taken = take(pack(packed, {**PLAIN, f"site/{name}": b"x"}), packed.parent / "private")
    assert taken.site is not None
    assert not (taken.site / name).exists()


NAMES = {
    "../outside.html": "leads out",
    "site/../../outside.html": "leads out",
    "site/./a.html": "leads out",
    "site//a.html": "leads out",
    "/etc/a.html": "leads out",
    "C:/a.html": "is no name",
    "site\\a.html": "is no name",
    "site/a\u202ehtml.html": "is no name",
    "site/a\nb.html": "is no name",
    "site/\u0065\u0301.html": "is no name",
    "site/.nojekyll": "is hidden",
    "site/.git/hooks/a.js": "is hidden",
    "site/a./b.html": "is hidden",
    "site/_config.yml": "no file that a built site has",
    "site/run.sh": "no file that a built site has",
    "site/page.php": "no file that a built site has",
    "site/assets/_headers": "no file that a built site has",
    "elsewhere/a.html": "has no place there",
    "CHANGES.JSON": "has no place there",
    f"site/{'a' * 300}.html": "too long",
    f"site/{'a/' * 30}b.html": "too deep",
}


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_leads_elsewhere_is_refused(name: str, packed: Path) -> None:
    assert NAMES[name] in refused(pack(packed, {**PLAIN, name: b"x"}))


def test_a_name_that_ends_before_its_end_is_refused(packed: Path) -> None:
    pack(packed, {**PLAIN, "site/a.html#.js": b"x"})
    packed.write_bytes(packed.read_bytes().replace(b"a.html#.js", b"a.html\0.js"))
    assert "is no name" in refused(packed)


@pytest.mark.parametrize("twin", ["site/INDEX.html", "site/Assets/A.css", "site/assets/a.css"])
@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_two_files_that_may_be_one_are_refused(twin: str, packed: Path) -> None:
    assert "two files" in refused(pack(packed, PLAIN, (zipfile.ZipInfo(twin), b"x")))


def test_a_file_that_is_a_folder_as_well_is_refused(packed: Path) -> None:
    assert "a file and a folder" in refused(
        pack(packed, {**PLAIN, "site/assets.js": b"x", "site/assets.JS/b.js": b"x"})
    )


@pytest.mark.parametrize("form", [stat.S_IFLNK, stat.S_IFCHR, stat.S_IFBLK, stat.S_IFIFO, stat.S_IFSOCK, stat.S_IFDIR])
@pytest.mark.parametrize("system", [0, 3])
def test_what_is_no_plain_file_is_refused(form: int, system: int, packed: Path) -> None:
    entry = special("site/a.html", form, system=system)
    assert "no plain file" in refused(pack(packed, PLAIN, (entry, b"/etc/passwd")))


def test_a_link_for_a_folder_is_refused(packed: Path) -> None:
    assert "no plain file" in refused(pack(packed, PLAIN, (special("site/a/", stat.S_IFLNK), b"")))


def test_a_folder_that_holds_bytes_is_refused(packed: Path) -> None:
    assert "folder" in refused(pack(packed, PLAIN, (zipfile.ZipInfo("site/a/"), b"x")))


def marked(packed: Path, flag: int) -> Path:
    """Set a flag in the list of entries and before each file."""
    data = bytearray(packed.read_bytes())
    for signature, offset in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(signature)
        while at >= 0:
            flags = struct.unpack_from("<H", data, at + offset)[0]
            struct.pack_into("<H", data, at + offset, flags | flag)
            at = data.find(signature, at + 1)
    packed.write_bytes(bytes(data))
    return packed


@pytest.mark.parametrize("flag", [0x1, 0x20, 0x40, 0x2000])
def test_what_is_encrypted_is_refused(flag: int, packed: Path) -> None:
    assert refused(marked(pack(packed, PLAIN), flag))


@pytest.mark.parametrize("how", [zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
def test_what_is_packed_in_another_way_is_refused(how: int, packed: Path) -> None:
    entry = zipfile.ZipInfo("site/a.html")
    entry.compress_type = how
    assert "packed in a way" in refused(pack(packed, PLAIN, (entry, b"x")))


def test_a_bomb_is_refused_before_it_bursts(packed: Path) -> None:
    said = refused(pack(packed, {**PLAIN, "site/a.html": bytes(20 * 1024 * 1024)}))
    assert "times as large" in said
    assert (packed.parent / "private" / "site" / "a.html").stat().st_size < 6 * artifact.SMALL


def test_sizes_are_counted_and_not_believed(packed: Path) -> None:
    content = os.urandom(300_000)
    pack(packed, {**PLAIN, "site/a.html": content})
    data = bytearray(packed.read_bytes())
    at = data.rfind(struct.pack("<I", len(content)))
    struct.pack_into("<I", data, at, 10)
    packed.write_bytes(bytes(data))
    assert refused(packed)


Limit = Callable[[str, int], None]


@pytest.fixture
def limit(monkeypatch: pytest.MonkeyPatch) -> Limit:
    """Sets a bound lower than it is, so that the test need not write gigabytes."""
    return lambda name, value: monkeypatch.setattr(artifact, name, value)


@pytest.mark.parametrize(
    ("bound", "value", "said"),
    [
        ("MAX_FILE", 2_000, "more than 2,000 bytes"),
        ("MAX_TOTAL", 2_000, "once it is unpacked"),
        ("MAX_ZIP", 2_000, "2,000 is the limit"),
    ],
)
def test_what_is_too_large_is_refused(bound: str, value: int, said: str, limit: Limit, packed: Path) -> None:
    limit(bound, value)
    assert said in refused(pack(packed, {**PLAIN, "site/a.html": os.urandom(3_000)}))


def test_a_difference_that_is_too_large_is_refused(limit: Limit, packed: Path) -> None:
    limit("MAX_CHANGES", 2_000)
    assert "more than 2,000 bytes" in refused(pack(packed, {**PLAIN, "changes.json": os.urandom(3_000)}))


def test_too_many_files_are_refused_before_they_are_listed(
    limit: Limit, packed: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pack(packed, {**PLAIN, **{f"site/{number}.html": b"" for number in range(300)}})
    limit("MAX_FILES", 200)
    monkeypatch.setattr(zipfile, "ZipFile", lambda *_: pytest.fail("was listed"))
    assert "more than 200 files" in refused(packed)


@pytest.mark.parametrize("missing", ["changes.json", "site/index.html"])
def test_what_lacks_its_parts_is_refused(missing: str, packed: Path) -> None:
    files = {name: content for name, content in PLAIN.items() if name != missing}
    assert f"has no `{missing}`" in refused(pack(packed, files))


@pytest.mark.parametrize(
    "content", [b"", b"PK", b"<html>not found</html>", b"PK\x05\x06" + bytes(18), os.urandom(5_000)]
)
def test_what_is_no_zip_is_refused(content: bytes, packed: Path) -> None:
    packed.write_bytes(content)
    assert refused(packed)


def test_a_name_that_is_no_text_is_refused(packed: Path) -> None:
    pack(packed, {**PLAIN, "site/é.html": b"x"})
    packed.write_bytes(packed.read_bytes().replace("é".encode(), b"\xff\xfe"))
    assert "no zip that can be read" in refused(packed)


@pytest.mark.parametrize("part", ["name", "bytes", "checksum"])
def test_a_zip_that_contradicts_itself_is_refused(part: str, packed: Path) -> None:
    pack(packed, {**PLAIN, "site/contradiction.html": os.urandom(2_000)})
    data = packed.read_bytes()
    first = data.index(b"site/contradiction.html")
    if part == "name":
        data = data[:first] + b"site/contradictiom.html" + data[first + 23 :]
    elif part == "bytes":
        data = data[: first + 500] + bytes(100) + data[first + 600 :]
    else:
        whole = zipfile.ZipFile(io.BytesIO(data)).getinfo("site/contradiction.html").CRC
        data = data.replace(struct.pack("<I", whole), struct.pack("<I", zlib.crc32(b"else")))
    packed.write_bytes(data)
    assert refused(packed)


# As a folder


def test_a_folder_is_held_to_the_same(tmp_path: Path) -> None:
    folder = write_data(tmp_path / "handed", {"changes.json": "{}", "site/index.html": "<html></html>"})
    taken = take(folder, tmp_path / "private")
    assert taken.site is not None
    assert (taken.site / "index.html").read_text(encoding="utf-8") == "<html></html>"


@pytest.mark.parametrize("what", ["link", "folder link", "pipe", "name", "file"])
def test_a_folder_with_something_else_is_refused(what: str, tmp_path: Path) -> None:
    folder = write_data(tmp_path / "handed", {"changes.json": "{}", "site/index.html": "<html></html>"})
    if what == "link":
        (folder / "site" / "a.html").symlink_to("/etc/passwd")
    elif what == "folder link":
        (folder / "site" / "a").symlink_to("/etc")
    elif what == "pipe":
        os.mkfifo(folder / "site" / "a.html")
    elif what == "name":
        (folder / "site" / os.fsdecode(b"\xff.html")).write_text("", encoding="utf-8")
    else:
        (folder / "site" / "run.sh").write_text("", encoding="utf-8")
    assert refused(folder)


# Beside the site in force


def test_a_site_beside_the_one_in_force_keeps_and_claims_nothing(tmp_path: Path) -> None:
    files = {"index.html": PAGE.decode(), "a/index.html": '<html><head lang="en">\n<meta charset="utf-8">x</head>'}
    site = write_data(tmp_path / "site", {**files, "sw.js": "caches.open('x')", "_headers": "/*", "a/sw.js": "own"})
    aside = set_aside(site, tmp_path / "aside")
    assert everything(aside) == {"index.html", "a", "a/index.html", "sw.js", "a/sw.js"}
    page = (aside / "index.html").read_text(encoding="utf-8")
    assert page == PAGE.decode().replace("<head>", '<head><meta name="robots" content="noindex">')
    assert '<meta charset="utf-8"><meta name="robots" content="noindex">x' in (aside / "a/index.html").read_text(
        encoding="utf-8"
    )
    assert "unregister" in (aside / "sw.js").read_text(encoding="utf-8")
    assert (site / "sw.js").read_text(encoding="utf-8") == "caches.open('x')"
