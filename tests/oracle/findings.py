"""Where the engine is known to differ from the oracle, each with the text that the oracle follows.

A difference that these explain is counted under its name; any other fails the run. An entry that
explains nothing any more fails it too: then the engine was mended, and the entry goes.
"""

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Finding:
    name: str
    years: tuple
    field: str  # of YearRules
    engine: object  # the value with which the oracle does as the engine does
    concerns: object  # (submission, profile): whether it can matter there at all
    text: str


def _methods(submission):
    return {part.get("submissionMethod", "registry") for part in submission["measurementSets"]
            if part["category"] == "quality"}


def _several_methods(submission, _profile):
    return len(_methods(submission) - {"administrativeClaims"}) > 1


FINDINGS = (
    Finding("suppressed-twin", (2020, 2021, 2022, 2024), "suppressed_twin_reduces", True, _several_methods,
            "42 CFR 414.1380(b)(1)(vii)(A): 'the measure is excluded'; one that is scored by another "
            "collection type is not. Ambiguous"),
)


def of_year(year):
    return [finding for finding in FINDINGS if year in finding.years]


def as_engine(rules, findings):
    """The rules with the engine's reading of these findings."""
    return replace(rules, **{finding.field: finding.engine for finding in findings})
