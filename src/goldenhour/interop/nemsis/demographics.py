"""The agency's own data as a NEMSIS DEM document: who it is, its people, vehicles, places, devices, facilities.

The structs below are what the caller fills from our own entities. Each field says which element it becomes; codes
are NEMSIS codes; what has no field of its own goes into `more`, by element number. UUIDs are versions 1 to 5 and
stay the same for ever (RFC 4122; version 7 fails the schema).
"""

from datetime import date
from typing import Annotated, Any, get_args, get_origin, get_type_hints

import msgspec

from goldenhour.care.record.fill import filled
from goldenhour.care.record.tree import Document, Scope, Tree, Value, scope, set_element, set_repeats
from goldenhour.kernel.instants import Instant, as_iso

Text = str | None
Texts = tuple[str, ...]


class Entity(msgspec.Struct, frozen=True, kw_only=True):
    """What becomes one group: its lasting UUID, and elements that have no field, by number."""

    uuid: str
    more: dict[str, Value] = {}


class ServiceArea(Entity, frozen=True, kw_only=True):
    """A state the agency serves, with the counties, census tracts and ZIP codes there."""

    state: Annotated[str, "dAgency.05"]
    counties: Annotated[Texts, "dAgency.06"]
    census_tracts: Annotated[Texts, "dAgency.07"] = ()
    zip_codes: Annotated[Texts, "dAgency.08"] = ()


class Contact(Entity, frozen=True, kw_only=True):
    """A person to speak to about the agency; the medical director is one."""

    kind: Annotated[Text, "dContact.01"] = None
    last_name: Annotated[Text, "dContact.02"] = None
    first_name: Annotated[Text, "dContact.03"] = None
    address: Annotated[Text, "dContact.05"] = None
    phones: Annotated[Texts, "dContact.10"] = ()
    emails: Annotated[Texts, "dContact.11"] = ()


class Procedures(Entity, frozen=True, kw_only=True):
    """The procedures (SNOMED) that one level may perform."""

    level: Annotated[str, "dConfiguration.06"]
    codes: Annotated[Texts, "dConfiguration.07"]


class Medications(Entity, frozen=True, kw_only=True):
    """The medications (RxNorm) that one level may give."""

    level: Annotated[str, "dConfiguration.08"]
    codes: Annotated[Texts, "dConfiguration.09"]


class Configuration(Entity, frozen=True, kw_only=True):
    """How the agency works in one state."""

    state: Annotated[str, "dConfiguration.01"]
    procedures: Annotated[tuple[Procedures, ...], "dConfiguration.ProcedureGroup"]
    medications: Annotated[tuple[Medications, ...], "dConfiguration.MedicationGroup"]
    protocols: Annotated[Texts, "dConfiguration.10"]
    emd_provided: Annotated[str, "dConfiguration.13"]
    call_signs: Annotated[Texts, "dConfiguration.16"]
    monitoring: Annotated[Texts, "dConfiguration.15"] = ()
    dispatch_centers: Annotated[Texts, "dConfiguration.17"] = ()


class Station(Entity, frozen=True, kw_only=True):
    """A place the agency works from."""

    kind: Annotated[Text, "dLocation.01"] = None
    name: Annotated[Text, "dLocation.02"] = None
    number: Annotated[Text, "dLocation.03"] = None
    lat_lon: Annotated[Text, "dLocation.04"] = None
    address: Annotated[Text, "dLocation.06"] = None
    state: Annotated[Text, "dLocation.08"] = None
    zip_code: Annotated[Text, "dLocation.09"] = None


class Vehicle(Entity, frozen=True, kw_only=True):
    """A vehicle, by the number painted on it."""

    number: Annotated[Text, "dVehicle.01"] = None
    vin: Annotated[Text, "dVehicle.02"] = None
    call_sign: Annotated[Text, "dVehicle.03"] = None
    kind: Annotated[Text, "dVehicle.04"] = None
    model_year: Annotated[int | None, "dVehicle.10"] = None


class Licensure(Entity, frozen=True, kw_only=True):
    """A state's licence of a person."""

    state: Annotated[Text, "dPersonnel.22"] = None
    number: Annotated[Text, "dPersonnel.23"] = None
    level: Annotated[Text, "dPersonnel.24"] = None
    expires: Annotated[date | None, "dPersonnel.27"] = None


class Person(Entity, frozen=True, kw_only=True):
    """Somebody who works for the agency."""

    last_name: Annotated[Text, "dPersonnel.01"] = None
    first_name: Annotated[Text, "dPersonnel.02"] = None
    middle_name: Annotated[Text, "dPersonnel.03"] = None
    birth_date: Annotated[date | None, "dPersonnel.11"] = None
    agency_id: Annotated[Text, "dPersonnel.21"] = None
    licensures: Annotated[tuple[Licensure, ...], "dPersonnel.LicensureGroup"] = ()
    employment: Annotated[Text, "dPersonnel.31"] = None
    hired: Annotated[date | None, "dPersonnel.33"] = None
    job_role: Annotated[Text, "dPersonnel.34"] = None
    sex: Annotated[Text, "dPersonnel.40"] = None


