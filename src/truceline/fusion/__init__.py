"""Which observations are one event, where, when, how sure. Arrays in, incidents out."""
