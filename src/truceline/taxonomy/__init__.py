"""Data of the act taxonomy (``acts.yaml``); read by ``truceline.codec.taxonomy``."""
