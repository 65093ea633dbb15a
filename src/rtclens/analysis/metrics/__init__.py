"""Straight-line metrics per kind of subject. Enters: two readings of a report. Leaves: an interval, and sums."""
