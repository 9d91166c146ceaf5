"""The built screens and the region's map, served with the headers that keep a browser safe."""

import re
from pathlib import Path
from typing import Any, Final

from litestar import MediaType, Request, Response, get
from litestar.response import File

from goldenhour.web.errors import Problem
from goldenhour.web.serving import serving
from goldenhour.web.session import may_ask

_ONE_RANGE: Final = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")

STATIC: Final = Path(__file__).parent / "static"

SECURITY_HEADERS: Final = {
    "Content-Security-Policy": (
        "default-src 'self'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:; font-src 'self'; "
        "worker-src 'self' blob:; connect-src 'self'; object-src 'none'; base-uri 'none'; frame-ancestors 'none'; "
        "form-action 'self'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "no-referrer",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "geolocation=(self), camera=(), microphone=()",
}

ENCODED_SECURITY_HEADERS: Final = tuple(
    (name.lower().encode(), value.encode()) for name, value in SECURITY_HEADERS.items()
)
"""The same as an ASGI server sends them."""

_TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".webmanifest": "application/manifest+json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".woff2": "font/woff2",
    ".woff": "font/woff",
}


@get(["/", "/{path:path}"], include_in_schema=False)
async def screens(path: str = "") -> File | Response[str]:
    """A built file, or the page that shows the screen of this address."""
    name = path.strip("/")
    if name.startswith("api/"):
        raise Problem(404, "web.unknown", "There is no such address.")
    file = _built(name)
    if file is not None:
        cache = "public, max-age=31536000, immutable" if name.startswith("assets/") else "no-cache"
        return File(
            file,
            filename=file.name,
            media_type=_TYPES.get(file.suffix, "application/octet-stream"),
            content_disposition_type="inline",
            headers={"Cache-Control": cache},
        )
    index = STATIC / "index.html"
    if not index.is_file():
        text = "The screens are not built yet. Run ./goldenhour demo or ./goldenhour serve once; they build them.\n"
        return Response(text, media_type=MediaType.TEXT, status_code=503)
    return Response(index.read_text("utf-8"), media_type=MediaType.HTML, headers={"Cache-Control": "no-cache"})


def _built(name: str) -> Path | None:
    """The built file of this name, if there is one inside the folder of screens."""
    if not name or len(name) > 255 or not name.isprintable():
        return None
    file = (STATIC / name).resolve()
    return file if file.is_relative_to(STATIC) and file.is_file() else None


@get("/api/v1/region/map.pmtiles", guards=[may_ask("region")], include_in_schema=False)
async def region_map(request: Request[Any, Any, Any]) -> Response[bytes]:
    """The region's map tiles, by HTTP range."""
    region = serving(request).desk.region
    if region is None or not region.map_path.is_file():
        raise Problem(404, "region.no_map", "This region has no map; build it again with `goldenhour region build`.")
    size = region.map_path.stat().st_size
    start, end = _range(request.headers.get("range", ""), size)
    with region.map_path.open("rb") as tiles:
        tiles.seek(start)
        body = tiles.read(end - start)
    headers = {
        "Accept-Ranges": "bytes",
        "Content-Range": f"bytes {start}-{end - 1}/{size}",
        "ETag": f'"{region.manifest.hashes.get("map", str(size))[:16]}"',
        "Cache-Control": "private, max-age=3600",
    }
    status = 206 if "range" in request.headers else 200
    return Response(body, media_type="application/vnd.pmtiles", headers=headers, status_code=status)


def _range(header: str, size: int) -> tuple[int, int]:
    """`bytes=a-b` as (a, b + 1), within the file. Raises a 416 problem for anything else."""
    if not header:
        return 0, size
    asked = _ONE_RANGE.fullmatch(header)
    if asked is None:
        raise Problem(416, "web.range", "Ask for one range, as in bytes=0-16383.")
    start, end = int(asked[1]), min(int(asked[2]) + 1, size) if asked[2] else size
    if start >= end:
        raise Problem(416, "web.range", f"The file has {size} bytes.")
    return start, end
