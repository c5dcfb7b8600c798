#include "registry/json_values.h"

#include <nlohmann/json.hpp>

namespace qcdr::registry {

nlohmann::ordered_json number_json(Decimal value) {
  return nlohmann::ordered_json::parse(value.to_string());
}

nlohmann::ordered_json citation_json(const rulebook::Citation& citation) {
  return {{"title", citation.title},
          {"href", citation.href},
          {"confidence", std::string(confidence_name(citation.confidence))}};
}

}  // namespace qcdr::registry
