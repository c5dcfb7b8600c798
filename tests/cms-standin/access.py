"""Whose a token is and what may be done with it.

The file: {"tokens": [{"token": "...", "organization": "...", "kind": "registry", "vendor": "6169123",
"environments": ["preview"], "expires": "2027-01-31T00:00:00-05:00", "tins": ["000456789"]}]}. Everything
after `kind` is optional; `tins` is a practice's. Immutable, so thread-safe.
"""

import hmac
import json

import clocks
import problems

ENVIRONMENTS = ("preview", "production")


class Kind:
    def __init__(self, submitter_type, methods, makes_submissions, sees_all_of_its_tins):
        self.submitter_type = submitter_type
        self.methods = methods
        self.makes_submissions = makes_submissions
        self.sees_all_of_its_tins = sees_all_of_its_tins


KINDS = {
    "registry": Kind("organization", ("registry", "electronicHealthRecord"), False, False),
    "ehr": Kind("organization", ("electronicHealthRecord",), False, False),
    "practice": Kind("securityOfficial", ("registry", "electronicHealthRecord"), True, True),
}


class Token:
    def __init__(self, entry):
        self.secret = entry["token"]
        self.organization = entry["organization"]
        self.kind = KINDS[entry["kind"]]
        self.vendor = entry.get("vendor")
        self.environments = tuple(entry.get("environments", ENVIRONMENTS))
        self.expires = clocks.instant(entry["expires"]) if "expires" in entry else None
        self.tins = frozenset(entry.get("tins", ()))

    @property
    def submitter(self):
        return self.organization, self.kind.submitter_type

    def sees_all(self, submission):
        return self.kind.sees_all_of_its_tins and submission["taxpayerIdentificationNumber"] in self.tins


class Tokens:
    """ValueError, KeyError or OSError when the file is not as it should be."""

    def __init__(self, path, environment):
        with open(path, encoding="utf-8") as file:
            self._tokens = [Token(entry) for entry in json.load(file)["tokens"]]
        self._environment = environment
        wrong = {name for token in self._tokens for name in token.environments} - set(ENVIRONMENTS)
        if wrong:
            raise ValueError(f"there are no environments {sorted(wrong)}")

    def of(self, header, now):
        """Whose the `Authorization` header is; Problem 401 when it is nobody's."""
        scheme, _, secret = (header or "").partition(" ")
        if scheme.lower() != "bearer" or not secret.strip():
            raise problems.unauthorized("a bearer token is needed")
        sent = secret.strip().encode()
        for token in self._tokens:
            if hmac.compare_digest(token.secret.encode(), sent) \
                    and self._environment in token.environments \
                    and (token.expires is None or now < token.expires):
                return token
        raise problems.unauthorized("the token is not valid here")
