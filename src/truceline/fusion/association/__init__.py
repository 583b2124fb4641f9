"""Which detections are one event, where and when it was, and how sure that is.

Arrays in, arrays out. Each detection is taken as the first arrival of an event; triples of
detections give places by closed form; each place is scored by **all** sensors in earshot, misses and
clutter included; the best are refined with the weather as unknowns, and packed so that no detection
serves two events.
"""
