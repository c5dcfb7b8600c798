"""What must hold after every scenario, whatever went wrong in it."""

import json

import positions
from harness import Failure, must, run_tool
from reference import JUDGED

BATCH_SECONDS_MAX = 60


def account_problems(pipeline, as_in_reference):
    """Every file that was there was taken, and each of its rows was judged once."""
    season = pipeline.season
    accounts = json.loads(must([pipeline.tools.probe, "accounts", *pipeline.broker.place]))
    problems = []
    lost = pipeline.feed.acknowledged() - set(accounts)
    if lost:
        problems.append(f"{len(lost)} acknowledged uploads are not on the log: {sorted(lost)[:3]}")
    if set(accounts) != set(season.rows):
        problems.append(f"{len(accounts)} uploads on the log, {len(season.rows)} files")
    for upload, account in accounts.items():
        problems += [f"upload {upload[:12]}: {what}" for what in _upload_problems(
            account, season.rows.get(upload), season.uploads.get(upload), as_in_reference)]
    return problems


def _upload_problems(account, rows, calm, as_in_reference):
    judged = sum(account[word] for word in JUDGED)
    if account["received"] < 1:
        yield "was never received"
    if account["outcomes"] != 1:
        yield f"{account['outcomes']} outcomes"
    if account["countedOtherwise"]:
        yield "validation counted its rows twice and differently"
    if account["rowsRead"] != rows:
        yield f"validation read {account['rowsRead']} rows, the file has {rows}"
    if not account["refused"] and judged != rows:
        yield f"{judged} rows were judged, the file has {rows}"
    if as_in_reference and calm:
        now = {word: account[word] for word in JUDGED}
        if now != calm["rows"]:
            yield f"{now}, in a calm run {calm['rows']}"


def batch_problems(pipeline, digest):
    """The independent program folds the log to the same state and finds the published scores."""
    program = pipeline.tools.batch_fold
    ran = run_tool([program, "--broker", pipeline.broker.address, "--keys", pipeline.season.keys,
                    "--check-projections"], seconds=BATCH_SECONDS_MAX)
    lines = ran.out.splitlines() or [""]
    problems = []
    if lines[0] != digest:
        problems.append(f"digest {digest}, of the independent program {lines[0]}")
    if ran.code != 0 or not lines[-1].endswith("projections agree"):
        problems.append(f"the independent program: {ran.tail()}")
    return problems


def state_problems(pipeline, as_in_reference):
    """Digest recomputed from every row, and table: those of the calm run and the batch program."""
    season, tools = pipeline.season, pipeline.tools
    problems = season.end_problems(tools, pipeline.states()) if as_in_reference else []
    digest, table = season.end_of(tools, pipeline.states())
    problems += batch_problems(pipeline, digest)
    portal = pipeline.state("portal-0")
    if portal.exists():
        followed, shown = season.end_of(tools, [portal])
        if followed != digest:
            problems.append(f"the portal's state has digest {followed}")
        if shown != table:
            problems.append("the portal's scores differ from those of scoring")
    return problems


def all_problems(pipeline, as_in_reference=True):
    """Of a pipeline that has stopped. `as_in_reference`: files came in their order, as in a calm run."""
    try:
        behind = pipeline.behind()
        problems = [f"partitions {behind} are behind their commits"] if behind else []
        problems += account_problems(pipeline, as_in_reference)
        problems += positions.output_problems(pipeline.tools, pipeline.broker.place)
        return problems + state_problems(pipeline, as_in_reference)
    except Failure as error:
        return [str(error)]
