"""The agency's own data becomes a valid DEM document."""

from datetime import date
from uuid import UUID

from lxml import etree

from goldenhour.interop.nemsis.demographics import (
    Agency,
    Configuration,
    Contact,
    Device,
    Facility,
    FacilityKind,
    Licensure,
    Medications,
    Person,
    Procedures,
    ServiceArea,
    Station,
    Vehicle,
    demographics,
)
from goldenhour.interop.nemsis.document.read_xml import read_document
from goldenhour.interop.nemsis.document.write_xml import write_document
from goldenhour.interop.nemsis.national import national
from goldenhour.kernel.instants import from_iso

NOW = from_iso("2026-03-14T15:09:26-05:00")
SOFTWARE = ("Golden Hour", "Golden Hour", "0.1.0")


def uuid(number: int) -> str:
    return str(UUID(int=number, version=4))


def meridian() -> Agency:
    return Agency(
        state_id="M1",
        number="M-100",
        name="Meridian County EMS",
        state="09",
        areas=(ServiceArea(uuid=uuid(1), state="09", counties=("09001",), zip_codes=("06810",)),),
        service="9920001",
        level="9917003",
        status="1016003",
        organization="9912001",
        tax_status="1018001",
        contacts=(Contact(uuid=uuid(2), kind="1101005", last_name="Reyes", phones=("203-555-0100",)),),
        configurations=(
            Configuration(
                uuid=uuid(3),
                state="09",
                procedures=(Procedures(uuid=uuid(4), level="9917003", codes=("392230005",)),),
                medications=(Medications(uuid=uuid(5), level="9917003", codes=("1191",)),),
                protocols=("9914001",),
                emd_provided="1213001",
                call_signs=("Medic 1",),
            ),
        ),
        stations=(Station(uuid=uuid(6), name="Station 1", lat_lon="41.393,-73.455"),),
        vehicles=(Vehicle(uuid=uuid(7), number="M1", call_sign="Medic 1", model_year=2024),),
        people=(
            Person(
                uuid=uuid(8),
                last_name="Okafor",
                first_name="Ada",
                birth_date=date(1990, 5, 4),
                licensures=(Licensure(uuid=uuid(9), state="09", number="P123", level="9925007"),),
            ),
        ),
        devices=(Device(uuid=uuid(10), serial_number="SN-1", kinds=("1603005",), bought=date(2024, 1, 2)),),
        facilities=(
            FacilityKind(
                uuid=uuid(11),
                kind="1701005",
                facilities=(Facility(uuid=uuid(12), name="Meridian General", code="H1", designations=("9908023",)),),
            ),
        ),
        more={"dAgency.23": "1027001"},
        zone="America/New_York",
    )


def test_an_agency_becomes_a_valid_document(
    schemas: dict[str, etree.XMLSchema], national_schemas: dict[str, etree.XMLSchema]
) -> None:
    document = demographics(meridian(), at=NOW, software=SOFTWARE)
    xml = write_document(document)
    schemas["DEMDataSet"].assertValid(etree.fromstring(xml))
    national_schemas["DEMDataSet"].assertValid(etree.fromstring(write_document(national(document))))
    assert read_document(xml) == document


def test_what_it_says_is_what_the_agency_is() -> None:
    (report,) = demographics(meridian(), at=NOW, software=SOFTWARE).tree["DemographicReport"]
    assert report["a"] == {"timeStamp": "2026-03-14T16:09:26-04:00"}
    assert report["dAgency"]["dAgency.03"] == "Meridian County EMS"
    assert report["dAgency"]["dAgency.23"] == "1027001"
    (person,) = report["dPersonnel"]["dPersonnel.PersonnelGroup"]
    assert person["a"] == {"UUID": uuid(8)}
    assert person["dPersonnel.NameGroup"]["dPersonnel.01"] == "Okafor"
    assert person["dPersonnel.11"] == "1990-05-04"
    assert person["dPersonnel.31"] == {"nil": True, "nv": "7701003"}
    assert report["dAgency"]["dAgency.AgencyServiceGroup"][0]["dAgency.08"] == ["06810"]
