"""Who promised what, to whom, on which condition."""
