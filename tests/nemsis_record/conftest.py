"""The official schemas, compiled once, and every official document."""

from pathlib import Path

import pytest
from lxml import etree


@pytest.fixture(scope="session")
def official(shared: Path) -> Path:
    """The folder of official NEMSIS material."""
    return shared / "nemsis"


@pytest.fixture(scope="session")
def schemas(official: Path) -> dict[str, etree.XMLSchema]:
    """The full XSDs by data set."""
    return {name: _schema(official / "xsd" / "full", name) for name in ("EMSDataSet", "DEMDataSet", "StateDataSet")}


@pytest.fixture(scope="session")
def national_schemas(official: Path) -> dict[str, etree.XMLSchema]:
    """The national XSDs by data set."""
    return {name: _schema(official / "xsd" / "national", name) for name in ("EMSDataSet", "DEMDataSet")}


@pytest.fixture(scope="session")
def official_documents(official: Path) -> list[Path]:
    """Every official NEMSIS document: samples, expected-result cases, pre-test, also those that must fail."""
    folders = ("samples/valid", "pretest/full", "pretest/national", "pretest/fail")
    found = [path for folder in folders for path in sorted((official / folder).rglob("*.xml"))]
    found += sorted((official / "samples/schematron").glob("*/xml/*.xml"))
    assert len(found) >= 300
    return found


def _schema(folder: Path, name: str) -> etree.XMLSchema:
    return etree.XMLSchema(etree.parse(str(folder / f"{name}_v3.xsd")))
