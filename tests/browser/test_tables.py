"""Tables sort, narrow and point, and are whole without any of that."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import pairwise

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import Visit

Key = Callable[[str], float | str]


def table(page: Page, position: int = 0) -> Locator:
    """A table of the page with its filters."""
    return page.locator(".inventory-table", has=page.locator("[data-inventory-table]")).nth(position)


def rows(table: Locator) -> Locator:
    """The rows that are to be seen."""
    return table.locator("tbody tr:visible")


def column(table: Locator, heading: str) -> list[str]:
    """What stands in a column of the visible rows, in their order."""
    number = headings(table).index(heading)
    cells = rows(table).evaluate_all("(rows, number) => rows.map((row) => row.cells[number].innerText.trim())", number)
    return [str(cell) for cell in cells]


def headings(table: Locator) -> list[str]:
    return [heading.strip() for heading in table.locator("thead th").all_text_contents()]


def heading(table: Locator, name: str) -> Locator:
    return table.get_by_role("columnheader", name=name, exact=True)


def facet(table: Locator, label: str, value: str) -> Locator:
    """A chip that narrows the table."""
    chips = table.locator("fieldset", has=table.page.locator("legend", has_text=re.compile(f"^{re.escape(label)}$")))
    return chips.get_by_role("button", name=re.compile(rf"^{re.escape(value)} \d+$"))


def minutes(backup: str) -> float:
    if backup == "Continuous":
        return 0
    if backup == "Daily":
        return 24 * 60
    number, unit = re.fullmatch(r"Every (\d+) (minute|hour|day)s?", backup).groups()  # type: ignore[union-attr]
    return int(number) * {"minute": 1, "hour": 60, "day": 24 * 60}[unit]


def gigabytes(size: str) -> float:
    number, unit = re.fullmatch(r"([\d.]+)(GB|TB|PB)\+?", size).groups()  # type: ignore[union-attr]
    return float(number) * {"GB": 1, "TB": 1e3, "PB": 1e6}[unit]


def number(text: str) -> float:
    return float(re.match(r"[\d.]+", text)[0])  # type: ignore[index]


SORTED = [
    pytest.param("databases/", 0, "Backup schedule", minutes, id="backup"),
    pytest.param("providers/", 0, "SLA", number, id="sla"),
    pytest.param("clusters/", 0, "Nodes", number, id="nodes"),
    pytest.param("buckets/", 0, "Size", gigabytes, id="size"),
    pytest.param("services/", 0, "Port range", number, id="ports"),
    pytest.param("processors/", 0, "Status", ["Testing", "Active"].index, id="status"),
    pytest.param("databases/", 0, "Owner", str.lower, id="owner"),
    pytest.param("services/", 1, "Service", str.lower, id="name, second table"),
    pytest.param("domains/", 0, "Domain", str.lower, id="ownership matrix"),
]


def is_sorted(values: list[str], key: Key, *, descending: bool = False) -> bool:
    keys = [key(value) for value in values]
    if descending:
        keys.reverse()
    return all(one <= other for one, other in pairwise(keys))  # type: ignore[operator]


@pytest.mark.parametrize(("address", "position", "name", "key"), SORTED)
def test_a_click_sorts_and_another_reverses(visit: Visit, address: str, position: int, name: str, key: Key) -> None:
    sorting = table(visit(address), position)
    before = column(sorting, name)
    assert len(set(before)) > 1, "nothing to sort"
    heading(sorting, name).click()
    expect(heading(sorting, name)).to_have_attribute("aria-sort", "ascending")
    up = column(sorting, name)
    assert is_sorted(up, key), up
    heading(sorting, name).click()
    expect(heading(sorting, name)).to_have_attribute("aria-sort", "descending")
    down = column(sorting, name)
    assert is_sorted(down, key, descending=True), down
    assert sorted(up) == sorted(down) == sorted(before)


def test_whole_rows_move(visit: Visit) -> None:
    sorting = table(visit("databases/"))
    before = set(zip(*(column(sorting, name) for name in headings(sorting)), strict=True))
    heading(sorting, "Backup schedule").click()
    assert set(zip(*(column(sorting, name) for name in headings(sorting)), strict=True)) == before


def test_the_keyboard_sorts(visit: Visit) -> None:
    page = visit("databases/")
    sorting = table(page)
    heading(sorting, "Backup schedule").focus()
    page.keyboard.press("Enter")
    expect(heading(sorting, "Backup schedule")).to_have_attribute("aria-sort", "ascending")
    assert is_sorted(column(sorting, "Backup schedule"), minutes)
    page.keyboard.press("Enter")
    assert is_sorted(column(sorting, "Backup schedule"), minutes, descending=True)


def test_one_column_at_a_time_is_the_sorted_one(visit: Visit) -> None:
    sorting = table(visit("databases/"))
    heading(sorting, "Backup schedule").click()
    heading(sorting, "Owner").click()
    expect(sorting.locator("th[aria-sort]")).to_have_text(["Owner"])


@pytest.mark.parametrize(
    ("written", "ascending"),
    [
        pytest.param(
            {"T-0": "0", "T+24h": "24", "T-7 days": "-168", "T-1 day": "-24"},
            ["T-7 days", "T-1 day", "T-0", "T+24h"],
            id="offsets before and after",
        ),
        pytest.param({"2": "2", "unknown": "unknown", "0": "0"}, ["unknown", "0", "2"], id="unknown is not nought"),
        pytest.param({"10": "10", "9": "9", "99.95": "99.95"}, ["9", "10", "99.95"], id="not by letters"),
    ],
)
def test_numbers_sort_as_numbers(visit: Visit, written: dict[str, str], ascending: list[str]) -> None:
    page = visit("claims/")
    cells = "".join(f'<tr><td data-sort="{sort}">{shown}</td></tr>' for shown, sort in written.items())
    page.set_content(
        "<link rel='icon' href='data:,'><div class='inventory-table'><table data-inventory-table><thead><tr>"
        f"<th data-sort-method='number'>Number</th></tr></thead><tbody>{cells}</tbody></table></div>"
    )
    page.add_script_tag(url="../assets/inventory/vendor/tablesort.js")
    page.add_script_tag(url="../assets/inventory/tables.js")
    sorting = table(page)
    heading(sorting, "Number").click()
    assert column(sorting, "Number") == ascending
    heading(sorting, "Number").click()
    assert column(sorting, "Number") == ascending[::-1]


@pytest.mark.parametrize(("address", "position"), [("services/", 1), ("vendors/", 0), ("domains/", 0)])
def test_chips_show_how_many_rows_they_leave(visit: Visit, address: str, position: int) -> None:
    narrowed = table(visit(address), position)
    everything = rows(narrowed).count()
    chips = narrowed.locator(".filters__facet button")
    assert chips.count() > 1
    for chip in chips.all():
        value, _, count = chip.inner_text().rpartition(" ")
        expect(chip, value).to_have_attribute("aria-pressed", "false")
        chip.click()
        expect(chip, value).to_have_attribute("aria-pressed", "true")
        expect(rows(narrowed), value).to_have_count(int(count))
        expect(narrowed.locator(".filters__shown")).to_have_text(
            "" if int(count) == everything else f"{count} of {everything}"
        )
        chip.click()
    expect(rows(narrowed)).to_have_count(everything)


def test_chips_narrow_together_and_the_state_is_in_the_address(visit: Visit) -> None:
    page = visit("services/")
    services = table(page, 1)
    facet(services, "Owner", "SecOps").click()
    assert set(column(services, "Owner")) == {"SecOps"}
    expect(page).to_have_url(re.compile(r"/services/\?owner\.2=SecOps$"))
    facet(services, "Group", "Authentication").click()
    assert set(zip(column(services, "Group"), column(services, "Owner"), strict=True)) == {("Authentication", "SecOps")}
    kept = column(services, "Service")
    page.reload()
    services = table(page, 1)
    expect(facet(services, "Owner", "SecOps")).to_have_attribute("aria-pressed", "true")
    expect(facet(services, "Group", "Authentication")).to_have_attribute("aria-pressed", "true")
    assert column(services, "Service") == kept
    facet(services, "Owner", "SecOps").click()
    facet(services, "Group", "Authentication").click()
    expect(page).to_have_url(re.compile(r"/services/$"))


def test_words_narrow_and_are_kept(visit: Visit) -> None:
    page = visit("vendors/")
    vendors = table(page, 1)
    everything = rows(vendors).count()
    field = vendors.get_by_role("searchbox", name="Filter rows")
    field.fill("AWS secops")
    expect(page).to_have_url(re.compile(r"\?rows\.2=AWS\+secops$"))
    shown = [" ".join(row.split()) for row in rows(vendors).all_inner_texts()]
    assert 0 < len(shown) < everything
    assert all("aws" in row.lower() and "secops" in row.lower() for row in shown), shown
    page.reload()
    expect(vendors.get_by_role("searchbox")).to_have_value("AWS secops")
    expect(rows(vendors)).to_have_count(len(shown))
    vendors.get_by_role("searchbox").fill("")
    expect(rows(vendors)).to_have_count(everything)
    expect(page).to_have_url(re.compile(r"/vendors/$"))


def test_leaving_and_coming_back_keeps_the_choice(visit: Visit) -> None:
    page = visit("services/")
    facet(table(page, 1), "Owner", "SecOps").click()
    kept = column(table(page, 1), "Service")
    rows(table(page, 1)).first.locator("th a").click()
    expect(page.locator("h1")).to_have_text(kept[0])
    page.go_back()
    expect(rows(table(page, 1))).to_have_count(len(kept))
    assert column(table(page, 1), "Service") == kept


def test_two_tables_of_a_page_are_independent(visit: Visit) -> None:
    page = visit("services/")
    groups, services = table(page, 0), table(page, 1)
    of_groups, of_services = rows(groups).count(), rows(services).count()
    facet(groups, "Owner", "SecOps").click()
    expect(page).to_have_url(re.compile(r"/services/\?owner=SecOps$"))
    assert set(column(groups, "Owner")) == {"SecOps"}
    expect(rows(services)).to_have_count(of_services)
    facet(services, "Owner", "Media").click()
    expect(page).to_have_url(re.compile(r"/services/\?owner=SecOps&owner\.2=Media$"))
    assert set(column(groups, "Owner")) == {"SecOps"}
    assert set(column(services, "Owner")) == {"Media"}
    heading(services, "Service").click()
    expect(groups.locator("th[aria-sort]")).to_have_count(0)
    facet(groups, "Owner", "SecOps").click()
    expect(rows(groups)).to_have_count(of_groups)
    assert set(column(services, "Owner")) == {"Media"}


def test_a_value_that_no_row_has_hides_nothing(visit: Visit) -> None:
    services = table(visit("services/?owner.2=Nobody"), 1)
    expect(services.locator("[aria-pressed=true]")).to_have_count(0)
    expect(rows(services)).to_have_count(services.locator("tbody tr").count())


def test_a_column_of_single_values_has_no_chips(visit: Visit) -> None:
    matrix = table(visit("domains/"))
    assert len(set(column(matrix, "Primary owner"))) == rows(matrix).count()
    assert "Primary owner" not in matrix.locator("legend").all_inner_texts()


def test_a_rows_address_shows_and_marks_it(visit: Visit) -> None:
    page = visit("services/#service-auth-service", height=480)
    row = page.locator("#service-auth-service")
    expect(row.locator("th")).to_have_text("auth-service")
    expect(row).to_be_in_viewport(ratio=0.9)
    on_top = """(row) => {
      const box = row.getBoundingClientRect();
      const seen = document.elementFromPoint(box.left + 20, box.top + box.height / 2);
      return seen !== null && seen.closest("tr") === row;
    }"""
    assert row.evaluate(on_top), "the row lies under something"
    look = "(row) => [getComputedStyle(row).backgroundColor, getComputedStyle(row).boxShadow]"
    page.mouse.move(0, 0)
    assert row.evaluate(look) != row.evaluate(f"(row) => ({look})(row.nextElementSibling)")


@pytest.mark.parametrize("address", ["services/", "domains/"])
def test_without_javascript_tables_are_whole(visit: Visit, address: str) -> None:
    whole = visit(address)
    plain = visit(address, javascript=False)
    expect(plain.locator(".filters")).to_have_count(0)
    for position in range(whole.locator("[data-inventory-table]").count()):
        one, other = table(plain, position), table(whole, position)
        assert headings(one) == headings(other)
        assert rows(one).count() == one.locator("tbody tr").count() == rows(other).count()
        assert [column(one, name) for name in headings(one)] == [column(other, name) for name in headings(other)]
    link = table(plain).locator("tbody th a").first
    name = link.inner_text()
    link.click()
    expect(plain.locator("h1")).to_have_text(name)


@pytest.mark.parametrize("address", ["", "services/", "runbooks/authentication-down/"])
def test_without_javascript_nothing_is_hidden(visit: Visit, address: str) -> None:
    plain = visit(address, javascript=False)
    hidden = plain.locator(".md-content").evaluate(
        """(content) => Array.from(content.querySelectorAll("*"))
          .filter((element) => !element.closest("details, .headerlink, svg, h1 > a, .paper, .step__sign"))
          .filter((element) => element.textContent.trim() && !element.checkVisibility({ visibilityProperty: true }))
          .map((element) => element.outerHTML.slice(0, 160))"""
    )
    assert hidden == []
    plain.locator(".md-nav--primary").get_by_role("link", name="Databases", exact=True).click()
    expect(plain.locator("h1")).to_contain_text("Databases")
