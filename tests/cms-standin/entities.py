"""Whom a submission is of: entity type, year and the ids that each type has."""

import re

import values

TYPES = ("individual", "group", "virtualGroup", "apm", "subgroup")
WITH_TIN = ("individual", "group")
FIELDS = ("entityType", "entityId", "taxpayerIdentificationNumber", "nationalProviderIdentifier",
          "performanceYear")
_ENTITY_IDS = {"subgroup": r"SG-\d{8}", "virtualGroup": r"[A-Za-z0-9-]{1,30}", "apm": r"[A-Za-z0-9-]{1,30}"}
SUBGROUPS_FROM_YEAR = 2023


def npi_check_digit(nine_digits):
    """Of nine digits, ISO/IEC 7812 behind the prefix 80840."""
    total = 24
    for at, digit in enumerate(reversed(nine_digits)):
        doubled = int(digit) * (2 if at % 2 == 0 else 1)
        total += doubled - 9 if doubled > 9 else doubled
    return str(-total % 10)


def _is_npi(text, environment):
    if not re.fullmatch(r"\d{10}", text, re.ASCII):
        return False
    # Preview's made-up numbers begin with 0, and CMS's own examples of them have no right check digit.
    if environment == "preview" and text[0] == "0":
        return True
    return text[0] in "12" and npi_check_digit(text[:9]) == text[9]


def _check_tin(entity, environment, prefix, details):
    tin = entity["taxpayerIdentificationNumber"]
    path = f"{prefix}taxpayerIdentificationNumber"
    if tin is None:
        details.missing(prefix[:-1], "taxpayerIdentificationNumber")
    elif not isinstance(tin, str) or not re.fullmatch(r"\d{9}", tin, re.ASCII):
        details.add(path, tin, "nine digits are wanted")
    elif environment == "preview" and not tin.startswith("000"):
        details.add(path, tin, "the developer preview takes no real numbers, only those from 000")


def _check_year(entity, tables, prefix, details):
    year = entity["performanceYear"]
    if year is None:
        details.missing(prefix[:-1], "performanceYear")
    elif not values.is_integer(year) or year not in tables.years:
        details.add(f"{prefix}performanceYear", year, "no data are taken of this year")


def _check_ids(entity, environment, prefix, details):
    kind = entity["entityType"]
    npi, identifier = entity["nationalProviderIdentifier"], entity["entityId"]
    if kind in WITH_TIN:
        _check_tin(entity, environment, prefix, details)
        if identifier is not None:
            details.add(f"{prefix}entityId", identifier, f"not of entityType {kind}")
    else:
        if entity["taxpayerIdentificationNumber"] is not None:
            details.add(f"{prefix}taxpayerIdentificationNumber",
                        entity["taxpayerIdentificationNumber"], f"not of entityType {kind}")
        if identifier is None:
            details.missing(prefix[:-1], "entityId")
        elif not isinstance(identifier, str) or not re.fullmatch(_ENTITY_IDS[kind], identifier):
            details.add(f"{prefix}entityId", identifier, f"no id of entityType {kind}")
    if kind != "individual":
        if npi is not None:
            details.add(f"{prefix}nationalProviderIdentifier", npi, f"not of entityType {kind}")
    elif npi is None:
        details.missing(prefix[:-1], "nationalProviderIdentifier")
    elif not isinstance(npi, str) or not _is_npi(npi, environment):
        details.add(f"{prefix}nationalProviderIdentifier", npi, "no valid NPI")


def read(body, environment, tables, prefix, details):
    """The entity of a submission's fields, every field there; `details` says whether it may be used."""
    entity = {name: body.get(name) for name in FIELDS}
    kind = entity["entityType"]
    _check_year(entity, tables, prefix, details)
    if kind is None:
        details.missing(prefix[:-1], "entityType")
    elif kind not in TYPES:
        details.add(f"{prefix}entityType", kind, f"one of {', '.join(TYPES)} is wanted")
    else:
        _check_ids(entity, environment, prefix, details)
        year = entity["performanceYear"]
        if kind == "subgroup" and values.is_integer(year) and year < SUBGROUPS_FROM_YEAR:
            details.add(f"{prefix}entityType", kind, "there are no subgroups in this year")
    return entity
