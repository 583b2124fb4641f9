"""What association learned from recorded detections, as a versioned input of later work."""
