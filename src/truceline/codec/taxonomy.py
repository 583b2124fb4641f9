"""Read the act taxonomy that ships with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from truceline.model.acts import Act, Taxonomy


@cache
def taxonomy() -> Taxonomy:
    """Give the shipped taxonomy (``taxonomy/acts.yaml``).

    >>> taxonomy().from_term("viina", "A")
    'fire.artillery'
    """
    text = files("truceline.taxonomy").joinpath("acts.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    acts = {
        code: Act(
            code,
            entry["label"],
            entry["by_a_party"],
            tuple(entry.get("may_be", ())),
            {name: tuple(terms) for name, terms in entry.get("terms", {}).items()},
        )
        for code, entry in data["acts"].items()
    }
    return Taxonomy(str(data["version"]), acts)
