"""The application: routes, guards, limits and headers, put together for one desk."""

import structlog
from litestar import Litestar
from litestar.config.compression import CompressionConfig
from litestar.datastructures import State
from litestar.openapi import OpenAPIConfig
from litestar.openapi.plugins import JsonRenderPlugin
from litestar.types import Message, Scope

import goldenhour
from goldenhour.chain.registry import REGISTRY
from goldenhour.web.commands import SMALL, command_route, doors
from goldenhour.web.errors import HANDLERS
from goldenhour.web.files import ENCODED_SECURITY_HEADERS, region_map, screens
from goldenhour.web.live import live, views
from goldenhour.web.planning import PLANNING
from goldenhour.web.queries import QUERIES
from goldenhour.web.reading import Reader
from goldenhour.web.records import RECORDS
from goldenhour.web.serving import Serving
from goldenhour.web.session import Sessions
from goldenhour.web.shortcut import Shortcut

MOST_BODY_BYTES = 1_000_000
"""A command is small; the largest is a charted attachment's page."""

log = structlog.get_logger()


async def _with_security_headers(message: Message, _: Scope) -> None:
    """Every answer carries them, also one that no route gave."""
    if message["type"] == "http.response.start":
        message["headers"] = [*message["headers"], *ENCODED_SECURITY_HEADERS]


def application(here: Serving) -> Litestar:
    """The ASGI application for this desk. The caller starts and stops the desk."""
    commands = doors(REGISTRY)
    return Shortcut(
        commands,
        route_handlers=[
            *map(command_route, commands),
            *QUERIES,
            *RECORDS,
            *PLANNING,
            live,
            views,
            Sessions,
            region_map,
            screens,
        ],
        request_class=Reader,
        state=State({"serving": here}),
        exception_handlers=HANDLERS,
        compression_config=CompressionConfig(
            backend="gzip",
            gzip_compress_level=4,
            exclude=["/api/v1/live", "/api/v1/region/map"],
            exclude_opt_key=SMALL,
        ),
        request_max_body_size=MOST_BODY_BYTES,
        before_send=[_with_security_headers],
        openapi_config=OpenAPIConfig(
            title="Golden Hour",
            version=goldenhour.__version__,
            path="/api/v1/schema",
            render_plugins=[JsonRenderPlugin(path="/openapi.json")],
        ),
        debug=False,
        logging_config=None,
    )
