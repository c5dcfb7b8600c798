"""Measurements by themselves: each is a change of the set that it is of, held to the set's rules."""

import messages
import problems
import queries
import set_rules

_FIELDS = frozenset(("id", "measurementSetId", "measureId", "value", "performanceStart", "performanceEnd"))


class MeasurementWrites:
    """`sets` is the Writes of the same API."""

    def __init__(self, api, sets):
        self._api = api
        self._store = api.store
        self._reads = queries.Queries(api)
        self._sets = sets

    def _change(self, token, parent, change, effect):
        """`change` is given the set's measurements by measure and returns which measure is answered."""
        asked = []

        def content_of(row, _submission, details):
            by_measure = {each["measureId"]: {"measureId": each["measureId"], "value": each["value"]}
                          for each in self._store.measurements_of(row["id"])}
            asked.append(change(by_measure, row))
            return set_rules.content_of({**{name: row[name] for name in set_rules.FIELDS
                                            if name != "measurements"},
                                         "measurements": list(by_measure.values())}, "", details)
        answer = self._sets.replace(token, parent, content_of, 200, effect)
        shown = answer.body["data"]["measurementSet"]["measurements"]
        return next((each for each in shown if each["measureId"] == asked[0]), None)

    @staticmethod
    def _fields(body):
        if set(body) - _FIELDS:
            raise problems.Problem(400, "BadRequest", "there are fields that a measurement does not have")
        return body.get("measureId"), body.get("value")

    def post(self, token, _request, body):
        identifier, value = self._fields(body)

        def change(by_measure, row):
            if identifier in by_measure:
                raise problems.Problem(self._api.settings.duplicate_status, "DuplicateEntryError",
                                       "the measurement set has this measure already",
                                       {"submissionId": row["submission"]})
            by_measure[identifier] = {"measureId": identifier, "value": value}
            return identifier
        if not isinstance(identifier, str):
            raise problems.Problem(400, "BadRequest", "measureId is missing")
        parent = str(body.get("measurementSetId"))
        shown = self._change(token, parent, change, "measurement made")
        return messages.Answer(201, {"data": {"measurement": shown}}, "measurement made", touched=parent)

    def _put(self, token, request, body, whole):
        identifier, value = self._fields(body)
        with self._store.lock:
            row, parent, _ = self._reads.own_measurement(request.path.split("/")[2], token)
            if body.get("measurementSetId") not in (None, parent["id"]) \
                    or identifier not in (None, row["measureId"]) or (whole and identifier is None):
                raise problems.Problem(400, "BadRequest", "a measurement keeps its set and its measure")

            def change(by_measure, _row):
                if "value" in body or whole:
                    by_measure[row["measureId"]]["value"] = value
                return row["measureId"]
            shown = self._change(token, parent["id"], change, "measurement changed")
        return messages.Answer(200, {"data": {"measurement": shown}}, "measurement changed",
                               touched=parent["id"])

    def put(self, token, request, body):
        return self._put(token, request, body, True)

    def patch(self, token, request, body):
        return self._put(token, request, body, False)

    def delete(self, token, request, _body):
        with self._store.lock:
            row, parent, _ = self._reads.own_measurement(request.path.split("/")[2], token)

            def change(by_measure, _row):
                del by_measure[row["measureId"]]
            self._change(token, parent["id"], change, "measurement deleted")
        return messages.Answer(204, None, "measurement deleted", touched=parent["id"])
