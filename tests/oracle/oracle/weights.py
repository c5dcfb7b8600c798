"""Redistribution tables, 42 CFR 414.1380(c)(2)(ii), and those of the APM pathways.

A row: what is reweighted to zero -> weights of quality, cost, activities (ia), interoperability (pi).
"""

Q, C, I, P = "quality", "cost", "ia", "pi"
CATEGORIES = (Q, C, I, P)

_ROWS = ((), (C,), (P,), (Q,), (I,), (C, P), (C, Q), (C, I), (P, Q), (P, I), (Q, I))


def _table(*lines):
    """One line of numbers for each of _ROWS, in that order."""
    return {frozenset(row): dict(zip(CATEGORIES, line)) for row, line in zip(_ROWS, lines,
                                                                            strict=True)}


# (A), payment year 2019; cost weighs nothing, so it is as if it were reweighted.
_A = {
    frozenset((C,)): dict(zip(CATEGORIES, (60, 0, 15, 25))),
    frozenset((C, P)): dict(zip(CATEGORIES, (85, 0, 15, 0))),
    frozenset((C, Q)): dict(zip(CATEGORIES, (0, 0, 50, 50))),
    frozenset((C, I)): dict(zip(CATEGORIES, (75, 0, 0, 25))),
}
# (B), payment year 2020
_B = _table((50, 10, 15, 25), (60, 0, 15, 25), (75, 10, 15, 0), (0, 10, 45, 45), (65, 10, 0, 25),
            (85, 0, 15, 0), (0, 0, 50, 50), (75, 0, 0, 25), (0, 10, 90, 0), (90, 10, 0, 0),
            (0, 10, 0, 90))
# (C), payment year 2021
_C = _table((45, 15, 15, 25), (60, 0, 15, 25), (70, 15, 15, 0), (0, 15, 40, 45), (60, 15, 0, 25),
            (85, 0, 15, 0), (0, 0, 50, 50), (75, 0, 0, 25), (0, 15, 85, 0), (85, 15, 0, 0),
            (0, 15, 0, 85))
# (D), payment year 2022
_D = _table((45, 15, 15, 25), (55, 0, 15, 30), (70, 15, 15, 0), (0, 15, 15, 70), (60, 15, 0, 25),
            (85, 0, 15, 0), (0, 0, 15, 85), (70, 0, 0, 30), (0, 50, 50, 0), (85, 15, 0, 0),
            (0, 15, 0, 85))
# (E), payment year 2023
_E = _table((40, 20, 15, 25), (55, 0, 15, 30), (65, 20, 15, 0), (0, 20, 15, 65), (55, 20, 0, 25),
            (85, 0, 15, 0), (0, 0, 15, 85), (70, 0, 0, 30), (0, 50, 50, 0), (80, 20, 0, 0),
            (0, 20, 0, 80))
# (F), payment year 2024 and later
_F = _table((30, 30, 15, 25), (55, 0, 15, 30), (55, 30, 15, 0), (0, 30, 15, 55), (45, 30, 0, 25),
            (85, 0, 15, 0), (0, 0, 15, 85), (70, 0, 0, 30), (0, 50, 50, 0), (70, 30, 0, 0),
            (0, 30, 0, 70))
# (G), small practices, payment year 2024 and later
_G = _table((30, 30, 15, 25), (55, 0, 15, 30), (40, 30, 30, 0), (0, 30, 15, 55), (45, 30, 0, 25),
            (50, 0, 50, 0), (0, 0, 15, 85), (70, 0, 0, 30), (0, 50, 50, 0), (70, 30, 0, 0),
            (0, 30, 0, 70))


def _apm(no_interoperability):
    """Cost weighs nothing in either APM table."""
    return {
        frozenset((C,)): dict(zip(CATEGORIES, (50, 0, 20, 30))),
        frozenset((C, Q)): dict(zip(CATEGORIES, (0, 0, 25, 75))),
        frozenset((C, P)): dict(zip(CATEGORIES, no_interoperability)),
    }


_STANDARD = _apm((80, 0, 20, 0))  # 414.1370(h), the APM scoring standard, to 2020
_APP = _apm((75, 0, 25, 0))  # 414.1367(d), 414.1317(b), from 2021

_GENERAL = {2017: _A, 2018: _B, 2019: _C, 2020: _D, 2021: _E}

WEIGHTS = {
    year: {
        "general": _GENERAL.get(year, _F),
        "small": _G if year >= 2022 else _GENERAL[year],
        "apm": _STANDARD if year <= 2020 else _APP,
    }
    for year in range(2017, 2027)
}


def rows_that_do_not_sum(weights):
    """Rows of a year whose weights are not 100 together."""
    return [(table, sorted(row)) for table, rows in weights.items() for row, line in rows.items()
            if sum(line.values()) != 100 or any(line[category] for category in row)]
