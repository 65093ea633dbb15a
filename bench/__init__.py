"""Benchmarks: what a sample costs in CPU, memory and disk, beside the bare typed decode of the same bytes."""
