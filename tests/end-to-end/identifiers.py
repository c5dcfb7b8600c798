"""TINs, NPIs, patient and case ids of uploads, and the search for them in what was printed or kept."""

import csv
import io
import pathlib
import re
import struct

_ELEMENTS = re.compile(
    r"<(TaxID|NPI|PatientID|AnesthesiaRecordID)>\s*([^<]+?)\s*</", re.IGNORECASE)


def of_folder(folder):
    """Every identifier in the files of a folder: {"TIN": {...}, "NPI": {...}, "id": {...}}."""
    found = {"TIN": set(), "NPI": set(), "id": set()}
    for path in sorted(pathlib.Path(folder).iterdir()):
        text = path.read_bytes().decode("utf-8", "replace")
        if path.suffix == ".xml":
            for element, value in _ELEMENTS.findall(text):
                kind = {"taxid": "TIN", "npi": "NPI"}.get(element.lower(), "id")
                found[kind].add(value)
        elif path.suffix == ".csv":
            for row in csv.DictReader(io.StringIO(text, newline="")):
                found["TIN"].add(row.get("tin") or "")
                found["NPI"].add(row.get("npi") or "")
    for values in found.values():
        values.discard("")
    return found


def printed_forms(identifiers):
    """What must not be printed, as bytes: plain, and a TIN with its hyphens."""
    forms = set()
    for value in identifiers["TIN"]:
        forms |= {value, f"{value[:2]}-{value[2:]}", f"{value[:3]}-{value[3:5]}-{value[5:]}"}
    forms |= identifiers["NPI"] | identifiers["id"]
    return {form.encode() for form in forms}


def stored_forms(identifiers):
    """What must not lie on disk: the printed forms, and numbers as eight bytes or a varint.

    The varint of a TIN with leading zeros has three bytes, which chance makes as well.
    """
    forms = printed_forms(identifiers) | {_varint(int(value)) for value in identifiers["NPI"]}
    for value in identifiers["TIN"] | identifiers["NPI"]:
        forms |= {struct.pack("<Q", int(value)), struct.pack(">Q", int(value))}
    return forms


def _varint(number):
    out = bytearray()
    while number >= 0x80:
        out.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes(out + bytes([number]))


def find(forms, data):
    """The forms that stand in the data."""
    pattern = re.compile(b"|".join(re.escape(form) for form in sorted(forms, key=len)[::-1]))
    return {match.group(0) for match in pattern.finditer(data)}


def find_below(forms, folder, pattern="*"):
    """(path, form) of each form in files below the folder, and the number of bytes searched."""
    found, searched = set(), 0
    for path in sorted(pathlib.Path(folder).rglob(pattern)):
        if path.is_file():
            data = path.read_bytes()
            searched += len(data)
            found |= {(path.name, form) for form in find(forms, data)}
            found |= {("name of a file", form) for form in find(forms, str(path.name).encode())}
    return found, searched
