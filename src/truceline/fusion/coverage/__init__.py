"""How likely an event is heard, by place, hour and loudness, and how many were therefore not heard.

Silence is told from blindness: the chance that enough sensors hear an event is computed for each cell
of a grid and each hour, and what was heard is weighed by it.
"""
