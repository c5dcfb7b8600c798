"""The stand-in's database: submissions, sets, measurements, calls, and what tests told it of entities.

One file of SQLite. A commit survives the end of the process, however it comes; not that of the machine,
because nothing waits for the disk. One connection; who calls holds `lock`, which can be taken again.
"""

import contextlib
import json
import sqlite3
import threading
import uuid

import entities

CALLS_MAX = 200_000
_SCHEMA = """
CREATE TABLE IF NOT EXISTS submissions(
  id TEXT PRIMARY KEY, created REAL, updated REAL, entity TEXT UNIQUE,
  entityType TEXT, entityId TEXT, taxpayerIdentificationNumber TEXT, nationalProviderIdentifier TEXT,
  performanceYear INTEGER);
CREATE TABLE IF NOT EXISTS sets(
  id TEXT PRIMARY KEY, created REAL, updated REAL, submission TEXT REFERENCES submissions(id),
  category TEXT, submissionMethod TEXT, programName TEXT, submitterId TEXT, submitterType TEXT, content TEXT,
  UNIQUE(submission, category, submissionMethod, programName, submitterId, submitterType));
CREATE TABLE IF NOT EXISTS measurements(
  id TEXT PRIMARY KEY, parent TEXT REFERENCES sets(id), measureId TEXT, value TEXT, UNIQUE(parent, measureId));
CREATE TABLE IF NOT EXISTS calls(
  number INTEGER PRIMARY KEY, at REAL, address TEXT, method TEXT, path TEXT, organization TEXT, status INTEGER,
  limited INTEGER, fault TEXT, effect TEXT,
  touched TEXT);
CREATE TABLE IF NOT EXISTS told(entity TEXT PRIMARY KEY, what TEXT);
CREATE TABLE IF NOT EXISTS kept(name TEXT PRIMARY KEY, value TEXT);
"""
_SET_KEY = ("category", "submissionMethod", "programName", "submitterId", "submitterType")


def entity_key(entity):
    return json.dumps([entity[name] for name in entities.FIELDS])


