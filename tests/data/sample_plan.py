"""The plan of the sample practice: people, cases, and what came wrong. make-sample-practice writes it.

Everything is made up: TINs have CMS's test form 000xxxxxx, NPIs lead with 2 and were never issued.
"""

PRACTICE = "1234"
YEAR = 2022
A = "000456789"  # reports as a group
B = "000654321"  # reports individually

PHYSICIAN = "Anesthesiologist"
NURSE = "Certified Registered Nurse Anesthetist"
ASSISTANT = "Certified Anesthesiologist Assistant"

# name: (last name, credential, nine leading digits of the NPI, [(TIN, from, to), ...])
CLINICIANS = {
    "Ann": ("Abbott", PHYSICIAN, 200001001, [(A, "2015-07-01", "")]),
    "Ben": ("Bauer", PHYSICIAN, 200001002, [(A, "2017-01-02", "")]),
    "Cora": ("Castle", NURSE, 200001003, [(A, "2018-03-01", "")]),
    "Dan": ("Delgado Peña", NURSE, 200001004, [(A, "2019-09-01", "")]),
    "Eve": ("Engel", ASSISTANT, 200001005, [(A, "2020-06-15", "")]),
    "Finn": ("Faro", PHYSICIAN, 200001006, [(A, "2016-01-04", ""), (B, "2021-01-04", "")]),
    "Gina": ("Gold", PHYSICIAN, 200001007, [(A, "2016-08-01", "2022-06-30"), (B, "2022-07-01", "")]),
    "Hank": ("Hale", NURSE, 200001008, [(B, "2014-02-03", "")]),
    "Iris": ("Ivory, Jr.", PHYSICIAN, 200001009, [(B, "2018-11-01", "")]),
    "Jon": ("Jarvis", NURSE, 200001010, [(B, "2020-02-03", "")]),
    "Kim": ("Keller", PHYSICIAN, 200001011, [(B, "2019-05-01", "")]),
    "Leo": ("Lang", NURSE, 200001012, [(B, "2021-08-02", "")]),
    "Abel": ("Adair", PHYSICIAN, 200001013, [(A, "2012-01-02", "")]),
    "Otto": ("Ohm", PHYSICIAN, 200001014, [(A, "2013-04-01", "")]),
    "Pia": ("Park", PHYSICIAN, 200001015, [(A, "2014-09-01", "")]),
    "Quinn": ("Quist", PHYSICIAN, 200001016, [(A, "2015-02-02", "")]),
    "Rosa": ("Ruiz", PHYSICIAN, 200001017, [(A, "2015-10-01", "")]),
    "Sam": ("Stone", PHYSICIAN, 200001018, [(A, "2016-03-01", "")]),
    "Tara": ("Todd", PHYSICIAN, 200001019, [(A, "2017-08-01", "")]),
    "Uma": ("Unger", PHYSICIAN, 200001020, [(A, "2018-01-02", "")]),
    "Vic": ("Vance", PHYSICIAN, 200001021, [(A, "2018-06-01", "")]),
    "Wim": ("Wolf", PHYSICIAN, 200001022, [(A, "2019-01-02", "")]),
    "Xena": ("Xu", PHYSICIAN, 200001023, [(A, "2019-11-01", "")]),
    "Yves": ("York", PHYSICIAN, 200001024, [(A, "2020-02-03", "")]),
    "Zoe": ("Zorn", PHYSICIAN, 200001025, [(A, "2021-09-01", "")]),
    "Bea": ("Birch", NURSE, 200001026, [(A, "2013-05-01", "")]),
    "Cal": ("Cole", NURSE, 200001027, [(A, "2014-05-01", "")]),
    "Dora": ("Dunn", NURSE, 200001028, [(A, "2015-05-01", "")]),
    "Eli": ("Ebert", NURSE, 200001029, [(A, "2016-05-02", "")]),
    "Fay": ("Fox", NURSE, 200001030, [(A, "2017-05-01", "")]),
    "Gus": ("Groh", NURSE, 200001031, [(A, "2018-05-01", "")]),
    "Hedy": ("Hart", NURSE, 200001032, [(A, "2019-05-01", "")]),
    "Ivo": ("Irwin", NURSE, 200001033, [(A, "2019-06-03", "")]),
    "Jade": ("Juhl", NURSE, 200001034, [(A, "2020-05-01", "")]),
    "Kurt": ("Kern", NURSE, 200001035, [(A, "2020-08-03", "")]),
    "Lena": ("Lund", NURSE, 200001036, [(A, "2021-02-01", "")]),
    "Milo": ("Moss", NURSE, 200001037, [(A, "2021-05-03", "")]),
    "Nora": ("Nash", NURSE, 200001038, [(A, "2021-10-01", "")]),
    "Owen": ("Orth", ASSISTANT, 200001039, [(A, "2021-01-04", "")]),
    "Pam": ("Pohl", PHYSICIAN, 200001040, [(B, "2016-02-01", "")]),
    "Ray": ("Rahn", PHYSICIAN, 200001041, [(B, "2017-02-01", "")]),
    "Sue": ("Sand", NURSE, 200001042, [(B, "2018-02-01", "")]),
    "Tom": ("Thorn", NURSE, 200001043, [(B, "2019-02-01", "")]),
    "Una": ("Ulm", PHYSICIAN, 200001044, [(B, "2020-09-01", "")]),
    "Val": ("Voss", NURSE, 200001045, [(B, "2022-10-10", "")]),
}
LOCUM = 200009001  # on no roster
# The first roster forgot one and still lists under A who left it in the middle of the year.
FORGOTTEN_ON_ROSTER = "Zoe"
WITHOUT_END_DATE = "Gina"

