"""The dashboard's files, and the page that any of its own paths begins with.

Enters: the folder of the built dashboard. Leaves: files with strict headers; `index.html` for every path that is not
a file, so that deep links work; a plain page that says how to build it where it was not built.
"""

from __future__ import annotations

from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from rtclens.api.responses import SECURITY

CSP = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "style-src 'self'",
        "script-src 'self'",
        "connect-src 'self'",
        "object-src 'none'",
        "base-uri 'none'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
PAGE_HEADERS = {
    **SECURITY,
    "Content-Security-Policy": CSP,
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), display-capture=()",
}
FOREVER = "public, max-age=31536000, immutable"
NOT_BUILT = """rtclens is running, but its dashboard was not built.

Build it with:   make web
The API is at    /api/v1      (described in /api/openapi.json)
"""


class Pages:
    """Serves the dashboard from a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder.resolve()

    async def serve(self, request: Request) -> Response:
        """The file, or the page."""
        path = request.url.path.lstrip("/")
        found = self.find(path)
        if found is not None:
            hashed = path.startswith("assets/")
            return FileResponse(found, headers={**PAGE_HEADERS, "Cache-Control": FOREVER if hashed else "no-cache"})
        if path.startswith("assets/"):
            return self._text("There is no such file.\n", 404)
        index = self._folder / "index.html"
        if not index.is_file():
            return self._text(NOT_BUILT, 503 if path == "" else 404)
        return FileResponse(index, headers={**PAGE_HEADERS, "Cache-Control": "no-cache"})

    def find(self, path: str) -> Path | None:
        """The file of a path, `None` when it names none inside the folder."""
        if not path or "\x00" in path:
            return None
        try:
            candidate = (self._folder / path).resolve()
            return candidate if candidate.is_relative_to(self._folder) and candidate.is_file() else None
        except OSError:  # a name too long, a loop of links: no file of ours
            return None

    def _text(self, text: str, status: int) -> Response:
        return PlainTextResponse(text, status, headers={**PAGE_HEADERS, "Cache-Control": "no-store"})
