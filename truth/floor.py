"""The floor: what the benchmark reached before. It may only rise.

Enters: `floor.json` and figures. Leaves: complaints where figures fell, and a floor that keeps the better of both.
"""

from __future__ import annotations

import json
from pathlib import Path

FLOOR = Path(__file__).parent / "floor.json"
HIGHER = ("faults", "healthy_hours", "recall", "precision", "right_answer", "best_answer", "cause_precision")
LOWER = ("confident_and_wrong", "false_per_healthy_hour")

Figures = dict[str, float | None]


def load(path: Path = FLOOR) -> Figures:
    """The floor."""
    found: Figures = json.loads(path.read_text())
    return found


def complaints(figures: Figures, floor: Figures) -> list[str]:
    """What is worse than the floor, in words."""
    worse = [name for name in floor if _is_worse(name, figures, floor)]
    return [f"{name} is {figures[name]}, the floor is {floor[name]}" for name in worse]


def raised(figures: Figures, floor: Figures) -> Figures:
    """The floor with what became better; nothing in it becomes worse."""
    return {name: floor[name] if _is_worse(name, figures, floor) else figures[name] for name in (*HIGHER, *LOWER)}


def _is_worse(name: str, figures: Figures, floor: Figures) -> bool:
    before, now = floor.get(name), figures[name]
    if before is None or now is None:
        return before is not None
    return now < before if name in HIGHER else now > before
