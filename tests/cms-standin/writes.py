"""What is changed through the API. A whole write is one transaction.

PUT replaces a set; PATCH replaces the fields that are sent, and of measurements those that are sent, and
adds new ones. After either the whole set is held to the rules.
"""

import entities
import messages
import problems
import queries
import set_rules


class Writes:
    def __init__(self, api):
        self._api = api
        self._store = api.store
        self._reads = queries.Queries(api)

    def _check_may_write(self, entity):
        """Window and election, both only where somebody told the stand-in of them."""
        now = self._api.clock.now()
        window = self._api.settings.windows.get(entity["performanceYear"])
        if window is not None and not window[0] <= now <= window[1]:
            raise problems.unauthorized("data of this year are not taken now")
        told = self._store.told(entity)
        details = problems.Details()
        if told.get("election") == "required":
            details.add("submission", None, "an opt-in election comes before data")
        if details:
            raise self._api.invalid("MeasurementSet", details)

    def _check_set(self, content, entity, token, details):
        self._api.rules.check(content, entity["performanceYear"], entity["entityType"], token, "", details)
        self._api.check_registered(entity, content["programName"], "", details)
        if details:
            raise self._api.invalid("MeasurementSet", details)

    def _check_duplicate(self, submission, content, token, but=None):
        if self._store.same_set(submission["id"], content, token.submitter, but) is None:
            return
        name = "/".join((content["category"], content["submissionMethod"], *token.submitter))
        raise problems.Problem(
            self._api.settings.duplicate_status, "DuplicateEntryError",
            f"Category/SubmissionMethod/SubmitterId/SubmitterType {name} already exists for this "
            "taxpayerIdentificationNumber/nationalProviderIdentifier/performanceYear",
            {"submissionId": submission["id"]})

    # Submissions

    def post_submission(self, token, _request, body):
        if not token.kind.makes_submissions:
            raise problems.unauthorized("this user cannot make submissions; make measurement sets")
        details = problems.Details()
        entity = entities.read(body, self._api.settings.environment, self._api.rules.tables, "", details)
        if body.get("measurementSets"):
            details.add("measurementSets", None, "the stand-in takes sets by themselves")
        if details:
            raise self._api.invalid("Submission", details)
        with self._store.transaction():
            self._check_may_write(entity)
            if self._store.find_submission(entity) is not None:
                raise problems.Problem(
                    self._api.settings.duplicate_status, "DuplicateEntryError",
                    "the submission already exists",
                    {"submissionId": self._store.find_submission(entity)["id"]})
            row = self._store.make_submission(entity, self._api.clock.now())
        body = {"data": {"submission": {"id": row["id"], **entity, "measurementSets": []}}}
        return messages.Answer(201, body, "submission made")

    # Sets

    def _entity_of(self, body, details):
        """The entity that a new set is for, by its fields or by the id of its submission."""
        if body.get("submissionId") is not None and body.get("submission") is None:
            row = self._store.submission(str(body["submissionId"]))
            if row is None:
                raise problems.not_found()
            return {name: row[name] for name in entities.FIELDS}
        sent = body.get("submission")
        if not isinstance(sent, dict):
            details.missing("", "submission")
            raise self._api.invalid("MeasurementSet", details)
        for name in sent:
            if name not in (*entities.FIELDS, "id", "createdAt", "updatedAt", "programName"):
                details.add(f"submission.{name}", None, f"{name} is not a field here")
        return entities.read(sent, self._api.settings.environment, self._api.rules.tables,
                             "submission.", details)

    def post_set(self, token, _request, body):
        details = problems.Details()
        with self._store.transaction():
            entity = self._entity_of(body, details)
            content = set_rules.content_of(body, "", details, ("submission", "submissionId"))
            if details:
                raise self._api.invalid("MeasurementSet", details)
            self._check_may_write(entity)
            self._check_set(content, entity, token, details)
            now = self._api.clock.now()
            submission = self._store.find_submission(entity) \
                or self._store.make_submission(entity, now)
            self._check_duplicate(submission, content, token)
            identifier = self._store.make_set(submission["id"], content, token.submitter, now)
            return self._answer(201, identifier, entity, "set made")

    def _answer(self, status, identifier, entity, effect):
        shown = self._reads.shown(self._store.set(identifier), entity["performanceYear"])
        return messages.Answer(status, {"data": {"measurementSet": shown}}, effect,
                               touched=identifier)

    def _check_same_entity(self, body, submission, details):
        """A set stays where it is: an entity in the body has to be the set's."""
        if body.get("submissionId") not in (None, submission["id"]):
            details.add("submissionId", body["submissionId"], "not the submission of this set")
        sent = body.get("submission")
        if sent is None:
            return
        if not isinstance(sent, dict) or any(sent.get(name) != submission[name]
                                             for name in entities.FIELDS):
            details.add("submission", None, "not the submission of this set")

    def replace(self, token, identifier, content_of, status, effect):
        details = problems.Details()
        with self._store.transaction():
            row, submission = self._reads.own_set(identifier, token)
            self._check_may_write(submission)
            content = content_of(row, submission, details)
            if details:
                raise self._api.invalid("MeasurementSet", details)
            self._check_set(content, submission, token, details)
            self._check_duplicate(submission, content, token, identifier)
            self._store.put_set(identifier, content, self._api.clock.now())
            return self._answer(status, identifier, submission, effect)

    def put_set(self, token, request, body):
        def content_of(_row, submission, details):
            self._check_same_entity(body, submission, details)
            return set_rules.content_of(body, "", details, ("submission", "submissionId"))
        return self.replace(token, request.path.split("/")[2], content_of, 200, "set replaced")

    def _merged(self, row, sent, details):
        """The set as it is, with the fields of a PATCH."""
        content = set_rules.content_of(
            {**{name: row[name] for name in set_rules.FIELDS if name != "measurements"}, **sent},
            "", details, ("submission", "submissionId"))
        kept = {each["measureId"]: {"measureId": each["measureId"], "value": each["value"]}
                for each in self._store.measurements_of(row["id"])}
        new = content["measurements"]
        if not isinstance(new, list):
            return content
        ids = [each.get("measureId") if isinstance(each, dict) else None for each in new]
        content["measurements"] = new + [each for name, each in kept.items() if name not in ids]
        return content

    def patch_set(self, token, request, body):
        def content_of(row, submission, details):
            self._check_same_entity(body, submission, details)
            return self._merged(row, body, details)
        # CMS's tutorial shows 201 as the answer to this PATCH.
        return self.replace(token, request.path.split("/")[2], content_of, 201, "set changed")

    def delete_set(self, token, request, _body):
        with self._store.transaction():
            row, submission = self._reads.own_set(request.path.split("/")[2], token)
            self._check_may_write(submission)
            self._store.delete_set(row["id"])
        return messages.Answer(204, None, "set deleted", touched=row["id"])
