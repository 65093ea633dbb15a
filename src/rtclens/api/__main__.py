"""Print the OpenAPI document. Enters: nothing. Leaves: what `docs/openapi.json` must hold, on standard output."""

from __future__ import annotations

import sys

from rtclens import __version__
from rtclens.api.openapi import text
from rtclens.api.routes import ENDPOINTS

sys.stdout.write(text(ENDPOINTS, __version__))
