"""The canonical model: what every wire format decodes into and everything else reads. No I/O, no clock."""
