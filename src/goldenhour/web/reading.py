"""How a body is read: straight into its struct, and told plainly where it cannot be."""

import re
from typing import Any, Final

import msgspec
from litestar import Request

from goldenhour.web.errors import Problem

_PLACE: Final = re.compile(r" - at `\$\.?(?P<where>[^`]*)`$")


class Reader(Request[Any, Any, Any]):
    """A request whose JSON is read by msgspec; anything that is not JSON of the right shape is a 422 problem."""

    decoder: msgspec.json.Decoder[Any] = msgspec.json.Decoder()

    async def json(self) -> Any:
        body = await self.body()
        try:
            return self.decoder.decode(body)
        except msgspec.ValidationError as wrong:
            found = _PLACE.search(str(wrong))
            text = _PLACE.sub("", str(wrong))
            where = found["where"] if found else ""
            raise Problem(422, "web.invalid", f"That cannot be read: {text}", where) from None
        except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as wrong:
            raise Problem(422, "web.not_json", f"That is not JSON that can be read: {wrong}") from None


def reader_of(shape: type[msgspec.Struct]) -> type[Reader]:
    """The request class of a route that takes this shape."""
    return type(f"ReaderOf{shape.__name__}", (Reader,), {"decoder": msgspec.json.Decoder(shape)})
