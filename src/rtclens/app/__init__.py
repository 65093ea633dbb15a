"""The one place that picks backends and wires the rooms into a server."""
