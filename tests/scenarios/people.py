"""Who appears in scenarios: TINs by letter, clinicians by given name."""

import dataclasses

from language import FOLDER, ScenarioError


@dataclasses.dataclass
class Person:
    number: int
    given: str
    family: str
    type: str

    @property
    def npi(self):
        return npi_of(self.number)

    @property
    def name(self):
        return f"{self.given} {self.family}"


def npi_of(number):
    """2, eight digits, and the check digit of ISO 7812 over 80840 and the NPI."""
    body = f"2{number:08d}"
    total = 24  # of the prefix 80840
    for position, digit in enumerate(reversed(body)):
        doubled = int(digit) * (2 if position % 2 == 0 else 1)
        total += doubled // 10 + doubled % 10
    return body + str(-total % 10)


def tin_of(letter):
    return f"00022{ord(letter) - ord('A') + 1:04d}"


def load():
    people = {}
    path = FOLDER / "people.txt"
    for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
        if line.strip() and not line.startswith("#"):
            fields = [field.strip() for field in line.split(",")]
            person = Person(int(fields[0]), fields[1], fields[2], fields[3])
            if person.given in people:
                raise ScenarioError(f"{path.name}:{number}", f"a second {person.given}")
            people[person.given] = person
    return people


PEOPLE = load()


def person(line, name):
    if name not in PEOPLE:
        raise line.error(f"nobody in people.txt is called {name!r}")
    return PEOPLE[name]


def tin(line, letter):
    if len(letter) != 1 or not "A" <= letter <= "H":
        raise line.error(f"a TIN is a letter from A to H, not {letter!r}")
    return tin_of(letter)
