"""Scores: named, versioned pure functions from measured inputs to a value with the reasons that lowered it."""
