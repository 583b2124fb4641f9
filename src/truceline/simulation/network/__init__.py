"""A network of sensors with known truth: simulate it, write it for `truceline associate`, score it.

::

    settings -> theatre -> sensors, sickness --+
                   |                           +-> listening -> world -> write    (what is told)
                   +----> fire_plan -> events -+                  |
             air -> weather_table                                 +---> truth     (told to nobody)

The engine that is tested shares no constant with this package and never reads the folder ``truth``.
"""
