"""The Submissions API: which path does what, for whom. Thread-safe.

Order of refusals: token (401), path (404, 405), Accept (406), body (415, 400), permission and window (401),
another's or no object (404), content (ValidationError), duplicate.
"""

import measurement_writes
import messages
import problems
import queries
import writes


class Api:
    """`settings` has environment, windows, error_form, validation_status and duplicate_status."""

    def __init__(self, store, clock, tokens, rules, scores, settings):
        self.store = store
        self.clock = clock
        self.tokens = tokens
        self.rules = rules
        self.scores = scores
        self.settings = settings
        self._reads = queries.Queries(self)
        self._writes = writes.Writes(self)
        self._measurement_writes = measurement_writes.MeasurementWrites(self, self._writes)
        reads, changes, each = self._reads, self._writes, self._measurement_writes
        self._routes = {
            ("GET", "/submissions"): reads.submissions,
            ("POST", "/submissions"): changes.post_submission,
            ("POST", "/submissions/score-preview"): reads.score_preview,
            ("GET", "/submissions/:id"): reads.submission,
            ("GET", "/submissions/:id/score"): reads.score,
            ("GET", "/measurement-sets"): reads.sets,
            ("POST", "/measurement-sets"): changes.post_set,
            ("GET", "/measurement-sets/:id"): reads.set,
            ("PUT", "/measurement-sets/:id"): changes.put_set,
            ("PATCH", "/measurement-sets/:id"): changes.patch_set,
            ("DELETE", "/measurement-sets/:id"): changes.delete_set,
            ("GET", "/measurements"): reads.measurements,
            ("POST", "/measurements"): each.post,
            ("GET", "/measurements/:id"): reads.measurement,
            ("PUT", "/measurements/:id"): each.put,
            ("PATCH", "/measurements/:id"): each.patch,
            ("DELETE", "/measurements/:id"): each.delete,
        }
        self._paths = {path for _, path in self._routes}

    def organization(self, request):
        """Whose call it is, for the call log; None when that is not known."""
        try:
            return self.tokens.of(request.headers.get("Authorization"), self.clock.now()).organization
        except problems.Problem:
            return None

    def answer(self, request):
        try:
            token = self.tokens.of(request.headers.get("Authorization"), self.clock.now())
            path = request.template
            if path not in self._paths:
                raise problems.not_found()
            action = self._routes.get((request.method, path))
            if action is None:
                raise problems.Problem(405, "MethodNotAllowed", f"no {request.method} here")
            request.check_accept()
            body = request.json() if request.method in ("POST", "PUT", "PATCH") else None
            return action(token, request, body)
        except problems.Problem as problem:
            return messages.Answer(problem.status, problem.body(), None, problem.headers)

    def invalid(self, what, details):
        return problems.Problem(self.settings.validation_status, "ValidationError",
                                f"Found errors while validating {what} object",
                                details.as_json(self.settings.error_form))

    def check_registered(self, entity, program, prefix, details):
        """Only where a test told what the entity is registered for."""
        programs = self.store.told(entity).get("programs")
        if programs is not None and program not in programs:
            details.add(f"{prefix}programName", program, "not registered for this program")
