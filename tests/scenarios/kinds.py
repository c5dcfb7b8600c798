"""The columns of each kind of upload, and what a scenario need not write.

A column of a scenario's table must stand here. A text is the default of a column that the table
leaves out; None: the column is then not written. "{practice}" is the uploader, "{signed}" an hour
before the upload, "{day}" the day of the upload.
"""

BOTH = {"practice_id": "{practice}", "performance_year": "2022"}
LAST = {"record_id": None, "supersedes": None, "record_action": None}
SIGNER = {"signer_name": "Olga Officer", "signed_at": "{signed}"}
ATTESTER = {"attester_name": "Dana Champion", "attested_at": "{signed}"}
OFFICER = {"reason": "Heard and agreed", "officer_name": "Dora Director", "decided_at": "{signed}",
           "officer_role": "REGISTRY_DIRECTOR"}

KINDS = {
    "practice-registration": {
        "enrollment": "RENEWAL", "tier": "QUALITY_REPORTING", "mechanism": "QCDR", "tins": "",
        "practice_name": "Example Anesthesia PC", "champion_name": "Dana Champion",
        "headcounts": None,
        "agreements": "participation:2022-08-30;qualityAddendum:2022-08-30;baa:2022-08-30",
        "invoice": "INV-1", "paid_on": "2022-09-14", "ordered_on": "2022-08-29",
        "closed_on": None},
    "roster": {
        "tin": "", "npi": "", "last_name": "", "first_name": "", "credential": "",
        "start_date": "2019-01-01", "end_date": "", "status": "ACTIVE"},
    "reporting-option": {
        "tin": "", "level": "", "pathway": "TRADITIONAL", "elected_by": "Olga Officer"},
    "individual-consent": {
        "tin": "", "npi": "", "action": "GRANT", "signer_name": "The Clinician",
        "signed_at": "{signed}", "effective_from": None, "expires_on": None,
        "categories": None},
    "officer-consent": {"tin": "", "action": "GRANT", "categories": None, **SIGNER},
    "opt-out": {
        "tin": "", "npi": "", "opt_out": "FILE", "reason": "REPORTING_ELSEWHERE",
        "signer_name": "The Clinician", "signed_at": "{signed}", "warning_acknowledged": "yes",
        "categories": None},
    "activity-attestation": {
        "tin": "", "npi": "", "activity_id": "", "performed_from": "2022-06-01",
        "performed_to": "2022-08-31", "performing_npis": None, "billing_npis": None,
        "performing_count": None, "billing_count": None, **ATTESTER},
    "reconciliation-sign-off": {
        "tin": "", "roster_version": None, "data_through": "2022-11-30", "waivers": None, **SIGNER},
    "promoting-interoperability": {
        "tin": "", "npi": "", "performed_from": "2022-07-01", "performed_to": "2022-12-31",
        "cehrt_id": "0015C7EXAMPLE22", "attested": None, "measures": None, **ATTESTER},
    "measure-result": {
        "tin": "", "npi": "", "measure_id": "", "service_from": "2022-01-01",
        "service_to": "2022-12-31", "eligible_population": "", "performance_met": "",
        "performance_not_met": "", "exceptions": None, "strata": None,
        "collection_type": "REGISTRY"},
    "anesthesia-case": {
        "case_id": "", "staff": "", "anesthesia_start": "", "anesthesia_end": "",
        "anesthesia_categories": "General Anesthesia", "age": "40", "asa_class": "II",
        "procedure_status": "Elective", "quality_codes": ""},
    "billed-cases": {"tin": "", "month": "", "cases": "", "source": "billing-system"},
    "partial-tin-attestation": {
        "tin": "", "all_covered": "yes", "billing_clinicians": "", **SIGNER},
    "opt-in-election": {"tin": "", "npi": "", "election": "OPT_IN", **SIGNER},
    "confirmation": {
        "confirms": "", "confirmed": "yes", "upload_id": None, "tin": None, "npis": None, **SIGNER},
    "eligibility-snapshot": {
        "tin": "", "npi": "", "list_date": "2022-12-20", "segment": "2", "eligibility": "REQUIRED",
        "small_practice": None, "rural": None, "hpsa": None, "non_patient_facing": None,
        "hospital_based": None, "asc_based": None, "facility_based": None, "group_size": None,
        "complex_patient_bonus": None},
    "reweighting-approval": {
        "tin": "", "npi": "", "reweighted_categories": "",
        "reweighting_reason": "EXTREME_AND_UNCONTROLLABLE", "approved_on": "2023-01-10",
        "reference": "EUC-17"},
    "entity-membership": {
        "entity_kind": "", "entity_number": "", "tin": "", "npi": None, "membership": "MEMBER"},
    "cms-feedback": {
        "tin": "", "npi": "", "stage": "FINAL", "released_on": "2023-08-10", "version": "1",
        "sharing": "SHARE", "purpose": "comparison with projections", "final_score": "",
        "category_scores": None, "measure_scores": None, "adjustment": None,
        "complex_patient_bonus": None},
    "review-authorisation": {"tin": "", "npi": "", "authorisation": "GRANT", **SIGNER},
    "review-case": {
        "review_id": "REV-1", "cms_number": None, "tin": "", "npi": "", "state": "",
        "cause": "ELIGIBILITY", "reached_at": "{signed}", "documents_due_at": None,
        "revised_score": None},
    "officer-decision": {
        "decides": "", "verdict": "APPROVE", "decided_record": None, "tin": None, "npi": None,
        "finding": None, **OFFICER},
    "deadline-extension": {"deadline": "", "until": "", "announced_at": "{signed}", **OFFICER},
    "audit-correction": {"audit_finding": "AUD-7", "case_ids": "", "opens_at": "", "closes_at": "",
                         **OFFICER},
}

CREDENTIALS = {
    "physician": "Anesthesiologist",
    "crna": "Certified Registered Nurse Anesthetist",
    "caa": "Certified Anesthesiologist Assistant",
    "physician-assistant": "Physician Assistant",
    "nurse-practitioner": "Advanced Practice Nurse",
}


def columns_of(kind):
    return {**BOTH, **KINDS[kind], **LAST}
