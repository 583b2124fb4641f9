"""Call PyOcto on P and S picks; ``pyocto_picks.py`` starts this in an environment of its own.

    python pyocto_picks_child.py FOLDER

It imports nothing of Truceline, since PyOcto needs another numpy. FOLDER holds ``given.npz`` and
``settings.json``, and receives ``found.npz``: the events, the event of each pick, and the processor's
seconds of ``associate`` alone.
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


def velocity(settings: dict[str, Any], folder: Path) -> Any:
    tolerance = settings["tolerance"]
    if "layers" not in settings:
        p, s = settings["speeds_km_s"]
        return pyocto.VelocityModel0D(p_velocity=p, s_velocity=s, tolerance=tolerance)
    table = folder / "travel_times"
    layers = pd.DataFrame(settings["layers"], columns=["depth", "vp", "vs"])
    pyocto.VelocityModel1D.create_model(
        layers, settings["step_km"], settings["reach_km"], settings["zlim"][1], table
    )
    return pyocto.VelocityModel1D(table, tolerance=tolerance)


def main(folder: Path) -> None:
    settings = json.loads((folder / "settings.json").read_text(encoding="utf-8"))
    given = np.load(folder / "given.npz")
    names = np.array([f"S{number}" for number in range(len(given["lon"]))], dtype=object)
    stations = pd.DataFrame(
        {
            "id": names,
            "longitude": given["lon"],
            "latitude": given["lat"],
            "elevation": given["height_m"],
        }
    )
    phase = np.where(given["secondary"] == 1, "S", "P")
    picks = pd.DataFrame(
        {"station": names[given["station"]], "phase": phase, "time": given["time_s"]}
    )
    associator = pyocto.OctoAssociator.from_area(
        lat=tuple(settings["lat"]),
        lon=tuple(settings["lon"]),
        zlim=tuple(settings["zlim"]),
        time_before=settings["time_before"],
        velocity_model=velocity(settings, folder),
        pick_match_tolerance=settings["pick_match_tolerance"],
        n_threads=1,
        **settings["counts"],
    )
    associator.transform_stations(stations)
    start = time.process_time()
    events, members = associator.associate(picks, stations)
    took = time.process_time() - start
    event = np.full(len(picks), -1)
    if len(events):
        associator.transform_events(events)
        row = {idx: i for i, idx in enumerate(events["idx"])}
        event[members["pick_idx"].to_numpy()] = [row[i] for i in members["event_idx"]]
    columns = {
        name: events[name].to_numpy(dtype=float) if len(events) else np.zeros(0)
        for name in ("time", "longitude", "latitude")
    }
    np.savez(folder / "found.npz", event=event, seconds=took, **columns)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
