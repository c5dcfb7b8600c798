"""Compares what a scenario says with the JSON of the command line. Every phrase stands in this file."""

import datetime
import decimal
import re

from language import INSTANT, instant_of
from people import person, tin_of

REASONS = (
    "registration agreement payment individualConsent officerConsent optOut reconciliation audit "
    "certification reportingOption partialTin unreadableOptOut officerDecision clinicianType "
    "confirmation noData circumstances virtualGroup").split()
COSTS = (
    "completeness missingMonth improvementActivities promotingInteroperability missingMeasure "
    "caseMinimum heldCases").split()
ADVICE = "securityOfficial eligibilityList billedCases notRequired".split()
NUMBER = r"-?\d+(?:\.\d+)?"
SIDES = {"as things stand": "asThingsStand", "if all done": "ifAllOpenItemsDone"}
SIDE = "(as things stand|if all done)"


class Differs(Exception):
    """What is, and what should be."""

    def __init__(self, expected, actual):
        super().__init__(f"should be {expected}\n  is        {actual}")


def rounded(value, pattern):
    """The value with as many decimals as the scenario writes, half up."""
    places = len(pattern.partition(".")[2])
    step = decimal.Decimal(1).scaleb(-places)
    return str(decimal.Decimal(value).quantize(step, rounding=decimal.ROUND_HALF_UP))


def same_number(what, actual, wanted):
    if actual is None or rounded(actual, wanted) != wanted:
        raise Differs(f"{what} {wanted}", f"{what} {actual}")


def same(what, actual, wanted):
    if actual != wanted:
        raise Differs(f"{what} {wanted}", f"{what} {actual}")


# --- uploads -----------------------------------------------------------------------------------

def judge_upload(line, entry, refused, told):
    """entry: its object of `uploads --json`, or None; refused: refused at the door, told why."""
    text = line.text
    if text == "refused":
        if not refused and (entry or {}).get("state") != "refused":
            raise Differs("refused", state_of(entry))
        return
    if text == "refused at the door":
        if not refused:
            raise Differs(text, state_of(entry))
        return
    if found := re.fullmatch(r"says \"(.+)\"", text):
        if found[1] not in told:
            raise Differs(f"told {found[1]!r}", f"told {told.strip()!r}")
        return
    if not known_upload_phrase(text):
        raise line.error(f"not understood of an upload: {text}")
    if entry is None:
        raise Differs(text, f"refused at the door: {told.strip()}" if refused
                      else "no such upload in `qcdr uploads --json`")
    if text in ("completed", "parked"):
        same("state", entry["state"], text)
    elif found := re.fullmatch(r"(accepted|held|rejected|duplicate) (\d+)", text):
        same(f"rows {found[1]}", entry["rows"][found[1]], int(found[2]))
    else:
        judge_findings(text, {each["code"]: each["count"] for each in entry["findings"]})


def known_upload_phrase(text):
    return text in ("completed", "parked", "no findings") or re.fullmatch(
        r"(accepted|held|rejected|duplicate) \d+|(no )?finding QCDR-[A-Z]+-\d{4}( \d+ times?)?", text)


def judge_findings(text, counts):
    if text == "no findings":
        same("findings", counts, {})
        return
    found = re.fullmatch(r"(no )?finding (QCDR-[A-Z]+-\d{4})(?: (\d+) times?)?", text)
    count = counts.get(found[2], 0)
    good = count == 0 if found[1] else count > 0 if not found[3] else count == int(found[3])
    if not good:
        raise Differs(text, f"findings {counts or 'none'}")


def state_of(entry):
    return "no such upload" if entry is None else f"{entry['state']}, {entry['rows']}"


# --- the first screen --------------------------------------------------------------------------

SCREEN = rf"not sent \d+ of \d+|data through \d{{4}}-\d\d|next deadline {INSTANT}|as of {INSTANT}"


def judge_screen(line, screen):
    """screen: the object of `score list --json`."""
    text = line.text
    if found := re.fullmatch(r"not sent (\d+) of (\d+)", text):
        same("not sent", f"{screen['notSent']['count']} of {screen['notSent']['of']}",
             f"{found[1]} of {found[2]}")
    elif found := re.fullmatch(r"data through (.+)", text):
        same("data through", screen["dataThrough"], found[1])
    elif found := re.fullmatch(r"next deadline (.+)", text):
        same_instant(line, [(screen["nextDeadline"] or {}).get("until")], found[1])
    elif found := re.fullmatch(r"as of (.+)", text):
        same_instant(line, [screen["asOf"]], found[1])
    else:
        raise line.error(f"not understood of the screen: {text}")


# --- rows --------------------------------------------------------------------------------------

