"""What identifies a patient is left out of everything that is redacted, however deep it lies."""

from typing import Any

import msgspec
import pytest

from depot.examples import SECRET, example
from goldenhour.chain.registry import REGISTRY
from goldenhour.kernel.codec import encode
from goldenhour.kernel.privacy import Phi, phi_fields, redacted


class Person(msgspec.Struct, frozen=True, kw_only=True):
    name: Phi[str]
    age: int


class Chart(msgspec.Struct, frozen=True, kw_only=True):
    unit: str
    patient: Person
    others: tuple[Person, ...]
    by_role: dict[str, Person]
    words: dict[str, Phi[str]]
    maybe: Phi[str] | None = None


def test_marks_are_found_in_every_position() -> None:
    assert phi_fields(Person) == {"name"}
    assert phi_fields(Chart) == {"words", "maybe"}


def test_nothing_marked_survives_at_any_depth() -> None:
    jane = Person(name="Jane", age=70)
    chart = Chart(unit="m1", patient=jane, others=(jane,), by_role={"son": jane}, words={"a": "Jane"}, maybe="Jane")
    assert redacted(chart) == {
        "unit": "m1",
        "patient": {"age": 70},
        "others": [{"age": 70}],
        "by_role": {"son": {"age": 70}},
    }


SHAPES = [*REGISTRY.facts.values(), *REGISTRY.decisions, *(entity.shape for entity in REGISTRY.entities.values())]


@pytest.mark.parametrize("shape", SHAPES, ids=lambda shape: shape.__name__)
def test_no_patient_can_be_read_from_a_redacted_fact_command_or_entity(shape: Any) -> None:
    full = example(shape)
    assert SECRET.encode() not in encode(redacted(full))
    if phi_fields(shape):
        assert SECRET.encode() in encode(full), "the example shows nothing to hide"
