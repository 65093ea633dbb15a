"""The benchmark of truth: recorded calls whose faults are known, against what the analysis says of them.

Enters: compact recordings, `labels.toml`. Leaves: a table of precision, recall, confusion and time to detect.
"""