def same_person(shown, given):
    """"Ann Abbott" and "Abbott, Ann" are one name."""
    return shown is not None and sorted(re.findall(r"[\w.'-]+", shown)) == sorted(given.split())


def find_rows(rows, then):
    if then.who == "virtual group":
        return [row for row in rows if row["virtualGroup"] == then.tin
                and (not then.practice or row["practice"] == then.practice)]
    masked = "*****" + tin_of(then.tin)[-4:]
    found = [row for row in rows if row["tin"] == masked
             and (not then.practice or row["practice"] == then.practice)]
    if then.who == "group":
        return [row for row in found if row["level"] == "group"]
    if then.who == "anybody":
        return [row for row in found if row["level"] == "individual"]
    name = person(then.line, then.who).name
    return [row for row in found if row["level"] == "individual"
            and same_person(row["clinician"], name)]


def judge_row(line, rows, then):
    text = line.text
    found = find_rows(rows, then)
    if text == "no row":
        same("rows", len(found), 0)
        return
    if match := re.fullmatch(r"(\d+) rows?", text):
        same("rows", len(found), int(match[1]))
        return
    for pattern, judge in PHRASES:
        if match := re.fullmatch(pattern, text):
            if len(found) != 1:
                there = sorted({(row["tin"], row["clinician"] or "group") for row in rows},
                               key=str)
                raise Differs("one row", f"{len(found)} rows; there are {there}")
            judge(line, found[0], match)
            return
    raise line.error(f"not understood of a row: {text}")


SUBJECTS = {"upload": "an upload", "row": "a row", "screen": "the screen"}


def check_phrase(line, then):
    """An unknown phrase is an error before anything runs."""
    import submissions  # pylint: disable=import-outside-toplevel,cyclic-import
    text = line.text
    if then.subject == "upload":
        good = (known_upload_phrase(text) or text in (
            "refused", "refused at the door")
            or re.fullmatch(r"says \"(.+)\"", text))
    elif then.subject == "screen":
        good = re.fullmatch(SCREEN, text)
    else:
        if then.who not in ("group", "anybody", "virtual group"):
            person(then.line, then.who)
        good = (text == "no row" or re.fullmatch(r"\d+ rows?", text)
                or submissions.is_phrase(text)
                or any(re.fullmatch(pattern, text) for pattern, _ in PHRASES))
    if not good:
        raise line.error(f"not understood of {SUBJECTS[then.subject]}: {text}")


def needs_scores(text):
    return re.search(SIDE, text) is not None


def will_be_sent(_, row, match):
    same("willBeSent", row["willBeSent"], match[1] == "")


def sent_with(_, row, match):
    set_name = {"its own set": row["level"], "the group": "group",
                "the virtual group": "virtualGroup"}[match[2]]
    same(match[0], set_name in row["sentWith"], match[1] == "")


def displaced_by(_, row, match):
    same("displacedBy", row["displacedBy"], None if match[1] == "nothing" else match[1])


def reports_as(_, row, match):
    same("reportsAs", row["reportsAs"], match[1])


def known(line, name, names):
    if name not in names:
        raise line.error(f"unknown reason {name!r}; known: {', '.join(names)}")
    return name


def blocks(line, row, match):
    wanted = [] if match[1] == "nothing" else [
        known(line, name.strip(), REASONS) for name in match[1].split(",")]
    same("blocks", sorted(block["reason"] for block in row["blocks"]), sorted(wanted))


def blocked_by(line, row, match):
    reason = known(line, match["reason"], REASONS)
    found = [block for block in row["blocks"] if block["reason"] == reason]
    if match["practice"]:
        found = [block for block in found if str(block.get("practice")) == match["practice"]]
    if not found:
        raise Differs(line.text, f"blocks {row['blocks']}")
    for word, key in (("held", "heldLate"), ("refused", "refused"), ("closed", "closed")):
        said = match[word]
        if said and not any(bool(block[key]) != said.startswith("not ") for block in found):
            raise Differs(line.text, f"blocks {row['blocks']}")
    if match["until"]:
        same_instant(line, [block["curableUntil"] for block in found], match["until"])


def same_instant(line, actual, wanted):
    instants = [instant_of(line, text).astimezone(datetime.timezone.utc).replace(microsecond=0)
                for text in actual if text]
    expected = instant_of(line, wanted).astimezone(datetime.timezone.utc)
    if expected not in instants:
        raise Differs(expected.isoformat(), f"{actual}")


def not_blocked_by(line, row, match):
    known(line, match[1], REASONS)
    if any(block["reason"] == match[1] for block in row["blocks"]):
        raise Differs(line.text, f"blocks {row['blocks']}")


