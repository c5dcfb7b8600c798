"""What the stand-in holds, looked at from outside: against the sample's plan and against the projections,
without any code of the product."""

from practices import NEVER_SENT, NPIS, SENT


def set_counts(measurement_set):
    """By measure: met, not met, exceptions, eligible; of activities True."""
    found = {}
    for each in measurement_set["measurements"]:
        value = each["value"]
        if isinstance(value, dict):
            value = (value["performanceMet"], value["performanceNotMet"],
                     value.get("eligiblePopulationException") or 0, value["eligiblePopulation"])
        found[each["measureId"]] = value
    return found


def projected_counts(office, practice, who, tin):
    """What the projection of one row says, as `final-score preview` shows it; by category."""
    told = office.ask("final-score", "preview", who, "--tin", tin[-4:], "--practice", practice.number)
    return {"quality": {each["measureId"]: (each["performanceMet"], each["performanceNotMet"],
                                            each["exceptions"], each["eligiblePopulation"])
                        for each in told["measures"]},
            "ia": {each["activityId"]: True for each in told["activities"]}}


def check_holds(suite, office, practice, name, individuals=SENT, counts=True):
    """Exactly one set for everybody who may be sent, and none for anybody else."""
    held = office.at_cms([practice])
    wanted = practice.keys(individuals)
    who = {number: each for each, number in NPIS.items()}
    words = lambda keys: sorted(f"{who.get(npi, 'group')} {category}" for _, npi, category in keys)
    suite.equal(f"{name}: CMS holds sets of", words(held), words(wanted))
    suite.check(f"{name}: under the right TINs", set(held) == wanted)
    twice = [key for key, sets in held.items() if len(sets) != 1]
    suite.equal(f"{name}: one set for each", words(twice), [])
    suite.equal(f"{name}: all by the registry, for the program mips",
                {(each["submissionMethod"], each["programName"]) for sets in held.values()
                 for each in sets}, {("registry", "mips")})
    if not counts:
        return
    rows = [("group", practice.group, None)] + [(each, practice.individuals, NPIS[each])
                                                for each in individuals]
    for label, tin, npi in rows:
        projected = projected_counts(office, practice, label, tin)
        sent = {category: set_counts(held[(tin, npi, category)][0]) for category in ("quality", "ia")
                if (tin, npi, category) in held}
        suite.equal(f"{name}: {label}: counts are those of the projection", sent,
                    {category: found for category, found in projected.items() if found})


def check_states(suite, office, practice, name, individuals=SENT, others=None):
    """`submission list`: verified, each; `others`: states of more documents, by beginning of the name."""
    documents = office.documents(practice).values()
    verified = sorted((each["clinician"] or "group", each["category"]) for each in documents
                      if each["state"] == "verified")
    wanted = len(practice.keys(individuals))
    suite.equal(f"{name}: {wanted} documents are verified", len(verified), wanted)
    rest = {each["clinician"]: each["state"] for each in documents if each["state"] != "verified"}
    suite.equal(f"{name}: the others", {key.split(",")[0]: state for key, state in rest.items()},
                others or {})


def check_never_written(suite, office):
    """Nobody who must not be sent was ever under way to CMS, not even for a moment."""
    submissions = office.cms.submissions()
    never = {NPIS[name] for name in NEVER_SENT}
    found = [row["nationalProviderIdentifier"] for row in submissions
             if row["nationalProviderIdentifier"] in never]
    suite.equal("no submission was ever made for anybody held, missing, opted out or without cases",
                found, [])


def check_rate(suite, office):
    told = office.cms.tell("GET", "/calls?windows=1,120")
    highest = {each["seconds"]: each["came"] for each in told["highest"]}
    suite.check("never more calls than CMS allows: 40 in any second, 3000 in any two minutes",
                highest[1] <= 40 and highest[120] <= 3000, highest)
    limited = [each for each in told["calls"] if each["limited"]]
    suite.equal("no call was refused for being too many", len(limited), 0)
    print(f"   {len(told['calls'])} calls, at most {highest[1]} in a second", flush=True)
