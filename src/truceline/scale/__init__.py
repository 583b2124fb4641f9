"""Months of detections: partitions of space and time with a halo, on one machine or many."""