# Outcome of a case for measures 404, 424, 430, 463 and 477, one letter each (three are the first
# three): M met, N not met, E exception, X exclusion, U in the denominator but no outcome, - not in it.
MEASURES = ("404", "424", "430", "463", "477")
DENOMINATOR = {"404": ["G9642", "G9643", "G9497"], "424": ["4255F"], "430": ["4554F", "4556F"],
               "463": ["4554F", "G9954"], "477": []}
OUTCOME = {
    "404": {"M": "G9644", "N": "G9645"},
    "424": {"M": "G9771", "N": "G9773", "E": "G9772", "X": "G9654"},
    "430": {"M": "G9775", "N": "G9777", "E": "G9776"},
    "463": {"M": "G9956", "N": "G9958", "E": "G9957", "X": "G9955"},
    "477": {"M": "G2148", "N": "G2150", "E": "G2149", "X": "M1142"},
}

# (block, TIN, staff, number of cases, outcomes, first day, last day). The first of the staff leads.
BLOCKS = [
    ("A1", A, ["Ann", "Cora"], 20, "MMM", "2022-01-03", "2022-12-20"),
    ("A2", A, ["Ben", "Dan"], 10, "-MM", "2022-01-10", "2022-12-16"),
    ("A3", A, ["Ben", "Eve"], 15, "-M-", "2022-01-17", "2022-11-18"),
    ("A4", A, ["Ann", "Cora", "Eve"], 10, "NMM", "2022-02-07", "2022-10-28"),
    ("A5", A, ["Gina", "Dan"], 5, "MMM", "2022-01-24", "2022-06-24"),
    ("A6", A, ["Finn", "Dan"], 5, "-NM", "2022-03-14", "2022-12-09"),
    ("A7", A, ["Ann", "locum"], 1, "-M-", "2022-08-09", "2022-08-09"),
    ("A8", A, ["Ben", "Cora with a wrong check digit"], 1, "-MM", "2022-10-12", "2022-10-12"),
    ("A9", A, ["Ann"], 1, "-MM", "2021-12-30", "2021-12-30"),
    ("A10", A, ["Ann"], 1, "-MM", "2022-06-14", "2022-06-14"),
    ("B1", B, ["Kim", "Hank"], 15, "MMM", "2022-01-05", "2022-12-14"),
    ("B2", B, ["Kim", "Hank"], 3, "MMM", "2022-03-02", "2022-09-21"),
    ("B3", B, ["Kim", "Hank"], 4, "NMM", "2022-02-09", "2022-11-09"),
    ("B4", B, ["Kim", "Hank"], 13, "-MM", "2022-01-19", "2022-12-07"),
    ("B5", B, ["Kim", "Hank"], 5, "-M-", "2022-04-06", "2022-10-19"),
    ("B6", B, ["Kim", "Hank"], 1, "-EN", "2022-05-18", "2022-05-18"),
    ("B7", B, ["Kim", "Hank"], 2, "-X-", "2022-06-08", "2022-07-13"),
    ("I1", B, ["Iris", "Jon"], 15, "MMM", "2022-01-06", "2022-12-15"),
    ("I2", B, ["Iris", "Jon"], 9, "MM-", "2022-02-03", "2022-11-28"),
    ("I3", B, ["Iris", "Jon"], 1, "NM-", "2022-05-05", "2022-05-05"),
    ("I4", B, ["Iris", "Jon"], 4, "-M-", "2022-03-10", "2022-09-15"),
    ("I5", B, ["Iris", "Jon"], 1, "-N-", "2022-10-06", "2022-10-06"),
    ("G1", B, ["Gina", "Leo"], 12, "MMM", "2022-07-05", "2022-12-13"),
    ("G2", B, ["Gina", "Leo"], 2, "NMM", "2022-08-02", "2022-10-04"),
    ("G3", B, ["Gina", "Leo"], 6, "UMM", "2022-07-12", "2022-12-06"),
    ("G4", B, ["Gina", "Leo"], 2, "U-M", "2022-09-06", "2022-11-08"),
    ("G5", B, ["Gina", "Leo"], 1, "-NM", "2022-09-13", "2022-09-13"),
    ("G6", B, ["Gina", "Leo"], 3, "--M", "2022-07-19", "2022-11-15"),
    ("G7", B, ["Gina"], 1, "MMM", "2022-05-10", "2022-05-10"),
    ("F1", B, ["Finn"], 12, "-M-", "2022-01-13", "2022-12-08"),
    ("F2", B, ["Finn"], 8, "M--", "2022-02-10", "2022-11-17"),
    ("L1", B, ["Kim", "Hank"], 3, "MMM", "2022-12-27", "2022-12-29"),
    ("R1", B, ["Ray", "Sue"], 40, "MMM-M", "2022-01-04", "2022-12-19"),
    ("R2", B, ["Ray"], 20, "MM--M", "2022-02-01", "2022-11-22"),
    ("P1", B, ["Pam", "Sue"], 24, "MMM--", "2022-01-11", "2022-12-12"),
    ("U1", B, ["Una"], 22, "-MM--", "2022-01-12", "2022-11-30"),
    ("V1", B, ["Una", "Val"], 8, "-MM--", "2022-10-18", "2022-12-05"),
]

