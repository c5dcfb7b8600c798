#include "rulebook/registry_file.h"

#include <fmt/core.h>

#include <algorithm>
#include <array>

#include "rulebook/field_reader.h"
#include "rulebook/folding_file.h"

namespace qcdr::rulebook {
namespace {

constexpr std::array<std::string_view, 2> kZones = {kCentralZone, kEasternZone};

Registry read_registry(const DocumentNode& node, FileErrors& errors) {
  FieldReader reader(node, errors);
  Registry registry;
  registry.name = reader.text("name");
  registry.title = reader.text("title");
  registry.zone = reader.choice("zone", kZones) == 0 ? Zone::kCentral : Zone::kEastern;
  registry.vendor = reader.optional_text("vendor");
  registry.generations_from = static_cast<std::uint32_t>(
      reader.integer("generations_from", 0, static_cast<int>(kFoldingNumbers) - 1));
  registry.citation = reader.citation("reference");
  reader.finish();
  return registry;
}

}  // namespace

Result<std::vector<Registry>> parse_registry_file(std::string_view path, std::string_view bytes) {
  QCDR_ASSIGN_OR_RETURN(const DocumentNode root, parse_document(path, bytes));
  FileErrors errors(path);
  FieldReader file(root, errors);
  file.text("description");
  const DocumentNode& items = file.require("registries");
  if (items.items.empty()) errors.add(items.line, "a list of registries is expected");
  std::vector<Registry> registries;
  for (const DocumentNode& item : items.items) {
    Registry registry = read_registry(item, errors);
    const auto clashes = [&registry](const Registry& other) {
      return other.name == registry.name || other.generations_from == registry.generations_from;
    };
    if (std::any_of(registries.begin(), registries.end(), clashes)) {
      errors.add(item.line,
                 fmt::format("name or generations_from of \"{}\" is another's too", registry.name));
    }
    registries.push_back(std::move(registry));
  }
  file.finish();
  if (!errors.is_ok()) return errors.first();
  return registries;
}

}  // namespace qcdr::rulebook