def costs(line, row, match):
    reason = known(line, match["reason"], COSTS)
    found = [cost for cost in row["costs"] if cost["reason"] == reason
             and (not match["measure"] or cost.get("measureId") == match["measure"])]
    if bool(found) == bool(match["no"]):
        raise Differs(line.text, f"costs {row['costs']}")
    if match["points"] and not any(rounded(cost["pointsAtMost"], match["points"]) == match["points"]
                                   for cost in found):
        raise Differs(line.text, f"costs {row['costs']}")
    if match["until"]:
        same_instant(line, [cost["curableUntil"] for cost in found], match["until"])


def advised(line, row, match):
    known(line, match[2], ADVICE)
    kinds = [advice.get("kind", advice.get("reason")) for advice in row.get("advice", [])]
    if (match[2] in kinds) == bool(match[1]):
        raise Differs(line.text, f"advice {kinds}")


def consent(_, row, match):
    same("consent", row["consent"], match[1])


def withholds(line, row, match):
    found = [(sorted(each["categories"]), each["reason"], each["heldLate"])
             for each in row["withheld"]]
    if match["reason"] is None:
        same("withheld", found, [])
        return
    wanted = (sorted(name.strip() for name in match["categories"].split(",")),
              known(line, match["reason"], REASONS), match["held"] is not None)
    if wanted not in found:
        raise Differs(f"withheld {wanted}", f"withheld {found}")


def document(_, row, match):
    """row: an entry of `submission preview --json`."""
    sets = (row["submission"] or {}).get("measurementSets", [])
    wanted = match[1].split(",") if match[1] else []
    same("document of", sorted(each["category"] for each in sets),
         sorted(name.strip() for name in wanted))


def cases(_, row, match):
    actual = f"cases {row['cases']['counted']} counted, {row['cases']['held']} held"
    wanted = f"cases {match[1]} counted, {match[2] or row['cases']['held']} held"
    if actual != wanted:
        raise Differs(wanted, actual)


def number(_, row, match):
    side = row[SIDES[match[1]]]
    same_number(match[1], side["value"], match[2])
    ends(match[1], side, match[3], match[4])


def ends(what, value, low, high):
    if low:
        same_number(f"{what}, low", value["low"], low)
        same_number(f"{what}, high", value["high"], high)


def category(_, row, match):
    node = row[SIDES[match[1]]]["categories"].get(match[2])
    if node is None:
        raise Differs(match[0], f"categories {row[SIDES[match[1]]]['categories']}")
    if match[3]:
        same_number(f"{match[2]} percent", node["percent"], match[3])
    if match[4]:
        same_number(f"{match[2]} weight", node["weight"], match[4])


def cause(_, row, match):
    causes = row[SIDES[match[1]]]["causes"]
    found = [each for each in causes if each["cause"] == match[2]]
    if match[3]:
        if found:
            raise Differs(f"no cause {match[2]}", f"causes {causes}")
        return
    if not found:
        raise Differs(f"a cause {match[2]}", f"causes {causes}")
    ends(f"{match[1]}, cause {match[2]}", found[0], match[4], match[5])


def with_data_of_others(_, row, match):
    ends(match[0], row[SIDES[match[1]]]["withDataOfOthers"], match[2], match[3])


def adjustment(_, row, match):
    value = row[SIDES[match[1]]]["paymentAdjustment"]
    same_number(f"{match[1]}, adjustment", value["percent"], match[2])
    ends(f"{match[1]}, adjustment", value, match[3], match[4])


def applies(_, row, match):
    same("paymentAdjustment.applies", row["asThingsStand"]["paymentAdjustment"]["applies"], match[1])


def clinician_type(_, row, match):
    same("clinicianType", row["clinicianType"], match[1])


def first_missing(line, row, match):
    missing = row["firstMissing"]
    if match["nothing"]:
        same("first missing", missing, None)
        return
    if missing is None:
        raise Differs(line.text, "nothing is missing")
    same("first missing", missing["reason"],
         known(line, match["reason"], REASONS if missing["blocks"] else COSTS))
    if match["final"]:
        same("closed", missing["closed"], True)
    if match["until"]:
        same_instant(line, [missing["until"]], match["until"])
    if match["local"]:
        same("days left", f"{missing['daysLeft']} and {missing['daysLeftEastern']} Eastern",
             f"{match['local']} and {match['eastern']} Eastern")
    if match["undated"]:
        same("days left", (missing["until"], missing["daysLeft"]), (None, None))


# --- after CMS spoke: of `targeted-review compare` and `case` ----------------------------------

WINDOWS = {"not yet open": "notYetOpen", "open": "open", "closed": "closed"}
REVIEW_CASES = "case "  # what begins so is asked of `targeted-review case`


def review_window(line, row, match):
    same("review window", row["window"]["state"], WINDOWS[match[1]])
    if match[2]:
        same_instant(line, [row["window"]["until"]], match[2])


