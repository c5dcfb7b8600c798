// Options of a what-if, for every command that has one.
#include <CLI/CLI.hpp>

#include "cli/what_if.h"

namespace qcdr {

void add_what_if_options(CLI::App* command, WhatIf* assumed) {
  command->add_option("--measure", assumed->measure, "Measure whose counts are assumed");
  command->add_option("--met", assumed->met, "Its cases that met it")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--not-met", assumed->not_met, "Its cases that did not")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--eligible", assumed->eligible, "Its eligible cases")
      ->check(CLI::NonNegativeNumber);
  command->add_option("--activities", assumed->activity_points, "Points of improvement activities");
  command->add_option("--promoting-interoperability", assumed->interoperability_percent,
                      "Percent of promoting interoperability");
  command->add_option("--cost", assumed->cost_percent, "Percent of cost");
  command->add_option("--complex-patient-bonus", assumed->complex_patient_bonus,
                      "Points that CMS adds for complex patients");
  command->add_option("--changes", assumed->changes,
                      "JSON list of changes, as score-preview takes it: a measurement, or part of "
                      "a profile");
  command->add_option("--assume", assumed->statuses,
                      "STATUS=yes|no|unknown: smallPractice, nonPatientFacing, hospitalBased, "
                      "ascBased, rural, hpsa; may be given again");
}

}  // namespace qcdr
