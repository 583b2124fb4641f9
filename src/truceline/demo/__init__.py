"""The main job on the shipped examples: three workspaces, their reports, and a score."""
