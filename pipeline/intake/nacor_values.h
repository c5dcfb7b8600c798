// Values of the NACOR form: what its lists mean to us, and the forms of its codes.
//
// Source: enumerations and patterns of the public model of the 2018 form.
// Thread-safety: free functions over constant tables.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "core/strong.h"
#include "qcdr/v1/records.pb.h"

namespace qcdr::intake {

// ProviderCredentials, exactly as the form lists them.
std::optional<v1::ClinicianType> clinician_type(std::string_view credential);
std::string credential_list();

// Bits of AnesthesiaCase.anesthesia_categories; sub-categories refine "Neuraxial".
std::optional<std::uint32_t> category_bits(std::string_view category);
std::optional<std::uint32_t> sub_category_bits(std::string_view sub_category);
std::string category_list();
std::string sub_category_list();
inline constexpr std::uint32_t kSpinalBit = 2;
inline constexpr std::uint32_t kEpiduralBit = 4;
inline constexpr std::uint32_t kOtherNeuraxialBit = 8;

// AnesthesiaCase.asa_physical_status: "IIE" is 2 + 16; "Unknown" is 0.
std::optional<std::uint32_t> asa_status(std::string_view text);
std::string asa_list();
// AnesthesiaCase.procedure_status.
std::optional<std::uint32_t> procedure_status(std::string_view text);
std::string procedure_status_list();

// PQRSnnn, IIMnnn, or the measure of a registry: AQInn, ABGnn, EPREOPnn, MEDNAXnn, Quantumnn.
bool is_measure_form(std::string_view text);
// A measure kept for internal improvement only: IIMnnn.
bool is_internal_measure(std::string_view text);
// CMS's nnnnF, Gnnnn and Mnnnn; registries' nnXnn, nnX and nnnn.
bool is_quality_code_form(std::string_view text);
// 1P, 2P, 3P or 8P.
bool is_modifier_form(std::string_view text);
// A letter or digit, three digits, a letter or digit.
bool is_procedure_code_form(std::string_view text);
// The number of a code of five digits, none for codes with letters.
std::optional<std::uint32_t> procedure_code_number(std::string_view text);
// [0-9]{3,5}
std::optional<PracticeId> practice_number(std::string_view text);

}  // namespace qcdr::intake