# Teams of A, each with the same five kinds of cases.
TEAMS = [("Abel", "Bea"), ("Otto", "Cal"), ("Pia", "Dora"), ("Quinn", "Eli"), ("Rosa", "Fay"),
         ("Sam", "Gus"), ("Tara", "Hedy"), ("Uma", "Ivo"), ("Vic", "Jade"), ("Wim", "Kurt"),
         ("Xena", "Lena"), ("Yves", "Milo"), ("Zoe", "Nora")]
TEAM_CASES = [  # (letter, number of cases, outcomes)
    ("a", 24, "MMM-M"),  # adults who smoke, inhalational anesthetic, at risk of nausea
    ("b", 4, "NMM-M"),   # smoked on the day
    ("c", 8, "-M--N"),   # one means against pain only
    ("d", 6, "-M-M-"),   # children at risk of vomiting
    ("e", 1, "-N-N-"),   # a child, cold, without antiemetics
]
for _number, (_physician, _nurse) in enumerate(TEAMS):
    for _letter, _count, _outcomes in TEAM_CASES:
        BLOCKS.append((f"T{_number + 1:02}{_letter}", A, [_physician, _nurse], _count, _outcomes,
                       f"2022-01-{3 + _number:02}", f"2022-12-{2 + _number:02}"))
BLOCKS.append(("O1", A, ["Abel", "Owen"], 12, "-M---", "2022-02-14", "2022-10-24"))

# What the practice sent first, where a correction changed it later: (staff, outcomes).
FIRST_SENT = {
    "2022-B1-003": (None, "NMM"),
    "2022-B4-002": (["Kim", "Jon"], None),
    "2022-I4-001": (None, "-N-"),
    "2022-A10-001": (["Ann", "Cora"], None),
}
SENT_AGAIN_UNCHANGED = ["2022-A1-001"]
FORGOTTEN_IN_NOVEMBER = ["2022-I2-009"]  # comes with December's file
LATE_BLOCK = "L1"
# Records that the registry cannot use; nobody sent them again.
BROKEN = {
    "2022-T02a-005": "ends before it starts",
    "2022-T05c-003": "no ASA class",
    "2022-T09b-002": "no staff",
    "2022-T11d-004": "minutes in words",
}
# Sent twice within one file, with the same content.
TWICE_IN_FILE = ["2022-T07a-010"]
# Two outcomes for measure 424: counts as eligible and not reported.
TWO_OUTCOMES = ["2022-T03a-002"]
