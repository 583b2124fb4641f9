"""Where and when an explosion was, from bearings and times of infrasound at arrays far away."""
