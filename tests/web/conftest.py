"""What the tests of the HTTP face share."""

from collections.abc import AsyncIterator

import pytest

from web.office import Office, an_office


@pytest.fixture
async def office() -> AsyncIterator[Office]:
    async with an_office() as one:
        yield one