def review_node(line, row, match):
    found = [node for node in row.get("nodes", []) if node["path"] == match[1]]
    if not found:
        raise Differs(line.text, f"nodes {[node['path'] for node in row.get('nodes', [])]}")
    for side, wanted in (("ours", match[2]), ("cms", match[3])):
        if wanted == "none":
            same(side, found[0][side], None)
        else:
            same_number(side, found[0][side], wanted)


def review_differs(_, row, match):
    differ = [node["path"] for node in row.get("nodes", []) if not node["same"]]
    same("nodes that differ", len(differ), int(match[1]))


def review_cause(_, row, match):
    causes = row.get("causes", [])
    if match[1]:
        same("causes", causes, [])
        return
    if not causes:
        raise Differs(f"cause {match[2]}", "no cause")
    same("the likely cause", causes[0]["cause"], match[2])
    same("differences left", causes[0]["differencesLeft"], int(match[3]))


def review_effect(_, row, match):
    change = row["effect"]["change"]
    same_number("change, low", change["low"], match[1])
    same_number("change, high", change["high"], match[2])


def feedback_counts(_, row, match):
    version = row["feedback"] and str(row["feedback"]["version"])
    same("feedback that counts", version, match[1])


def review_case(line, row, match):
    found = [case for case in row["cases"] if case["review"] == match[1]]
    if not found:
        raise Differs(line.text, f"cases {[case['review'] for case in row['cases']]}")
    same("state", found[0]["state"], match[2])
    same("final", found[0]["final"], match[3] is not None)
    if match[4]:
        same_instant(line, [found[0]["documentsDueAt"]], match[4])


RANGE = rf"(?: \(({NUMBER}) to ({NUMBER})\))?"
PHRASES = (
    (r"will (|not )be sent", will_be_sent),
    (r"will (|not )be sent with (its own set|the group|the virtual group)", sent_with),
    (r"displaced by ([\w-]+)", displaced_by),
    (r"reports as (individual|group|both|none|virtualGroup)", reports_as),
    (r"blocks are ([\w, ]+)", blocks),
    (rf"blocked by (?P<reason>\w+)(?: of (?P<practice>\d+))?(?:, (?P<held>(?:not )?held late))?"
     rf"(?:, (?P<refused>(?:not )?refused))?(?:, (?P<closed>(?:not )?closed))?"
     rf"(?:, until (?P<until>{INSTANT}))?", blocked_by),
    (r"not blocked by (\w+)", not_blocked_by),
    (rf"first missing (?:(?P<nothing>nothing)|(?P<reason>\w+)(?P<final>, final)?"
     rf"(?:, until (?P<until>{INSTANT}))?"
     r"(?:, (?P<local>\d+) days? left and (?P<eastern>\d+) Eastern|(?P<undated>, no date))?)",
     first_missing),
    (rf"(?P<no>no )?cost (?P<reason>\w+)(?: of (?P<measure>\w+))?(?: at most (?P<points>{NUMBER}))?"
     rf"(?:, until (?P<until>{INSTANT}))?", costs),
    (r"(not )?advised (\w+)", advised),
    (r"consent (on time|expired|not yet|held|refused|missing|revoked|not applicable)", consent),
    (r"withholds (?:nothing|(?P<categories>[\w, ]+) by (?P<reason>\w+)(?P<held>, held late)?)",
     withholds),
    (r"document of ([\w, ]+)|no document", document),
    (r"cases (\d+) counted(?:, (\d+) held)?", cases),
    (rf"{SIDE} ({NUMBER}){RANGE}", number),
    (rf"{SIDE} category (\w+)(?: ({NUMBER}) %)?(?: weight (\d+))?", category),
    (rf"{SIDE} cause (\w+)( not told)?{RANGE}", cause),
    (rf"{SIDE} with data of others \(({NUMBER}) to ({NUMBER})\)", with_data_of_others),
    (rf"{SIDE} adjustment ({NUMBER}){RANGE}", adjustment),
    (r"adjustment applies (yes|no|unknown)", applies),
    (r"clinician type (\w+)", clinician_type),
    (rf"review (not yet open|open|closed)(?: until ({INSTANT}))?", review_window),
    (rf"review node (\S+) ours ({NUMBER}|none) cms ({NUMBER}|none)", review_node),
    (r"review differs in (\d+) numbers?", review_differs),
    (r"review cause (?:(nothing)|(\w+) leaves (\d+))", review_cause),
    (rf"review changes the adjustment by ({NUMBER}) to ({NUMBER})", review_effect),
    (r"feedback (?:none|version (\d+))", feedback_counts),
    (rf"case ([\w-]+) (\w+)(, final)?(?:, documents until ({INSTANT}))?", review_case),
)
