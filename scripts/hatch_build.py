"""Refuse to build a wheel without its dashboard: whoever installs it has no Node to build one."""

from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class DashboardHook(BuildHookInterface):  # type: ignore[type-arg]
    """Checks the built pages before a wheel is made; editable installs are for those who build them."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:  # noqa: ARG002 - the plugin's signature
        """Raise `RuntimeError` where the dashboard is missing."""
        index = Path(self.root, "src", "rtclens", "web", "static", "index.html")
        if self.target_name == "wheel" and version == "standard" and not index.is_file():
            raise RuntimeError("the dashboard is not built: run `make web` first")
