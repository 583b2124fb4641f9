"""Association block by block: what a block of time gives rests on what is near it and on nothing else.

Each block counts time from its own start, so that the same detections under the same calibration give
the same bytes whether a day, a month, or one late row is worked on, and on which machine.
"""
