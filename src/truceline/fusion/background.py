"""The background of persistent heat, so that steel works and stubble are not read as fire.

``learn`` turns past satellite fires into a ``Background``; ``prune`` makes it small enough to ship;
``explain`` says how probably the background explains each new detection. Method, figures and what
it cannot tell: docs/background.md.
"""

from truceline.fusion.background_explain import Drift, Explanation, OtherFire, explain
from truceline.fusion.background_learn import learn, prune
from truceline.fusion.background_posterior import Background, posterior

__all__ = [
    "Background",
    "Drift",
    "Explanation",
    "OtherFire",
    "explain",
    "learn",
    "posterior",
    "prune",
]
