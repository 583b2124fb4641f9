"""Score what `truceline associate` made of a simulated network.

    python tools/score_association.py TRUTH_DIR OUT_DIR [--json]

TRUTH_DIR is the folder that `truceline simulate --network` wrote; OUT_DIR holds `incidents.parquet`,
`members.parquet` and, where there are any, `report_members`, `fire_members` and `sick_sensors`.
"""

from __future__ import annotations

import argparse
import json
from pathlib import Path

from truceline.errors import SourceError
from truceline.simulation.network.read import read_output, read_truth
from truceline.simulation.network.score import score_network
from truceline.simulation.network.scorecard import table


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n", 1)[0])
    parser.add_argument("truth", type=Path, metavar="TRUTH_DIR")
    parser.add_argument("out", type=Path, metavar="OUT_DIR")
    parser.add_argument("--json", action="store_true", help="Print JSON for a program.")
    given = parser.parse_args()
    try:
        score = score_network(read_truth(given.truth), read_output(given.out))
    except SourceError as error:
        raise SystemExit(f"score_association: {error}") from None
    print(json.dumps(score.as_json(), indent=2) if given.json else table(score))


if __name__ == "__main__":
    main()
