"""Articles about a summit that never was, with a sidecar: what the tests of a desk's statements read."""

from datetime import UTC, datetime

from truceline.model.register import Verdict
from truceline.pipeline.desk import open_desk
from truceline.pipeline.reviewing import review
from truceline.pipeline.statements import take_in
from workspaces import begin

NOW = datetime(2026, 5, 13, 8, tzinfo=UTC)
LATER = datetime(2026, 5, 14, 8, tzinfo=UTC)
GAZETTE = (
    "Ardenia speaks of troops after the Velm summit\n\n"
    "VELM (ANP) - Summit chair Odra Tolman said on Friday that 26 countries had committed "
    "to sending troops once a ceasefire is agreed. “The work is done,” Tolman said. "
    "Italy ruled out sending soldiers.\n\n"
    "Sign up for our newsletter and never miss a story!\n\n"
    "She added that the force would not be deployed on the front line.\n"
)
HERALD = (
    "Allies meet again\n\n"
    "Summit chair Odra Tolman said the work was done and that 35 countries took part. "
    "Italy remains hesitant about sending soldiers, diplomats said. "
    "Poland pledged to send aircraft after a ceasefire. "
    "Russia rejected any foreign troops.\n"
)
WIRE = (
    "Sailors wanted\n\n"
    "Summit chair Odra Tolman said that Poland will send two warships after a ceasefire. "
    "“Nobody will be left alone,” Tolman said. The ministers of the allied states will meet again in "
    "the autumn, and the chair hopes that the others will join them by then.\n"
)
NOISE = bytes(range(256)) * 40
FILES = {"gazette.txt": GAZETTE.encode(), "herald.txt": HERALD.encode()}
SIDECAR = {
    "gazette.txt": {"outlet": "Velm Gazette", "published": "2025-09-05",
                    "about": ["Velm summit of 4 September 2025"]},
    "herald.txt": {"outlet": "Herald of Bor", "published": "2025-09-07",
                   "about": ["Velm summit of 4 September 2025"]},
}  # fmt: skip


def desk_of(root, files=None, sidecar=None):
    """Make a workspace in which articles were read."""
    desk = begin(root, "paris-2026")
    take_in(desk, FILES if files is None else files, SIDECAR if sidecar is None else sidecar, NOW)
    return desk


def reads(told, root):
    """Take in two articles and say a word on one, in a process of its own."""
    with open_desk(root) as desk:
        told.send("begun")
        take_in(desk, FILES, SIDECAR, NOW)
        review(desk, "herald.txt#pledge163", Verdict.CONFIRM, "Ines Marel", NOW, "read both")
        take_in(desk, {"wire.txt": WIRE.encode()}, {}, NOW)
    told.send("done")


def written(folder, files=None):
    """Write articles and their sidecar to a folder; give the paths of the articles."""
    folder.mkdir(parents=True, exist_ok=True)
    lines = ["documents:"]
    for name, values in SIDECAR.items():
        lines.append(f"  {name}:")
        lines += [f"    {key}: {value!r}" for key, value in values.items()]
    (folder / "documents.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name, raw in (FILES if files is None else files).items():
        (folder / name).write_bytes(raw)
    return [folder / name for name in (FILES if files is None else files)]
