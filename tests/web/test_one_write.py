"""What leaves the server in one write, and what must not be held back."""

import asyncio
import socket
from collections.abc import Callable
from typing import Any

import pytest
import uvicorn
from uvicorn.server import ServerState

from goldenhour.web.listening import Server
from goldenhour.web.one_write import MOST_HELD_BYTES, OneWriteProtocol

Script = list[dict[str, Any] | asyncio.Event]


class Wire(asyncio.Transport):
    """Remembers every write, and whether it was closed after them."""

    def __init__(self) -> None:
        super().__init__()
        self.writes: list[bytes] = []
        self.closed = False

    def write(self, data: Any) -> None:
        assert not self.closed
        self.writes.append(bytes(data))

    def close(self) -> None:
        self.closed = True

    def is_closing(self) -> bool:
        return self.closed

    def get_extra_info(self, name: str, default: Any = None) -> Any:
        return default


def connected(script: Script) -> tuple[OneWriteProtocol, Wire]:
    """A connection to an application that sends these messages, waiting where an event stands."""

    async def application(_: Any, __: Any, send: Callable[[Any], Any]) -> None:
        for step in script:
            await (step.wait() if isinstance(step, asyncio.Event) else send(step))

    config = uvicorn.Config(application, log_config=None, lifespan="off")
    protocol = OneWriteProtocol(config=config, server_state=ServerState(), app_state={})
    wire = Wire()
    protocol.connection_made(wire)
    return protocol, wire


def start(size: int | None) -> dict[str, Any]:
    headers = [] if size is None else [(b"content-length", b"%d" % size)]
    return {"type": "http.response.start", "status": 200, "headers": headers}


def body(data: bytes, *, more: bool = False) -> dict[str, Any]:
    return {"type": "http.response.body", "body": data, "more_body": more}


async def turns() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


async def test_an_answer_leaves_whole_and_the_connection_stays_for_the_next() -> None:
    protocol, wire = connected([start(5), body(b"hello")])
    for count in (1, 2):
        protocol.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
        await turns()
        assert len(wire.writes) == count
        assert wire.writes[-1].endswith(b"content-length: 5\r\n\r\nhello")
        assert not wire.closed


async def test_a_head_alone_is_not_held_back() -> None:
    protocol, wire = connected([start(5), body(b"hello")])
    protocol.data_received(b"HEAD / HTTP/1.1\r\nhost: x\r\n\r\n")
    await turns()
    assert [write.endswith(b"\r\n\r\n") for write in wire.writes] == [True]


async def test_what_a_stream_sends_leaves_with_its_turn() -> None:
    more = asyncio.Event()
    protocol, wire = connected([start(None), body(b"first", more=True), more, body(b"second", more=True), body(b"")])
    protocol.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    await turns()
    assert len(wire.writes) == 1
    assert b"first" in wire.writes[0]
    more.set()
    await turns()
    assert wire.writes[1:] == [b"6\r\nsecond\r\n0\r\n\r\n"]


async def test_much_is_handed_on_at_once_so_that_a_slow_reader_is_noticed() -> None:
    much = bytes(MOST_HELD_BYTES)
    protocol, wire = connected([start(3 * len(much)), *(body(much, more=True) for _ in range(3)), body(b"")])
    protocol.data_received(b"GET / HTTP/1.1\r\nhost: x\r\n\r\n")
    await turns()
    assert len(b"".join(wire.writes)) > 3 * len(much)
    assert max(map(len, wire.writes)) <= 2 * len(much), "one piece more than is held"


@pytest.mark.parametrize("request_line", [b"GET / HTTP/1.0\r\n\r\n", b"GET / HTTP/1.1\r\nconnection: close\r\n\r\n"])
async def test_a_last_answer_leaves_before_the_connection_closes(request_line: bytes) -> None:
    protocol, wire = connected([start(5), body(b"hello")])
    protocol.data_received(request_line)
    await turns()
    assert b"".join(wire.writes).endswith(b"hello")
    assert wire.closed


async def test_nonsense_is_told_so_before_the_connection_closes() -> None:
    protocol, wire = connected([])
    protocol.data_received(b"\x16\x03\x01 no HTTP at all\r\n\r\n")
    assert wire.writes[0].startswith(b"HTTP/1.1 400 ")
    assert wire.closed


async def test_the_server_tells_its_address_once_it_listens_and_answers_there() -> None:
    async def application(_: Any, __: Any, send: Callable[[Any], Any]) -> None:
        await send(start(5))
        await send(body(b"hello"))

    listening: asyncio.Future[str] = asyncio.get_running_loop().create_future()
    server = Server(application, host="127.0.0.1", port=0, ready=listening.set_result)
    serving = asyncio.create_task(server.serve(sockets=None))
    address = await asyncio.wait_for(listening, 10)
    host, port = address.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), family=socket.AF_INET)
    writer.write(b"GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
    answer = await asyncio.wait_for(reader.read(), 10)
    assert answer.startswith(b"HTTP/1.1 200 OK\r\n")
    assert answer.endswith(b"\r\n\r\nhello")
    assert b"server:" not in answer
    writer.close()
    server.should_exit = True
    await serving
