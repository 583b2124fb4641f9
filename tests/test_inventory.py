"""Declared weapons against what visits found: a lower bound of what is missing, the same for both sides."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.adapters.interface import ParseContext
from truceline.adapters.inventory import ADAPTER
from truceline.codec.inventory import item_of, plain_serial, site_of, visit_of
from truceline.codec.weapons import arsenal
from truceline.errors import RejectedRow, WrongKindOfFile
from truceline.inventory.discrepancies import compare, joined
from truceline.inventory.matching import may_be_one, most_pairs
from truceline.model.inventory import (
    Access,
    DeclaredItem,
    DiscrepancyKind,
    Sighting,
    StorageSite,
    Visit,
)

T0 = datetime(2026, 5, 1, tzinfo=UTC)
SITES = (
    StorageSite("N1", "NOR", "depot", 10.0, 50.0, 300.0),
    StorageSite("S1", "SOU", "yard", 10.2, 50.0, 300.0),
)


def item(number, serial="", site="N1", kind="D-30", side="NOR", day=0):
    return DeclaredItem(number, side, kind, serial, site, T0 + timedelta(days=day))


def visit(name, *seen, site="N1", access=Access.FULL, day=1, hours=2, side=""):
    start = T0 + timedelta(days=day)
    sightings = tuple(Sighting(kind, serial, count) for kind, serial, count in seen)
    return Visit(
        name, site, side, start, start + timedelta(hours=hours), access, "team", "", sightings
    )


def state(items, visits, day=30, sites=SITES):
    return compare(sites, items, visits, T0 + timedelta(days=day), arsenal())


def kinds(found):
    return [(d.kind.value, d.site_id, d.type, d.serial, d.count) for d in found.discrepancies]


def test_all_there_is_no_discrepancy():
    found = state(
        [item("a", "11"), item("b", "12")], [visit("v", ("D-30", "11", 1), ("D-30", "12", 1))]
    )
    assert kinds(found) == []
    assert (found.sites[0].present, found.sites[0].missing) == (2, 0)


def test_a_weapon_that_a_full_visit_did_not_find_is_missing_and_named():
    found = state([item("a", "11"), item("b", "12")], [visit("v", ("D-30", "11", 1))])
    (one,) = found.discrepancies
    assert (one.kind, one.items, one.serial, one.count) == (
        DiscrepancyKind.MISSING,
        ("b",),
        "12",
        1,
    )


def test_unread_serials_may_be_declared_weapons_so_missing_is_a_lower_bound():
    items = [item(str(n), str(n)) for n in range(5)]
    found = state(items, [visit("v", ("D-30", "", 3))])
    (one,) = found.discrepancies
    assert (one.kind, one.count, len(one.items)) == (DiscrepancyKind.MISSING, 2, 5)
    assert found.sites[0].not_identified == 3


@pytest.mark.parametrize("access", [Access.PARTIAL, Access.DENIED])
def test_where_a_visit_was_not_let_in_nothing_is_missing(access):
    found = state([item("a", "11")], [visit("v", access=access)])
    assert [d.kind for d in found.discrepancies] == [DiscrepancyKind.DENIED]
    assert (found.sites[0].not_verified, found.sites[0].missing) == (1, 0)


def test_to_be_refused_afterwards_does_not_make_what_was_missing_there_again():
    visits = [visit("v"), visit("w", access=Access.DENIED, day=2)]
    found = state([item("a", "11")], visits)
    assert {d.kind for d in found.discrepancies} == {
        DiscrepancyKind.MISSING,
        DiscrepancyKind.DENIED,
    }
    assert found.sites[0].missing == 1


def test_seen_on_a_later_partial_visit_it_is_there():
    visits = [visit("v"), visit("w", ("D-30", "11", 1), access=Access.PARTIAL, day=2)]
    found = state([item("a", "11")], visits)
    assert found.sites[0].present == 1
    assert DiscrepancyKind.MISSING not in {d.kind for d in found.discrepancies}


def test_a_weapon_seen_elsewhere_has_moved_and_is_not_missing_too():
    visits = [visit("v"), visit("w", ("D-30", "1-1", 1), site="S1")]
    found = state([item("a", "11")], visits)
    (one,) = found.discrepancies
    assert (one.kind, one.site_id, one.visit_id) == (DiscrepancyKind.MOVED, "N1", "w")


def test_outside_every_site_it_has_moved_too():
    found = state([item("a", "11")], [visit("w", ("D-30", "11", 1), site="")])
    assert [d.kind for d in found.discrepancies] == [DiscrepancyKind.MOVED]
    assert "outside every site" in found.discrepancies[0].reason


def test_moved_back_is_there_again():
    visits = [visit("v", ("D-30", "11", 1), site="S1"), visit("w", ("D-30", "11", 1), day=2)]
    assert kinds(state([item("a", "11")], visits)) == []


def test_what_nobody_declared_is_unregistered():
    seen = [visit("v", ("D-30", "11", 1), ("2S1 Gvozdika", "77", 1), ("BM-21 Grad", "", 2))]
    found = state([item("a", "11")], seen)
    assert kinds(found) == [
        ("unregistered", "N1", "2S1 Gvozdika", "77", 1),
        ("unregistered", "N1", "BM-21 Grad", "", 2),
    ]
    assert {d.side for d in found.discrepancies} == {"NOR"}


def test_more_unread_weapons_than_were_declared_are_unregistered_by_their_number():
    found = state([item("a", "11")], [visit("v", ("D-30", "", 4))])
    assert kinds(found) == [("unregistered", "N1", "D-30", "", 3)]


def test_the_same_serial_on_another_type_is_no_match():
    found = state([item("a", "11")], [visit("v", ("BM-21 Grad", "11", 1))])
    assert {d.kind for d in found.discrepancies} == {
        DiscrepancyKind.MISSING,
        DiscrepancyKind.UNREGISTERED,
    }


def test_one_plate_in_two_places_at_once_and_one_serial_under_two_numbers():
    visits = [visit("v", ("D-30", "11", 1)), visit("w", ("D-30", "11", 1), site="S1", hours=3)]
    found = state([item("a", "11"), item("b", "11")], visits)
    assert {d.kind for d in found.discrepancies} >= {
        DiscrepancyKind.SEEN_TWICE,
        DiscrepancyKind.DECLARED_TWICE,
    }


def test_what_comes_later_than_the_moment_asked_for_is_not_known_yet():
    items = [item("a", "11"), item("a", "11", site="S1", day=10)]
    visits = [visit("v", ("D-30", "11", 1)), visit("w", ("D-30", "11", 1), site="S1", day=11)]
    assert kinds(state(items, visits, day=5)) == []
    assert kinds(state(items, visits, day=20)) == []
    assert kinds(state(items, visits[:1], day=10.5)) == []  # declared anew, nobody has looked yet


def test_a_site_that_was_never_visited_is_not_verified():
    found = state([item("a", "11")], [])
    assert (found.sites[0].not_verified, found.sites[0].last_visit) == (1, None)


def test_a_declaration_for_a_site_nobody_declared_is_shown():
    assert "X9" in [s.site.site_id for s in state([item("a", "1", site="X9")], []).sites]


@given(
    st.lists(st.tuples(st.integers(0, 5), st.sampled_from(["D-30", "BM-21 Grad"])), max_size=6),
    st.lists(
        st.tuples(
            st.sampled_from(["D-30", "BM-21 Grad", "122 mm howitzer"]),
            st.sampled_from(["", "0", "1", "2", "3"]),
        ),
        max_size=6,
    ),
    st.sampled_from(list(Access)[:2]),
)
def test_the_numbers_of_a_site_add_up_and_both_sides_are_counted_alike(declared, seen, access):
    for side, site, other in (("NOR", "N1", "S1"), ("SOU", "S1", "N1")):
        items = [item(f"i{n}", str(s), site, kind, side) for n, (s, kind) in enumerate(declared)]
        made = visit("v", *((kind, serial, 1) for kind, serial in seen), site=site, access=access)
        found = state(items, [made])
        here = next(s for s in found.sites if s.site.site_id == site)
        moved = sum(d.kind is DiscrepancyKind.MOVED for d in found.discrepancies)
        assert here.declared == len(items)
        assert (
            here.declared
            == here.present + here.not_identified + here.not_verified + here.missing + moved
        )
        said = sum(d.count for d in found.discrepancies if d.kind is DiscrepancyKind.MISSING)
        assert said == here.missing
        assert access is Access.FULL or here.missing == 0
        assert all(d.side == side for d in found.discrepancies)
        assert all(d.site_id != other for d in found.discrepancies)
        if side == "NOR":
            first = [(d.kind, d.type, d.serial, d.count) for d in found.discrepancies]
        else:
            assert [(d.kind, d.type, d.serial, d.count) for d in found.discrepancies] == first


@given(st.permutations(range(4)), st.permutations(range(3)))
def test_the_order_of_rows_does_not_matter(order, visits_order):
    items = [item("a", "11"), item("b", "12"), item("c", ""), item("d", "14", "S1", side="SOU")]
    visits = [
        visit("u", ("D-30", "11", 1), day=1),
        visit("v", ("D-30", "12", 1), ("D-30", "", 1), day=2),
        visit("w", ("D-30", "14", 1), site="S1", day=3),
    ]
    wanted = state(items, visits)
    assert state([items[n] for n in order], [visits[n] for n in visits_order]) == wanted


@pytest.mark.parametrize(
    ("declared", "seen", "same"),
    [
        ("D-30", "d-30", True),
        ("D-30", "122 mm towed howitzer", True),
        ("D-30", "152 mm towed howitzer", False),
        ("D-30", "BM-21 Grad", False),
        ("something", "Something", True),
        ("something", "another", False),
    ],
)
def test_types_that_may_be_one(declared, seen, same):
    assert may_be_one(declared, seen, arsenal()) is same


def test_the_largest_number_of_pairs_is_found():
    # the named system must not take the only weapon that a looser description needs
    assert -1 not in most_pairs(["122 mm howitzer", "D-30"], ["D-30", "122 mm howitzer"], arsenal())


SITE = {"site_id": "N1", "side": "NOR", "name": "x", "lon": "10", "lat": "50", "radius_m": "300"}
ITEM = {
    "item_id": "a", "side": "NOR", "type": "D-30", "serial": "1", "site_id": "N1",
    "declared": "2026-05-01T00:00Z",
}  # fmt: skip
VISIT = {
    "visit_id": "v", "site_id": "N1", "side": "", "start": "2026-05-02T10:00+03:00",
    "end": "2026-05-02T11:00+03:00", "access": "full", "team": "t", "type": "D-30", "serial": "1",
    "count": "1",
}  # fmt: skip


@pytest.mark.parametrize(
    ("reader", "row", "change", "why"),
    [
        (site_of, SITE, {"site_id": " "}, "site_id is empty"),
        (site_of, SITE, {"lon": "nan"}, "outside"),
        (site_of, SITE, {"lat": "x"}, "not a number"),
        (site_of, SITE, {"name": "a\x07b"}, "cannot be printed"),
        (site_of, SITE, {"name": "a" * 201}, "201 characters"),
        (item_of, ITEM, {"item_id": "", "serial": ""}, "both empty"),
        (item_of, ITEM, {"declared": "2026-05-01T00:00"}, "no offset"),
        (item_of, ITEM, {"declared": "May"}, "not an ISO"),
        (visit_of, VISIT, {"access": "some"}, "none of"),
        (visit_of, VISIT, {"end": "2026-05-02T09:00+03:00"}, "ends"),
        (visit_of, VISIT, {"access": "denied"}, "something was seen"),
        (visit_of, VISIT, {"type": ""}, "type is empty"),
        (visit_of, VISIT, {"count": "2"}, "a serial is of one weapon"),
        (visit_of, VISIT, {"count": "²", "serial": ""}, "whole number"),
        (visit_of, VISIT, {"count": "0", "serial": ""}, "whole number"),
    ],
)
def test_a_row_that_cannot_be_is_refused_with_its_reason(reader, row, change, why):
    reader(row)
    with pytest.raises(RejectedRow, match=why):
        reader({**row, **change})


def test_an_item_without_a_number_is_known_by_side_type_and_serial():
    assert item_of({**ITEM, "item_id": ""}).item_id == "NOR/D-30/1"
    assert plain_serial("a-1 / b") == "A1B"


def csv_of(*rows):
    head = ",".join(rows[0])
    return "\n".join([head, *(",".join(r.values()) for r in rows)]).encode() + b"\n"


def parsed(raw):
    return ADAPTER.parse(raw, ParseContext("0" * 64, "x.csv"))


def test_a_visit_tells_of_access_denied_once_and_of_weapons_outside_every_site():
    place = {"lon": "10.0", "lat": "50.0", "reason": "mines", "note": ""}
    got = parsed(
        csv_of(
            {**VISIT, **place},
            {
                **VISIT,
                **place,
                "visit_id": "w",
                "access": "denied",
                "type": "",
                "serial": "",
                "count": "",
            },
            {**VISIT, **place, "visit_id": "x", "access": "partial", "type": "T-72", "serial": ""},
            {**VISIT, **place, "visit_id": "x", "access": "partial", "type": "D-30", "serial": ""},
            {
                **VISIT,
                **place,
                "visit_id": "y",
                "site_id": "",
                "side": "SOU",
                "type": "BM-21 Grad",
                "serial": "",
            },
        )
    )
    rows = got.observations.to_pylist()
    assert [(r["kind"], r["accused"], r["count_max"]) for r in rows] == [
        ("access.denied", None, None),
        ("access.denied", None, None),
        ("presence.mlrs", "SOU", 1),
    ]
    assert not got.rejected
    assert {r["modality"] for r in rows} == {"inventory"}


def test_declarations_are_no_observations_and_broken_rows_lose_nothing_else():
    assert parsed(csv_of(SITE, SITE)).observations.num_rows == 0
    got = parsed(csv_of(ITEM, {**ITEM, "declared": "x"}))
    assert [r.line for r in got.rejected] == [3]
    with pytest.raises(WrongKindOfFile, match="no inventory file"):
        parsed(b"a,b\n1,2\n")


def test_a_visit_without_a_place_where_one_is_needed_is_refused():
    got = parsed(csv_of({**VISIT, "access": "partial"}))
    assert "give lon and lat" in got.rejected[0].reason


def test_rows_of_one_visit_are_joined():
    rows = [visit_of({**VISIT, "serial": s}) for s in ("1", "2")]
    (whole,) = joined(rows)
    assert [s.serial for s in whole.sightings] == ["1", "2"]