class Store:
    def __init__(self, path):
        self.lock = threading.RLock()
        self._database = sqlite3.connect(path, isolation_level=None, check_same_thread=False)
        self._database.row_factory = sqlite3.Row
        self._database.execute("PRAGMA journal_mode=WAL")
        self._database.execute("PRAGMA synchronous=OFF")
        self._database.executescript(_SCHEMA)

    def close(self):
        with self.lock:
            self._database.close()

    @contextlib.contextmanager
    def transaction(self):
        with self.lock:
            self._database.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._database.execute("ROLLBACK")
                raise
            self._database.execute("COMMIT")

    def _rows(self, query, *parameters):
        with self.lock:
            return [dict(row) for row in self._database.execute(query, parameters)]

    def _row(self, query, *parameters):
        rows = self._rows(query, *parameters)
        return rows[0] if rows else None

    # Submissions

    def find_submission(self, entity):
        return self._row("SELECT * FROM submissions WHERE entity=?", entity_key(entity))

    def submission(self, identifier):
        return self._row("SELECT * FROM submissions WHERE id=?", identifier)

    def submissions(self, **filters):
        wanted = {name: value for name, value in filters.items() if value is not None}
        where = " AND ".join(f"{name}=?" for name in wanted) or "1"
        return self._rows(f"SELECT * FROM submissions WHERE {where} ORDER BY created, rowid",
                          *wanted.values())

    def make_submission(self, entity, now):
        identifier = str(uuid.uuid4())
        self._database.execute(
            f"INSERT INTO submissions(id,created,updated,entity,{','.join(entities.FIELDS)}) "
            f"VALUES(?,?,?,?,{','.join('?' * len(entities.FIELDS))})",
            (identifier, now, now, entity_key(entity), *(entity[name] for name in entities.FIELDS)))
        return self.submission(identifier)

    # Sets

    def set(self, identifier):
        return self._with_content(self._row("SELECT * FROM sets WHERE id=?", identifier))

    def sets_of(self, submission):
        return list(map(self._with_content, self._rows(
            "SELECT * FROM sets WHERE submission=? ORDER BY created, rowid", submission)))

    def sets_by(self, submitter):
        return list(map(self._with_content, self._rows(
            "SELECT * FROM sets WHERE submitterId=? AND submitterType=? ORDER BY created, rowid",
            *submitter)))

    def same_set(self, submission, content, submitter, but=None):
        return self._row(
            "SELECT * FROM sets WHERE submission=? AND category=? AND submissionMethod=? "
            "AND programName=? AND submitterId=? AND submitterType=? AND id IS NOT ?",
            submission, content["category"], content["submissionMethod"], content["programName"],
            *submitter, but)

    def make_set(self, submission, content, submitter, now):
        identifier = str(uuid.uuid4())
        self._database.execute(
            "INSERT INTO sets VALUES(?,?,?,?,?,?,?,?,?,?)",
            (identifier, now, now, submission, content["category"], content["submissionMethod"],
             content["programName"], *submitter, self._other_content(content)))
        self._put_measurements(identifier, content["measurements"])
        return identifier

    def put_set(self, identifier, content, now):
        self._database.execute(
            "UPDATE sets SET updated=?, category=?, submissionMethod=?, programName=?, content=? WHERE id=?",
            (now, content["category"], content["submissionMethod"], content["programName"],
             self._other_content(content), identifier))
        self._put_measurements(identifier, content["measurements"])

    def delete_set(self, identifier):
        self._database.execute("DELETE FROM measurements WHERE parent=?", (identifier,))
        self._database.execute("DELETE FROM sets WHERE id=?", (identifier,))

    @staticmethod
    def _other_content(content):
        return json.dumps({name: value for name, value in content.items()
                           if name not in _SET_KEY and name != "measurements"})

    @staticmethod
    def _with_content(row):
        if row is not None:
            row.update(json.loads(row.pop("content")))
        return row

    def _put_measurements(self, parent, measurements):
        """What is there keeps its id."""
        ids = {row["measureId"]: row["id"] for row in self.measurements_of(parent)}
        self._database.execute("DELETE FROM measurements WHERE parent=?", (parent,))
        self._database.executemany(
            "INSERT INTO measurements VALUES(?,?,?,?)",
            [(ids.get(each["measureId"]) or str(uuid.uuid4()), parent, each["measureId"],
              json.dumps(each["value"])) for each in measurements])

    def measurement(self, identifier):
        row = self._row("SELECT * FROM measurements WHERE id=?", identifier)
        return self._with_value(row) if row else None

    def measurements_of(self, parent):
        return list(map(self._with_value, self._rows(
            "SELECT * FROM measurements WHERE parent=? ORDER BY rowid", parent)))

    @staticmethod
    def _with_value(row):
        row["value"] = json.loads(row["value"])
        return row

    # Calls

    def begin_call(self, at, address, method, path):
        with self.lock:
            number = self._database.execute(
                "INSERT INTO calls(at,address,method,path,limited) VALUES(?,?,?,?,0)",
                (at, address, method, path)).lastrowid
            if number % 1000 == 0:
                self._database.execute("DELETE FROM calls WHERE number<=?", (number - CALLS_MAX,))
            return number

    def note_call(self, number, **what):
        names = ",".join(f"{name}=?" for name in what)
        with self.lock:
            self._database.execute(f"UPDATE calls SET {names} WHERE number=?", (*what.values(), number))

    def calls(self, after=0, since=None):
        return self._rows("SELECT * FROM calls WHERE number>? AND at>? ORDER BY number", after,
                          float("-inf") if since is None else since)

    # What tests told, and what is kept over restarts

    def told(self, entity):
        row = self._row("SELECT what FROM told WHERE entity=?", entity_key(entity))
        return json.loads(row["what"]) if row else {}

    def tell(self, entity, what):
        with self.lock:
            self._database.execute("INSERT OR REPLACE INTO told VALUES(?,?)",
                                   (entity_key(entity), json.dumps(what)))

    def kept(self, name):
        row = self._row("SELECT value FROM kept WHERE name=?", name)
        return json.loads(row["value"]) if row else None

    def keep(self, name, value):
        with self.lock:
            self._database.execute("INSERT OR REPLACE INTO kept VALUES(?,?)", (name, json.dumps(value)))

    def empty(self):
        with self.transaction():
            for table in ("measurements", "sets", "submissions", "calls", "told"):
                self._database.execute(f"DELETE FROM {table}")
