"""What a measurement set must be, beside the values of its measurements."""

import datetime
import re

import values

MIPS = "mips"
_CATEGORIES = ("quality", "ia", "pi", "aci")
_ADVANCING_CARE_TO_YEAR = 2018  # pi was called aci
_METHODS = ("registry", "electronicHealthRecord")
_PATHWAY = re.compile(r"[GM]\d{4}")
_PATHWAYS_FROM_YEAR, _APP_FROM_YEAR, _APP_PLUS_FROM_YEAR = 2023, 2021, 2025
_PRIMARY_CARE_FIRST_YEARS = range(2021, 2026)
_FULL_YEAR_FROM = 2018  # quality; before, any 90 days would do
# Certified technology's ids: 15 characters with 15C, or of the editions named by year.
_CEHRT_ID = re.compile(r"[0-9A-Z]{2}15C[0-9A-Z]{10}|20\d\dC[0-9A-Z]{5,15}")
_CEHRT_FROM_YEAR = 2019
_READ_ONLY = ("id", "createdAt", "updatedAt", "submitterId", "submitterType", "measureSet", "suppressed",
              "source")
FIELDS = ("category", "submissionMethod", "programName", "cehrtId", "practiceDetails", "performanceStart",
          "performanceEnd", "measurements")
_IN_A_MEASUREMENT = ("measureId", "value")
_READ_ONLY_IN_A_MEASUREMENT = ("id", "measurementSetId", "performanceStart", "performanceEnd")
MEASUREMENTS_MAX = 500


