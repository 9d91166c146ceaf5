"""No compiled caller outlives a change of what it calls, in whatever file that stands."""

import numba
import pytest

from goldenhour.dispatch.policy import screen_unit
from goldenhour.geo.table import spot_seconds
from goldenhour.interop.nemsis.rules.compiled.scan import scan
from goldenhour.kernel import machine_code
from goldenhour.planning.twin.engine import play


def plain(number: int) -> int:
    return number


@pytest.mark.parametrize("kernel", [screen_unit, spot_seconds, scan, play], ids=lambda kernel: kernel.__name__)
def test_every_kernel_is_kept_by_the_sources_of_all(kernel: object) -> None:
    assert vars(kernel._cache._cache_file)["_source_stamp"] == machine_code.SOURCES  # type: ignore[attr-defined]


def test_numba_still_keeps_its_stamp_where_we_put_ours() -> None:
    by_numba = vars(numba.njit(cache=True)(plain)._cache._cache_file)  # noqa: TID251 - what ours is compared with
    ours = vars(machine_code.njit()(plain)._cache._cache_file)
    assert by_numba.keys() == ours.keys()
    assert ours["_source_stamp"] == machine_code.SOURCES != by_numba["_source_stamp"]


def test_the_sources_change_with_a_constant_beside_a_kernel(monkeypatch: pytest.MonkeyPatch) -> None:
    """codes.py compiles nothing, but its numbers are compiled into the kernels beside it."""
    read = machine_code.Path.read_bytes
    changed = {"codes.py": b"# another number\n"}
    monkeypatch.setattr(machine_code.Path, "read_bytes", lambda path: read(path) + changed.get(path.name, b""))
    assert machine_code._sources() != machine_code.SOURCES
