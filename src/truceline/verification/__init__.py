"""Does it break the promise: incident x clause, with every factor stated."""
