"""Read the table of weapons that ships with the package."""

from __future__ import annotations

from functools import cache
from importlib.resources import files

import yaml

from truceline.model.weapons import Arsenal, WeaponSystem


@cache
def arsenal() -> Arsenal:
    """Give the shipped table (``taxonomy/weapons.yaml``).

    >>> arsenal().resolve("6 Grads").system
    'BM-21 Grad'
    >>> arsenal().resolve("152 mm towed howitzer")
    Weapon(name='152 mm towed howitzer', classes='artillery', calibre_mm=152.0, system=None)
    """
    text = files("truceline.taxonomy").joinpath("weapons.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    systems = {
        str(name): WeaponSystem(
            str(name),
            said["class"],
            float(said["calibre"]) if "calibre" in said else None,
            tuple(str(one) for one in said.get("spellings", ())),
            said.get("kind_of", ""),
        )
        for name, said in data["systems"].items()
    }
    plurals = {f"{word}s": of for word, of in data["words"].items()}
    return Arsenal(dict(data["classes"]), systems, {**plurals, **data["words"]})
