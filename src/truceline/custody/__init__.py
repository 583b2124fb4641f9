"""What comes with an item of evidence: provenance manifests, time stamps; and how it is kept."""
