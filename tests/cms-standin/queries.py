"""What is read of the API. A submission is shared; of its sets each submitter sees its own."""

import entities
import messages
import problems
import set_rules
import shapes

ITEMS_PER_PAGE = 10
ITEMS_PER_PAGE_MAX = 99_999
_TIN_HEADER = "qpp-taxpayer-identification-number"


class Queries:
    def __init__(self, api):
        self._api = api
        self._store = api.store

    def _own_sets(self, submission, token, program=None):
        return [self.shown(row, submission["performanceYear"])
                for row in self._store.sets_of(submission["id"])
                if (self._is_own(row, token) or token.sees_all(submission))
                and program in (None, row["programName"])]

    @staticmethod
    def _is_own(row, token):
        return (row["submitterId"], row["submitterType"]) == token.submitter

    def shown(self, row, year):
        return shapes.measurement_set(row, self._store.measurements_of(row["id"]), year,
                                      self._api.rules.tables)

    def own_set(self, identifier, token):
        """The set and its submission; 404 where it is not the caller's."""
        row = self._store.set(identifier)
        if row is None or not self._is_own(row, token):
            raise problems.not_found()
        return row, self._store.submission(row["submission"])

    def own_measurement(self, identifier, token):
        row = self._store.measurement(identifier)
        if row is None:
            raise problems.not_found()
        return (row, *self.own_set(row["parent"], token))

    def _page(self, request, name, items):
        start = request.whole_number("startIndex", 0, 0, 999_999_999)
        most = request.whole_number("itemsPerPage", ITEMS_PER_PAGE, 1, ITEMS_PER_PAGE_MAX)
        page = items[start:start + most]
        return messages.Answer(200, {"data": {
            "totalItems": len(items), "currentItemCount": len(page), "startIndex": start,
            "itemsPerPage": most, name: page}})

    def submissions(self, token, request, _body):
        """With a TIN also those of it that the caller has sent nothing for: they have no sets here."""
        tin = request.headers.get(_TIN_HEADER)
        found = []
        with self._store.lock:
            for row in self._store.submissions(
                    taxpayerIdentificationNumber=tin,
                    nationalProviderIdentifier=request.query.get("nationalProviderIdentifier"),
                    entityType=request.query.get("entityType"), entityId=request.query.get("entityId"),
                    performanceYear=request.whole_number("performanceYear", None, 2000, 2100)):
                sets = self._own_sets(row, token)
                if sets or tin is not None:
                    found.append(shapes.submission(row, sets))
        return self._page(request, "submissions", found)

    def _submission(self, request):
        row = self._store.submission(request.path.split("/")[2])
        if row is None:
            raise problems.not_found()
        return row

    def submission(self, token, request, _body):
        with self._store.lock:
            row = self._submission(request)
            return messages.Answer(200, {"data": {
                "submission": shapes.submission(row, self._own_sets(row, token))}})

    def score(self, token, request, _body):
        with self._store.lock:
            row = self._submission(request)
            submission = shapes.submission(
                row, self._own_sets(row, token, request.query.get("program")))
        if not submission["measurementSets"]:
            raise problems.not_found()
        return messages.Answer(200, {"data": {"score": self._api.scores.of(submission)}})

    def score_preview(self, token, _request, body):
        """Nothing of it is kept. The rules of a set that is sent hold here too."""
        details = problems.Details()
        entity = entities.read(body, self._api.settings.environment, self._api.rules.tables, "", details)
        sets = body.get("measurementSets")
        for name in body:
            if name not in (*entities.FIELDS, "id", "createdAt", "updatedAt", "programName",
                            "measurementSets"):
                details.add(name, None, f"{name} is not a field here")
        if not isinstance(sets, list) or not 0 < len(sets) <= 100:
            details.add("measurementSets", None, "a list of sets is wanted")
        elif not details:
            for at, each in enumerate(sets):
                prefix = f"measurementSets[{at}]."
                if not isinstance(each, dict):
                    details.add(prefix[:-1], each, "a set is an object")
                    continue
                content = set_rules.content_of(each, prefix, details, ("submissionId",))
                self._api.rules.check(content, entity["performanceYear"], entity["entityType"], token,
                                      prefix, details)
                self._api.check_registered(entity, content["programName"], prefix, details)
        if details:
            raise self._api.invalid("Submission", details)
        return messages.Answer(200, {"data": {"score": self._api.scores.of({**entity,
                                                                           "measurementSets": sets})}})

    def sets(self, token, request, _body):
        with self._store.lock:
            found = [self.shown(row, self._store.submission(row["submission"])["performanceYear"])
                     for row in self._store.sets_by(token.submitter)]
        return self._page(request, "measurementSets", found)

    def set(self, token, request, _body):
        with self._store.lock:
            row, submission = self.own_set(request.path.split("/")[2], token)
            return messages.Answer(200, {"data": {
                "measurementSet": self.shown(row, submission["performanceYear"])}})

    def measurements(self, token, request, _body):
        with self._store.lock:
            found = [each for row in self._store.sets_by(token.submitter)
                     for each in self.shown(row, self._store.submission(
                         row["submission"])["performanceYear"])["measurements"]]
        return self._page(request, "measurements", found)

    def shown_measurement(self, row, parent, submission):
        known = self._api.rules.tables.measures(submission["performanceYear"], parent["category"]) or {}
        return shapes.measurement(row, known.get(row["measureId"]))

    def measurement(self, token, request, _body):
        with self._store.lock:
            found = self.own_measurement(request.path.split("/")[2], token)
            return messages.Answer(200, {"data": {"measurement": self.shown_measurement(*found)}})