class Rules:
    """`periods` and `empty_sets` say whether rules that CMS may not check here are held."""

    def __init__(self, tables, periods=True, empty_sets=False):
        self.tables = tables
        self.periods = periods
        self.empty_sets = empty_sets

    def check(self, content, year, entity_type, token, prefix, details):
        """`content` has FIELDS; `prefix` is where it stands in the document, with its point."""
        for name in ("category", "submissionMethod", "performanceStart", "performanceEnd"):
            if content[name] is None:
                details.missing(prefix[:-1], name)
        known = self._category(content, year, entity_type, prefix, details)
        self._method(content, token, prefix, details)
        self._program(content, year, entity_type, prefix, details)
        self._period(content, year, prefix, details)
        if known:
            self._technology(content, year, prefix, details)
            self._measurements(content, year, token, prefix, details)

    def _category(self, content, year, entity_type, prefix, details):
        """Whether it is one of the year's."""
        category = content["category"]
        allowed = _CATEGORIES if year <= _ADVANCING_CARE_TO_YEAR else _CATEGORIES[:3]
        if category not in allowed:
            if category is not None:
                details.add(f"{prefix}category", category, f"one of {', '.join(allowed)} is wanted")
            return False
        if category == "pi" and entity_type == "apm":
            details.add(f"{prefix}category", category, "pi is not taken of an APM entity")
        return True

    def _method(self, content, token, prefix, details):
        method = content["submissionMethod"]
        if method is None:
            return
        if method not in _METHODS:
            details.add(f"{prefix}submissionMethod", method, f"one of {', '.join(_METHODS)} is wanted")
        elif method not in token.kind.methods:
            details.add(f"{prefix}submissionMethod", method, "not a method of this submitter")

    def _program(self, content, year, entity_type, prefix, details):
        program, path = content["programName"], f"{prefix}programName"
        wrong = None
        if not isinstance(program, str):
            wrong = "a text is wanted"
        elif program == MIPS:
            wrong = "a subgroup reports an MVP" if entity_type == "subgroup" else None
        elif program in ("app1", "appPlus"):
            first = _APP_FROM_YEAR if program == "app1" else _APP_PLUS_FROM_YEAR
            if year < first or entity_type not in ("apm", "group", "individual"):
                wrong = f"not of a {entity_type} in {year}"
        elif program.lower() == "pcf":
            if year not in _PRIMARY_CARE_FIRST_YEARS or entity_type != "apm":
                wrong = f"not of a {entity_type} in {year}"
        elif not _PATHWAY.fullmatch(program):
            wrong = "no such program"
        elif year < _PATHWAYS_FROM_YEAR:
            wrong = f"there are no MVPs in {year}"
        if wrong:
            details.add(path, program, wrong)
        if content["practiceDetails"] is not None and str(program).lower() != "pcf":
            details.add(f"{prefix}practiceDetails", None, "only of the program pcf")

    def _period(self, content, year, prefix, details):
        dates = {}
        for name in ("performanceStart", "performanceEnd"):
            if content[name] is None:
                continue
            try:
                if not re.fullmatch(r"\d{4}-\d\d-\d\d", content[name], re.ASCII):
                    raise ValueError
                dates[name] = datetime.date.fromisoformat(content[name])
            except (TypeError, ValueError):
                details.add(f"{prefix}{name}", content[name], "a date as 2022-12-31 is wanted")
        if len(dates) != 2:
            return
        start, end = dates["performanceStart"], dates["performanceEnd"]
        path = f"{prefix}performanceEnd"
        if end < start:
            details.add(path, content["performanceEnd"], "before performanceStart")
        elif start.year != year or end.year != year:
            details.add(path, content["performanceEnd"], f"the period is not within {year}")
        elif self.periods:
            self._length(content["category"], year, start, end, path, details)

    def _length(self, category, year, start, end, path, details):
        days = (end - start).days + 1
        if category == "quality" and year >= _FULL_YEAR_FROM:
            if (start.month, start.day, end.month, end.day) != (1, 1, 12, 31):
                details.add(path, end.isoformat(), "quality is of the whole year")
            return
        least = 90 if category == "quality" else \
            self.tables.least_days(year, category) if category in _CATEGORIES else 1
        if days < least:
            details.add(path, end.isoformat(), f"{days} days, at least {least} are wanted")

    def _technology(self, content, year, prefix, details):
        if content["category"] not in ("pi", "aci") or year < _CEHRT_FROM_YEAR:
            return
        identifier = content["cehrtId"]
        if identifier is None:
            details.missing(prefix[:-1], "cehrtId")
        elif not isinstance(identifier, str) or not _CEHRT_ID.fullmatch(identifier):
            details.add(f"{prefix}cehrtId", identifier, "no id of certified technology")

    def _measurements(self, content, year, token, prefix, details):
        measurements, path = content["measurements"], f"{prefix}measurements"
        if not isinstance(measurements, list) or len(measurements) > MEASUREMENTS_MAX:
            details.add(path, None, f"a list of at most {MEASUREMENTS_MAX} is wanted")
            return
        if not measurements and not self.empty_sets:
            details.add(path, measurements, "a set without measurements")
        sent = {}
        for at, measurement in enumerate(measurements):
            where = f"{path}[{at}]"
            if not isinstance(measurement, dict):
                details.add(where, measurement, "a measurement is an object")
                continue
            self._unknown_fields(measurement, where, details)
            identifier = measurement.get("measureId")
            if identifier is None:
                details.missing(where, "measureId")
            elif not isinstance(identifier, str):
                details.add(f"{where}.measureId", identifier, "a text is wanted")
            elif identifier in sent:
                details.add(f"{where}.measureId", identifier, "the measure is there twice")
            else:
                sent[identifier] = where
                self._measurement(measurement, content, year, token, where, details)
        self._together(sent, content["category"], year, details)

    @staticmethod
    def _unknown_fields(measurement, where, details):
        for name in measurement:
            if name not in _IN_A_MEASUREMENT + _READ_ONLY_IN_A_MEASUREMENT:
                details.add(f"{where}.{name}", measurement[name], f"{name} is not a field here")

    def _measurement(self, measurement, content, year, token, where, details):
        identifier, method = measurement["measureId"], content["submissionMethod"]
        known = self.tables.measures(year, content["category"])
        if known is None:
            return
        path = f"{where}.measureId"
        measure = known.get(identifier)
        if measure is None:
            details.add(path, identifier, f"{identifier} is no measure of {content['category']} in {year}")
            return
        if measure.methods is not None and method in _METHODS and method not in measure.methods:
            details.add(path, identifier, f"{identifier} is not submitted by {method}")
        if measure.vendors is not None and token.vendor not in measure.vendors:
            details.add(path, identifier, f"the submitter may not send {identifier}")
        self._of_the_program(identifier, measure, content["programName"], year, path, details)
        if "value" not in measurement:
            details.missing(where, "value")
        else:
            values.check(measurement["value"], f"{where}.value", measure, method, details)

    def _of_the_program(self, identifier, measure, program, year, path, details):
        if measure.category not in ("quality", "ia") or not isinstance(program, str):
            return
        offered = self.tables.pathway(year, program)
        if (program == MIPS and measure.pathways_only) or (offered is not None
                                                           and identifier not in offered):
            details.add(path, identifier, f"measure {identifier} is not of the program {program}")

    def _together(self, sent, category, year, details):
        """Exclusions with what they exclude, and what takes the place of another."""
        known = self.tables.measures(year, category) or {}
        for identifier, where in sent.items():
            measure = known.get(identifier)
            if measure is None:
                continue
            for other in measure.excludes:
                if other in sent:
                    details.add(f"{where}.measureId", identifier,
                                f"the exclusion {identifier} and {other} cannot both be sent")
            for other in measure.substitutes:
                if other in sent and identifier < other:
                    details.add(f"{where}.measureId", identifier,
                                f"{identifier} and {other} take each other's place: send one of them")


def content_of(body, prefix, details, others=()):
    """FIELDS of a request's body; other fields than those of the API's tables are faults of the request."""
    for name in body:
        if name not in FIELDS + _READ_ONLY and name not in others:
            details.add(f"{prefix}{name}", None, f"{name} is not a field here")
    content = {name: body.get(name) for name in FIELDS}
    if content["programName"] is None:
        content["programName"] = MIPS
    if content["measurements"] is None:
        content["measurements"] = []
    return content
