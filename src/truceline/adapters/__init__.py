"""One file per source: raw bytes in, observations out. No network, no clock, no database."""
