#!/usr/bin/env python3
"""Reads qcdr.public.submission-documents.v1 as another organisation's job would, and says what there is.

    docs/examples/submission_documents.py --broker HOST:PORT

An example, with nothing but Python 3 and librdkafka, of what is there until nothing came for a while. One
line of JSON for each place of a measurement set, about its newest document: whose it is, by keyed ids,
what it rests on, and its state. Payload and TIN stay sealed: who may open them has the registry's keys.

What a consumer must know:
- A record's key is ENTITY/YEAR/CATEGORY; all of a key are in one partition, in order.
- Read committed, or records of a transaction that was taken back are seen.
- A new release may say every document again. A version is (offset, generation, index), compared in this
  order; a document or cancel whose version is not above the one that is known says nothing new.
- A cancel before an attempt means: do not send. `withdraw` means: take away what was sent.
- Fields that are not known are passed over.
"""

import argparse
import ctypes
import json
import secrets
import sys
import time

TOPIC = "qcdr.public.submission-documents.v1"
QUIET_SECONDS = 8
CATEGORIES = {1: "quality", 3: "ia", 4: "pi"}
OUTCOMES = {1: "sent", 2: "verified", 3: "differs", 4: "refused", 5: "unknown", 6: "withdrawn",
            7: "cancelled"}
DOCUMENT, CANCEL, ATTEMPT, RECEIPT = 1, 2, 3, 4  # fields of a SubmissionDocumentRecord


def varint(data, at):
    value = shift = 0
    while True:
        byte = data[at]
        at += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, at
        shift += 7
        if shift > 63:
            raise ValueError("a number that is too long")


def fields(data):
    """Field numbers with their values: protobuf's wire format. ValueError, IndexError when it is none."""
    found, at = {}, 0
    while at < len(data):
        tag, at = varint(data, at)
        number, kind = tag >> 3, tag & 7
        if kind == 0:
            value, at = varint(data, at)
        elif kind in (1, 5):
            size = 8 if kind == 1 else 4
            value, at = data[at:at + size], at + size
        elif kind == 2:
            size, at = varint(data, at)
            value, at = data[at:at + size], at + size
        else:
            raise ValueError("a kind of field that is not used")
        if at > len(data):
            raise ValueError("it ends too early")
        found.setdefault(number, []).append(value)
    return found


def last(message, number, default):
    return message.get(number, [default])[-1]


def version(message, number):
    parts = fields(last(message, number, b""))
    return (last(parts, 2, 0), last(parts, 1, 0), last(parts, 3, 0))


class Message(ctypes.Structure):
    """rd_kafka_message_t, as far as it is read."""

    _fields_ = [("error", ctypes.c_int), ("topic", ctypes.c_void_p), ("partition", ctypes.c_int32),
                ("payload", ctypes.c_void_p), ("length", ctypes.c_size_t), ("key", ctypes.c_void_p),
                ("key_length", ctypes.c_size_t), ("offset", ctypes.c_int64)]


def client(library, settings):
    """A consumer. RuntimeError when librdkafka refuses a setting."""
    for name in ("conf_new", "new", "topic_partition_list_new", "topic_partition_list_add"):
        getattr(library, f"rd_kafka_{name}").restype = ctypes.c_void_p
    library.rd_kafka_consumer_poll.restype = ctypes.POINTER(Message)
    text = ctypes.create_string_buffer(512)
    conf = ctypes.c_void_p(library.rd_kafka_conf_new())
    for name, value in settings.items():
        if library.rd_kafka_conf_set(conf, name.encode(), value.encode(), text, len(text)) != 0:
            raise RuntimeError(text.value.decode())
    made = library.rd_kafka_new(1, conf, text, len(text))  # 1: a consumer
    if not made:
        raise RuntimeError(text.value.decode())
    return ctypes.c_void_p(made)


def records(broker):
    """Key and value of each record that is there, in the order of each partition."""
    library = ctypes.CDLL("librdkafka.so.1")
    reader = client(library, {"bootstrap.servers": broker, "auto.offset.reset": "earliest",
                              "group.id": f"example-{secrets.token_hex(8)}",
                              "isolation.level": "read_committed", "enable.auto.commit": "false"})
    topics = ctypes.c_void_p(library.rd_kafka_topic_partition_list_new(1))
    library.rd_kafka_topic_partition_list_add(topics, TOPIC.encode(), ctypes.c_int32(-1))
    library.rd_kafka_subscribe(reader, topics)
    quiet_since = time.monotonic()
    while time.monotonic() - quiet_since < QUIET_SECONDS:
        message = library.rd_kafka_consumer_poll(reader, 200)
        if not message:
            continue
        found = message.contents
        if found.error == 0 and found.payload:
            quiet_since = time.monotonic()
            yield (ctypes.string_at(found.key, found.key_length).decode(),
                   ctypes.string_at(found.payload, found.length))
        library.rd_kafka_message_destroy(message)
    library.rd_kafka_consumer_close(reader)


class Documents:
    """What the topic says, folded. `by_id` are documents, `newest` the id that has each place."""

    def __init__(self):
        self.by_id = {}
        self.newest = {}

    def take(self, key, value):
        record = fields(value)
        if DOCUMENT in record:
            self._document(key, fields(record[DOCUMENT][-1]))
        elif CANCEL in record:
            self._cancel(fields(record[CANCEL][-1]))
        elif ATTEMPT in record:
            self._attempt(fields(record[ATTEMPT][-1]))
        elif RECEIPT in record:
            self._receipt(fields(record[RECEIPT][-1]))

    def _document(self, key, message):
        identifier, its_version = last(message, 1, b"").decode(), version(message, 2)
        known = self.by_id.get(identifier)
        if known and its_version <= known["version"]:
            return
        place = (key, last(message, 22, b"mips").decode())
        self.by_id[identifier] = {
            "document": identifier, "version": its_version, "practice": last(message, 3, 0),
            "year": last(message, 4, 0), "entity": last(message, 5, b"").hex(),
            "category": CATEGORIES.get(last(message, 7, 0), "other"), "program": place[1],
            "request": last(message, 8, b"").decode(), "certification": last(message, 18, b"").decode(),
            "payloadSha256": last(message, 11, b"").hex(), "checks": len(message.get(16, [])),
            "state": "frozen", "attempts": known["attempts"] if known else 0}
        other = self.by_id.get(self.newest.get(place))
        if other is None or other["version"] <= its_version:
            self.newest[place] = identifier

    def _cancel(self, message):
        known = self.by_id.get(last(message, 1, b"").decode())
        if known is None or version(message, 6) <= known["version"]:
            return
        known["version"] = version(message, 6)
        known["state"] = "withdrawing" if last(message, 9, 0) else "cancelled"

    def _attempt(self, message):
        known = self.by_id.get(last(message, 1, b"").decode())
        if known:
            known["attempts"] = max(known["attempts"], last(message, 2, 0))

    def _receipt(self, message):
        known = self.by_id.get(last(message, 1, b"").decode())
        if known:
            known["state"] = OUTCOMES.get(last(message, 7, 0), "other")

    def standing(self):
        """Of each place its newest document."""
        return [self.by_id[identifier] for _, identifier in sorted(self.newest.items())]


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--broker", required=True)
    options = parser.parse_args()
    documents = Documents()
    for key, value in records(options.broker):
        documents.take(key, value)
    for each in documents.standing():
        print(json.dumps({name: part for name, part in each.items() if name != "version"}))
    return 0


if __name__ == "__main__":
    sys.exit(main())
