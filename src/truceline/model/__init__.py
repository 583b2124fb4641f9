"""The nouns: places, times, acts, agreements, observations, incidents, findings. No I/O."""