class Device(Entity, frozen=True, kw_only=True):
    """A medical device."""

    serial_number: Annotated[Text, "dDevice.01"] = None
    name: Annotated[Text, "dDevice.02"] = None
    kinds: Annotated[Texts, "dDevice.03"] = ()
    manufacturer: Annotated[Text, "dDevice.04"] = None
    model: Annotated[Text, "dDevice.05"] = None
    bought: Annotated[date | None, "dDevice.06"] = None


class Facility(Entity, frozen=True, kw_only=True):
    """A place patients are taken to or from."""

    name: Annotated[Text, "dFacility.02"] = None
    code: Annotated[Text, "dFacility.03"] = None
    designations: Annotated[Texts, "dFacility.04"] = ()
    address: Annotated[Text, "dFacility.07"] = None
    state: Annotated[Text, "dFacility.09"] = None
    zip_code: Annotated[Text, "dFacility.10"] = None
    lat_lon: Annotated[Text, "dFacility.13"] = None


class FacilityKind(Entity, frozen=True, kw_only=True):
    """All facilities of one kind (hospital, clinic, …)."""

    kind: Annotated[Text, "dFacility.01"] = None
    facilities: Annotated[tuple[Facility, ...], "dFacility.FacilityGroup"] = ()


class Agency(msgspec.Struct, frozen=True, kw_only=True):
    """The agency and everything it has; `zone` is the IANA name its times are told in."""

    state_id: Annotated[str, "dAgency.01"]
    number: Annotated[str, "dAgency.02"]
    name: Annotated[Text, "dAgency.03"] = None
    state: Annotated[str, "dAgency.04"]
    areas: Annotated[tuple[ServiceArea, ...], "dAgency.AgencyServiceGroup"]
    service: Annotated[str, "dAgency.09"]
    other_services: Annotated[Texts, "dAgency.10"] = ()
    level: Annotated[str, "dAgency.11"]
    status: Annotated[str, "dAgency.12"]
    organization: Annotated[str, "dAgency.13"]
    tax_status: Annotated[str, "dAgency.14"]
    npi: Annotated[Texts, "dAgency.25"] = ()
    fire_department_ids: Annotated[Texts, "dAgency.26"] = ()
    contacts: Annotated[tuple[Contact, ...], "dContact.ContactInfoGroup"] = ()
    configurations: Annotated[tuple[Configuration, ...], "dConfiguration.ConfigurationGroup"]
    stations: Annotated[tuple[Station, ...], "dLocation.LocationGroup"] = ()
    vehicles: Annotated[tuple[Vehicle, ...], "dVehicle.VehicleGroup"] = ()
    people: Annotated[tuple[Person, ...], "dPersonnel.PersonnelGroup"] = ()
    devices: Annotated[tuple[Device, ...], "dDevice.DeviceGroup"] = ()
    facilities: Annotated[tuple[FacilityKind, ...], "dFacilityGroup"] = ()
    more: dict[str, Value] = {}
    zone: str = "UTC"


def demographics(agency: Agency, *, at: Instant, software: tuple[str, str, str]) -> Document:
    """The DEM document of an agency as it is `at`, blanks filled for export; `software` is creator, name, version."""
    of = scope("DemographicReport", data_set="DEMDataSet")
    tree: Tree = _grouped(agency, "DemographicReport")
    for number, text in zip(("dRecord.01", "dRecord.02", "dRecord.03"), software, strict=True):
        tree = set_element(tree, number, text, of=of)
    tree = {"a": {"timeStamp": as_iso(at, agency.zone)}, **tree}
    return Document(data_set="DEMDataSet", tree={"DemographicReport": [filled(tree, of=of)]})


def _grouped(entity: Any, group: str) -> Tree:
    """One struct as the tree of its group."""
    of = scope(group, data_set="DEMDataSet")
    tree: Tree = {}
    for field, place in _places(type(entity)).items():
        value = getattr(entity, field)
        if isinstance(value, tuple) and value and isinstance(value[0], Entity):
            tree = _with_repeats(tree, place, [_grouped(each, place) for each in value], of)
        elif value is not None and value != ():
            tree = set_element(tree, place, _lexical(value), of=of)
    for number, more in entity.more.items():
        tree = set_element(tree, number, more, of=of)
    return {"a": {"UUID": entity.uuid}, **tree} if isinstance(entity, Entity) else tree


def _with_repeats(tree: Tree, place: str, repeats: list[Tree], of: Scope) -> Tree:
    return set_repeats(tree, place, lambda _: repeats, of=of)


def _places(struct: type) -> dict[str, str]:
    """Field -> the element or group it becomes."""
    hints = get_type_hints(struct, include_extras=True)
    return {field: get_args(hint)[1] for field, hint in hints.items() if get_origin(hint) is Annotated}


def _lexical(value: Any) -> Value:
    if isinstance(value, tuple):
        return [str(each) for each in value]
    return value.isoformat() if isinstance(value, date) else str(value)
