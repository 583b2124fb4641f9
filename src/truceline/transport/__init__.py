"""The only sockets: mail, web hooks and CAP out; knows nothing of what a notice means."""
