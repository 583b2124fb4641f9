"""One workspace from raw bytes to report: the only place where the stages meet."""
