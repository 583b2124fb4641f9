"""SIGKILL at any moment of appending: nothing that was told is lost or doubled, and nothing forks.

Eight kills by default. ``TRUCELINE_LOG_KILLS=200 pytest tests/test_evidence_log_kill.py`` does more,
with a new log after every forty.
"""

import os

from log_load import Trial

KILLS = int(os.environ.get("TRUCELINE_LOG_KILLS", "8"))


def test_killed_at_any_moment_nothing_told_is_lost_or_doubled(tmp_path):
    left = KILLS
    while left > 0:
        trial = Trial(tmp_path / f"log {left}", seed=left)
        while trial.kills < min(left, 40):
            trial.round()
        left -= trial.kills
        assert trial.told
        assert len(trial.seen) > min(KILLS, 40) // 4
