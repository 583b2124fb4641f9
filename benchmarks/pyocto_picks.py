"""PyOcto 0.2.2 on P and S picks, in the environment of ``rivals/pyocto_rival.py``."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any, Final

import numpy as np
from real_data import PickSet
from real_scores import Found
from rivals.pyocto_rival import environment

RAYS: Final = "pyrocko==2026.6.2"
"""What PyOcto traces its tables of layers with."""
CHILD: Final = Path(__file__).with_name("pyocto_picks_child.py")


def counts(all_: int, p: int, s: int, both: int) -> dict[str, int]:
    return {"n_picks": all_, "n_p_picks": p, "n_s_picks": s, "n_p_and_s_picks": both}


_BOX: Final[dict[str, Any]] = {
    "lat": [32.5, 33.5],
    "lon": [-116.1, -115.1],
    "zlim": [0.0, 30.0],
    "time_before": 60.0,
    "tolerance": 1.0,
    "pick_match_tolerance": 1.0,
}
_HK = [[0.0, 5.5], [5.499, 5.5], [5.5, 6.3], [15.999, 6.3], [16.0, 6.7], [30.0, 6.7]]
_LAYERS: Final = {"layers": [[z, v, v / 1.73] for z, v in _HK], "step_km": 0.5, "reach_km": 200.0}
SALTONSEA: Final[dict[str, dict[str, Any]]] = {
    "10 picks": {**_BOX, "speeds_km_s": [6.0, 6.0 / 1.73], "counts": counts(10, 3, 3, 3)},
    "6 picks": {**_BOX, "speeds_km_s": [6.0, 6.0 / 1.73], "counts": counts(6, 3, 2, 2)},
    "5 picks": {**_BOX, "speeds_km_s": [6.0, 6.0 / 1.73], "counts": counts(5, 2, 2, 2)},
    "6 picks, layers": {**_BOX, **_LAYERS, "counts": counts(6, 3, 2, 2)},
}
"""Tolerances of a second at stations 12 km apart; the network's own layers for the last."""
_COAST: Final[dict[str, Any]] = {
    "lat": [-25.6, -17.4],
    "lon": [-71.6, -68.2],
    "zlim": [0.0, 250.0],
    "time_before": 300.0,
    "pick_match_tolerance": 2.0,
    "tolerance": 2.0,
    "counts": counts(10, 2, 2, 4),
}


def coast(layers: list[list[float]]) -> dict[str, dict[str, Any]]:
    """The settings of PyOcto's own test of this set, with one speed and with its layers."""
    return {
        "one speed": {**_COAST, "speeds_km_s": [7.0, 4.0]},
        "layers": {**_COAST, "layers": layers, "step_km": 1.0, "reach_km": 1000.0},
    }


def ready(folder: Path) -> Path:
    """Make the environment and give its interpreter.

    Raises:
        subprocess.CalledProcessError: when a package cannot be installed.
    """
    python = environment(folder)
    done = folder / "rays.txt"
    if not done.is_file() or done.read_text(encoding="utf-8") != RAYS:
        subprocess.run([str(python), "-m", "pip", "install", "--quiet", RAYS], check=True)
        done.write_text(RAYS, encoding="utf-8")
    return python


def run_pyocto(python: Path, picks: PickSet, scratch: Path, settings: dict[str, Any]) -> Found:
    """Associate.

    Raises:
        subprocess.CalledProcessError: when it fails.
    """
    scratch.mkdir(parents=True, exist_ok=True)
    np.savez(
        scratch / "given.npz",
        lon=picks.lon,
        lat=picks.lat,
        height_m=picks.height_m,
        station=picks.station,
        secondary=picks.secondary,
        time_s=picks.time_s,
    )
    (scratch / "settings.json").write_text(json.dumps(settings), encoding="utf-8")
    subprocess.run([str(python), str(CHILD), str(scratch)], check=True, stdout=subprocess.DEVNULL)
    got = np.load(scratch / "found.npz")
    return Found(
        got["time"], got["longitude"], got["latitude"], got["event"], float(got["seconds"])
    )
