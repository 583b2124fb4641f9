"""Paths of tlog-tiles, checked against the numbers of the specification."""

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from truceline.evidence.layout import (
    ENTRIES,
    FULL,
    Tile,
    number_path,
    parse_tile,
    tile_at,
    tiles_of,
)


def hash_paths(size):
    return [tile.path for tile in tiles_of(size) if tile.level != ENTRIES]


@pytest.mark.parametrize(
    ("size", "paths"),
    [
        (0, []),
        (1, ["tile/0/000.p/1"]),
        (2, ["tile/0/000.p/2"]),
        (3, ["tile/0/000.p/3"]),
        (255, ["tile/0/000.p/255"]),
        (256, ["tile/0/000", "tile/1/000.p/1"]),
        (257, ["tile/0/000", "tile/0/001.p/1", "tile/1/000.p/1"]),
        (511, ["tile/0/000", "tile/0/001.p/255", "tile/1/000.p/1"]),
        (512, ["tile/0/000", "tile/0/001", "tile/1/000.p/2"]),
        (513, ["tile/0/000", "tile/0/001", "tile/0/002.p/1", "tile/1/000.p/2"]),
    ],
)
def test_tiles_of_small_logs(size, paths):
    assert hash_paths(size) == paths
    bundles = [tile.path for tile in tiles_of(size) if tile.level == ENTRIES]
    level_0 = [path for path in paths if path.startswith("tile/0/")]
    assert bundles == [path.replace("tile/0/", "tile/entries/") for path in level_0]


def test_tiles_of_a_log_of_70000_entries():
    tiles = list(tiles_of(70_000))
    full = Counter(tile.level for tile in tiles if tile.width == FULL)
    assert full == {ENTRIES: 273, 0: 273, 1: 1}
    partial = {tile.path for tile in tiles if tile.width < FULL}
    assert partial == {
        "tile/entries/273.p/112",
        "tile/0/273.p/112",
        "tile/1/001.p/17",
        "tile/2/000.p/1",
    }


@pytest.mark.parametrize(
    ("number", "path"),
    [
        (0, "000"),
        (999, "999"),
        (1000, "x001/000"),
        (1234067, "x001/x234/067"),
        (10**9, "x001/x000/x000/000"),
    ],
)
def test_numbers_are_written_in_groups_of_three(number, path):
    assert number_path(number) == path
    assert parse_tile(f"tile/0/{path}") == Tile(0, number)


@given(st.integers(-1, 63), st.integers(0, 10**13), st.integers(1, 256))
def test_every_path_is_read_back(level, number, width):
    assert parse_tile(Tile(level, number, width).path) == Tile(level, number, width)


@pytest.mark.parametrize(
    "path",
    [
        "checkpoint",
        "tile/0/0",
        "tile/0/x000/001",
        "tile/00/000",
        "tile/64/000",
        "tile/0/000.p/0",
        "tile/0/000.p/256",
        "tile/0/000.p/01",
        "tile/0/000.p",
        "tile/entries/000/",
        "tile/0/٠٠٠",
        "tile/entry/000",
        "x/tile/0/000",
    ],
)
def test_what_is_no_tile_is_not_read_as_one(path):
    assert parse_tile(path) is None


@given(st.integers(0, 200_000), st.integers(0, 200_000))
def test_growth_lists_what_the_smaller_log_had_not(one, other):
    old, new = sorted((one, other))
    assert set(tiles_of(new, since=old)) == set(tiles_of(new)) - set(tiles_of(old))


def test_a_log_does_not_shrink_and_has_no_tile_beyond_its_end():
    with pytest.raises(ValueError, match="shrink"):
        list(tiles_of(3, since=4))
    with pytest.raises(ValueError, match="no tile 1"):
        tile_at(0, 1, 256)
    with pytest.raises(ValueError, match="negative"):
        number_path(-1)
