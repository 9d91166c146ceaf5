"""The same value makes the same bytes and the same hash, whoever writes them and whatever Python's hash seed."""

import os
import subprocess
import sys
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from goldenhour.kernel.codec import FIRST_HASH, chain_hash, encode

TESTS = Path(__file__).resolve().parent.parent
PRINT_A_LOG = """
import asyncio
from depot.desk_day import an_afternoon
from goldenhour.kernel.codec import encode
from goldenhour.storage.memory import MemoryStore
async def main():
    store = MemoryStore()
    await an_afternoon(store)
    print((await store.head())[1].hex())
    print(*[doc.doc.hex() async for doc in store.all_entities()])
    print(*[row.body.hex() + row.answer.hex() async for row in store.all_commands()])
asyncio.run(main())
print(encode({"b": 1, "a": {"z", "y", "x"}, "c": frozenset("qwertz")}).decode())
"""


class Colour(StrEnum):
    RED = "red"


def test_a_whole_afternoon_is_the_same_to_the_byte_under_any_hash_seed() -> None:
    told = {
        subprocess.run(
            [sys.executable, "-c", PRINT_A_LOG],
            capture_output=True,
            check=True,
            env=os.environ | {"PYTHONHASHSEED": seed, "PYTHONPATH": os.pathsep.join([str(TESTS), *sys.path])},
        ).stdout
        for seed in ("0", "1", "4242")
    }
    assert len(told) == 1
    assert len(told.pop()) > 1000


def test_keys_are_sorted_and_nothing_is_spaced() -> None:
    assert encode({"b": 1, "a": [Colour.RED, None, 1.5, "ü"]}) == '{"a":["red",null,1.5,"ü"],"b":1}'.encode()


@given(st.dictionaries(st.text(), st.integers(), max_size=8), st.randoms(use_true_random=False))
def test_the_order_in_which_a_mapping_was_made_does_not_show(mapping: dict[str, int], chance: object) -> None:
    items = list(mapping.items())
    chance.shuffle(items)  # type: ignore[attr-defined] - Hypothesis gives a random.Random
    assert encode(dict(items)) == encode(mapping)


@given(st.lists(st.binary(max_size=20), min_size=1, max_size=6), st.data())
def test_any_change_to_the_log_changes_the_last_hash(bodies: list[bytes], data: st.DataObject) -> None:
    def head(log: list[bytes]) -> bytes:
        last = FIRST_HASH
        for seq, body in enumerate(log, start=1):
            last = chain_hash(last, seq, body)
        return last

    place = data.draw(st.integers(0, len(bodies) - 1))
    other = data.draw(st.binary(max_size=20))
    changed = [*bodies[:place], other, *bodies[place + 1 :]]
    assert (head(changed) == head(bodies)) == (changed == bodies)
    assert head(bodies[:-1]) != head(bodies)


def test_the_chain_is_what_anybody_can_compute() -> None:
    assert chain_hash(FIRST_HASH, 1, b"{}") == sha256(bytes(32) + b"\x00" * 7 + b"\x01" + b"{}").digest()
