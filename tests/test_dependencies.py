"""The exact versions that are installed against the one list of known holes that a package brings.

The list (safety-db) is the newest that comes from the package registry; its date is asserted, so that a
newer one is noticed. A list on a server would be newer, and cannot be asked from a closed network.
"""

import json
import re
from importlib.metadata import distribution
from pathlib import Path

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.utils import canonicalize_name

ROOT = Path(__file__).parents[1]


def known_holes():
    """Read the list as the package brings it; it cannot be imported where it is not the folder."""
    found = next(
        file for file in distribution("safety-db").files or () if file.name == "insecure_full.json"
    )
    return json.loads(Path(str(found.locate())).read_text(encoding="utf-8"))


def locked():
    """Give name and version of everything that is installed."""
    text = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    pairs = re.findall(r"^([A-Za-z0-9._-]+)(?:\[[^\]]*\])?==([^\s;]+)", text, re.MULTILINE)
    return {canonicalize_name(name): version for name, version in pairs}


def holes_of(name, version, listed):
    """Give the entries of the list that hold for one version; older forms of a version fit none."""
    found = []
    for entry in listed.get(name, ()):
        for text in entry["specs"]:
            try:
                if SpecifierSet(text).contains(version, prereleases=True):
                    found.append((name, version, text, entry["advisory"][:200]))
            except InvalidSpecifier:
                continue
    return found


def listed():
    return {canonicalize_name(k): v for k, v in known_holes().items() if not k.startswith("$")}


def test_nothing_that_is_installed_stands_on_the_list():
    every = listed()
    found = [hole for name, version in locked().items() for hole in holes_of(name, version, every)]
    assert found == []


def test_an_old_version_would_be_found():
    assert holes_of("pyyaml", "5.1", listed())
    assert holes_of("cryptography", "2.0", listed())


def test_the_lock_is_read_whole_and_the_list_is_the_one_that_is_told():
    assert len(locked()) > 80
    assert known_holes()["$meta"]["advisory"]
    assert distribution("safety-db").version == "2021.7.17"
