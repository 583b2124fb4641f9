"""One set of rules for every property test.

Nothing is timed here (timings live in benchmarks/), so no example has a deadline. In CI the examples
are the same each time, so that a change is judged by what it does and not by the draw; on a desk they
are new each time, and what they find is worth a test of its own.
"""

import os

from hypothesis import settings

settings.register_profile("desk", deadline=None)
settings.register_profile("ci", deadline=None, derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") == "true" else "desk")
