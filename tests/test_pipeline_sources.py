"""The sources by name: each says who it is, and what every user must know."""

from dataclasses import fields

import pytest

from truceline.errors import SourceError
from truceline.pipeline.shipped import shipped
from truceline.pipeline.sources import ADAPTERS, adapter_of


@pytest.mark.parametrize("name", sorted(ADAPTERS))
def test_each_source_is_found_and_says_all_of_its_card(name):
    adapter = adapter_of(name)
    assert adapter.card.name == name
    assert adapter.version
    for field in fields(adapter.card):
        assert getattr(adapter.card, field.name), field.name


def test_an_unknown_source_is_told_and_the_known_are_named():
    with pytest.raises(SourceError) as caught:
        adapter_of("firm")
    assert all(name in str(caught.value) for name in ADAPTERS)


def test_the_table_of_sources_cannot_be_changed():
    with pytest.raises(TypeError):
        ADAPTERS["other"] = ADAPTERS["firms"]


def test_a_folder_that_does_not_ship_says_to_install_again():
    assert shipped("agreements").is_dir()
    with pytest.raises(FileNotFoundError, match="reinstall"):
        shipped("weather")
