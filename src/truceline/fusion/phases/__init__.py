"""Which picks of seismic P and S waves are one event, where and how deep, when, how sure.

The same reasoning as for sound, other physics: two phases a station, layers instead of wind, and
depth. What is assumed stands in :mod:`~truceline.fusion.phases.settings`; all else is learned.
"""
