"""Who is who: states, groups, bodies and persons with their offices by date (data files)."""
