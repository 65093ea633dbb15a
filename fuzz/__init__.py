"""Coverage-guided fuzzing of every decoder: `python -m fuzz DECODER --minutes 30`."""
