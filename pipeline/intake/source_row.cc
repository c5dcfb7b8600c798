#include "intake/source_row.h"

#include "intake/record_table.h"
#include "intake/record_values.h"

namespace qcdr::intake {

bool is_added_column(std::string_view name) {
  return name == kCodeColumn || name == kMessageColumn || name == kHintColumn;
}

std::vector<std::string> source_columns(const RecordTable& table) {
  std::vector<std::string> columns;
  for (const RecordField& field : fields_of(table)) columns.emplace_back(field.name);
  return columns;
}

std::vector<std::string> source_cells(const RecordValues& values) {
  std::vector<std::string> cells;
  for (const FieldValue& value : values.fields) {
    std::string cell(value.text);
    if (value.items != nullptr) {
      cell.clear();
      for (const ListItem& item : *value.items) {
        if (&item != &value.items->front()) cell.push_back(';');
        for (std::size_t part = 0; part < item.size(); ++part) {
          if (part > 0) cell.push_back(':');
          cell.append(item[part]);
        }
      }
    }
    cells.push_back(std::move(cell));
  }
  return cells;
}

}  // namespace qcdr::intake
