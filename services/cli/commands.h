// The subcommands. Each function adds one to the application; when it was given on the command line
// its callback runs and sets *exit_code.
#pragma once

namespace CLI {
class App;
}

namespace qcdr {

void add_dev_command(CLI::App& app, int* exit_code);
void add_serve_command(CLI::App& app, int* exit_code);
void add_validate_command(CLI::App& app, int* exit_code);
void add_uploads_command(CLI::App& app, int* exit_code);
void add_report_command(CLI::App& app, int* exit_code);
void add_replay_command(CLI::App& app, int* exit_code);
void add_diff_command(CLI::App& app, int* exit_code);
void add_doctor_command(CLI::App& app, int* exit_code);
void add_findings_command(CLI::App& app, int* exit_code);
void add_score_command(CLI::App& app, int* exit_code);
void add_score_preview_command(CLI::App& app, int* exit_code);
void add_readiness_command(CLI::App& app, int* exit_code);
void add_submission_command(CLI::App& app, int* exit_code);
void add_audit_command(CLI::App& app, int* exit_code);
void add_audit_verify(CLI::App& audit, int* exit_code);
void add_feedback_command(CLI::App& app, int* exit_code);
void add_final_score_command(CLI::App& app, int* exit_code);
void add_targeted_review_command(CLI::App& app, int* exit_code);
void add_state_command(CLI::App& app, int* exit_code);
void add_topics_command(CLI::App& app, int* exit_code);
void add_rulebook_command(CLI::App& app, int* exit_code);
void add_dlq_command(CLI::App& app, int* exit_code);
void add_reconciliation_command(CLI::App& app, int* exit_code);
void add_history_command(CLI::App& app, int* exit_code);
void add_reference_command(CLI::App& app, int* exit_code);
void add_generate_command(CLI::App& app, int* exit_code);

}  // namespace qcdr
