"""Objects as the API answers with them."""

import clocks
import entities
import rates


def measurement(row, measure):
    return {"id": row["id"], "measurementSetId": row["parent"], "measureId": row["measureId"],
            "value": rates.computed(row["value"], measure)}


def measurement_set(row, measurements, year, tables):
    known = tables.measures(year, row["category"]) or {}
    return {
        "id": row["id"],
        "createdAt": clocks.text(row["created"]),
        "updatedAt": clocks.text(row["updated"]),
        "submissionId": row["submission"],
        "category": row["category"],
        "submissionMethod": row["submissionMethod"],
        "measureSet": None,
        "submitterId": row["submitterId"],
        "submitterType": row["submitterType"],
        "programName": row["programName"],
        "practiceDetails": row["practiceDetails"],
        "cehrtId": row["cehrtId"],
        "suppressed": False,
        "source": None,
        "performanceStart": row["performanceStart"],
        "performanceEnd": row["performanceEnd"],
        "measurements": [measurement(each, known.get(each["measureId"])) for each in measurements],
    }


def submission(row, sets):
    return {"id": row["id"], "createdAt": clocks.text(row["created"]),
            "updatedAt": clocks.text(row["updated"]),
            **{name: row[name] for name in entities.FIELDS}, "measurementSets": sets}
