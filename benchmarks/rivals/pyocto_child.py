"""Call PyOcto on arrays; ``pyocto_rival.py`` starts this in an environment of its own.

    python pyocto_child.py FOLDER

It imports nothing of Truceline, since PyOcto needs another numpy. FOLDER holds ``given.npz`` (places of
the sensors on a plane in km; sensor and time of each detection) and ``settings.json``; every detection
is a P pick. It receives ``found.npz`` and ``run.json``: the seconds of ``associate`` alone, and the
peak of memory.
"""

from __future__ import annotations

import json
import sys
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd  # type: ignore[import-not-found,import-untyped,unused-ignore]  # theirs alone
import pyocto  # type: ignore[import-not-found,unused-ignore]  # the same

MARGIN_KM = 15.0
"""How far beyond the sensors an event is looked for."""


def main(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    given = np.load(folder / "given.npz")
    x, y = given["x_km"], given["y_km"]
    names = np.array([f"S{number}" for number in range(len(x))], dtype=object)
    stations = pd.DataFrame({"id": names, "x": x, "y": y, "z": 0.0})
    picks = pd.DataFrame({"station": names[given["sensor"]], "phase": "P", "time": given["time_s"]})
    associator = built(settings, x, y)
    start, before = time.perf_counter(), time.process_time()
    (folder / "begun.txt").write_text(str(before), encoding="utf-8")
    events, members = associator.associate(picks, stations)
    took, used = time.perf_counter() - start, time.process_time() - before
    write(folder / "found.npz", events, members)
    said = {"seconds": took, "processor_seconds": used, "peak_mib": peak_mib()}
    (folder / "run.json").write_text(json.dumps(said), encoding="utf-8")


def peak_mib() -> float | None:
    """Give the most memory held; as in ``association_child.py``, which cannot be imported here."""
    status = Path("/proc/self/status")
    if not status.is_file():
        return None
    words = dict(line.split(":", 1) for line in status.read_text(encoding="utf-8").splitlines())
    return float(words["VmHWM"].split()[0]) / 1024


def built(settings: dict[str, Any], x: np.ndarray, y: np.ndarray) -> Any:
    own = dict(settings)
    velocity = pyocto.VelocityModel0D(
        p_velocity=own.pop("speed_km_s"),
        s_velocity=0.1,  # no S pick is ever given
        tolerance=own.pop("tolerance"),
        association_cutoff_distance=own.pop("cutoff_km"),
    )
    return pyocto.OctoAssociator(
        xlim=(float(x.min()) - MARGIN_KM, float(x.max()) + MARGIN_KM),
        ylim=(float(y.min()) - MARGIN_KM, float(y.max()) + MARGIN_KM),
        zlim=(0.0, 0.1),
        velocity_model=velocity,
        n_s_picks=0,
        n_p_and_s_picks=0,
        **own,
    )


def write(file: Path, events: Any, members: Any) -> None:
    there = len(events) > 0
    columns = {
        name: events[name].to_numpy(dtype=float) if there else np.zeros(0)
        for name in ("idx", "time", "x", "y")
    }
    for name in ("event_idx", "pick_idx", "residual"):
        columns[name] = members[name].to_numpy(dtype=float) if there else np.zeros(0)
    np.savez(file, **columns)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
