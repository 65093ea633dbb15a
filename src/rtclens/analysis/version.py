"""The version of the analysis, written on every fact. Enters and leaves: nothing else."""

ANALYSIS_VERSION = "3"
