// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>

#include "venloc/core/error.hpp"
#include "venloc/evaluation/evaluation.hpp"

namespace venloc {
namespace {

using Cells = std::vector<std::string>;
using Json = nlohmann::ordered_json;

std::string number(double value, int digits) {
  char text[64];
  std::snprintf(text, sizeof text, "%.*f", digits, value);
  return text;
}

std::string cell(const Estimate& estimate, int digits) {
  return number(estimate.value, digits) + " [" + number(estimate.low, digits) + ", " + number(estimate.high, digits) +
         "]";
}

/// Metres without decimals when they have none.
std::string metres(double value) { return number(value, value == std::floor(value) ? 0 : 1); }

/// A header and one line for each row.
std::vector<Cells> table(std::span<const Metrics> rows) {
  Cells header = {"locator", "queries", "groups", "mean m", "median m", "quartile 1 m", "quartile 3 m", "90 % m"};
  if (!rows.empty()) {
    for (const double threshold : rows.front().thresholds_m) header.push_back("within " + metres(threshold) + " m");
    for (const int k : rows.front().recall_at) header.push_back("recall@" + std::to_string(k));
  }
  header.insert(header.end(), {"oracle_recall", "coverage 50 %", "coverage 90 %", "calibration error"});
  std::vector<Cells> lines = {std::move(header)};
  for (const Metrics& row : rows) {
    if (row.thresholds_m != rows.front().thresholds_m || row.recall_at != rows.front().recall_at)
      throw InvalidArgumentError("the rows of a table must have the same thresholds and recall_at; '" + row.name +
                                 "' has others than '" + rows.front().name + "'");
    Cells line = {row.name, std::to_string(row.queries), std::to_string(row.groups)};
    for (const Estimate* estimate :
         {&row.mean_m, &row.median_m, &row.quartile_1_m, &row.quartile_3_m, &row.percentile_90_m})
      line.push_back(cell(*estimate, 0));
    for (const Estimate& estimate : row.within) line.push_back(cell(estimate, 3));
    for (const Estimate& estimate : row.recall) line.push_back(cell(estimate, 3));
    for (const Estimate* estimate : {&row.oracle_recall, &row.coverage_50, &row.coverage_90, &row.calibration_error})
      line.push_back(cell(*estimate, 3));
    lines.push_back(std::move(line));
  }
  return lines;
}

/// Number of characters of UTF-8 text.
std::size_t width(const std::string& text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0) != 0x80; }));
}

Json to_json_value(const Estimate& estimate) {
  return {{"value", estimate.value}, {"low", estimate.low}, {"high", estimate.high}};
}

}  // namespace

std::string to_text(std::span<const Metrics> rows) {
  const std::vector<Cells> lines = table(rows);
  std::vector<std::size_t> widths(lines.front().size(), 0);
  for (const Cells& line : lines)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], width(line[i]));
  std::string text;
  for (const Cells& line : lines) {
    for (std::size_t i = 0; i < line.size(); ++i) {
      const std::string space(widths[i] - width(line[i]), ' ');
      // Names at the left, figures at the right.
      text += i == 0 ? line[i] + space : "  " + space + line[i];
    }
    text += '\n';
  }
  return text;
}

std::string to_markdown(std::span<const Metrics> rows) {
  const std::vector<Cells> lines = table(rows);
  std::string text;
  for (std::size_t l = 0; l < lines.size(); ++l) {
    for (const std::string& content : lines[l]) {
      text += "| ";
      for (const char c : content) text += c == '|' ? std::string("\\|") : std::string(1, c);
      text += ' ';
    }
    text += "|\n";
    if (l > 0) continue;
    for (std::size_t i = 0; i < lines[l].size(); ++i) text += i == 0 ? "|---" : "|---:";
    text += "|\n";
  }
  return text;
}

std::string to_json(std::span<const Metrics> rows) {
  Json result = Json::array();
  for (const Metrics& row : rows) {
    Json within = Json::array();
    for (std::size_t i = 0; i < row.within.size(); ++i) {
      within.push_back({{"threshold_m", row.thresholds_m[i]}});
      within.back().update(to_json_value(row.within[i]));
    }
    Json recall = Json::array();
    for (std::size_t i = 0; i < row.recall.size(); ++i) {
      recall.push_back({{"k", row.recall_at[i]}});
      recall.back().update(to_json_value(row.recall[i]));
    }
    Json calibration = Json::array();
    for (const CalibrationBin& bin : row.calibration)
      calibration.push_back(
          {{"mean_confidence", bin.mean_confidence}, {"share_within", bin.share_within}, {"count", bin.count}});
    result.push_back({{"name", row.name},
                      {"queries", row.queries},
                      {"groups", row.groups},
                      {"mean_m", to_json_value(row.mean_m)},
                      {"median_m", to_json_value(row.median_m)},
                      {"quartile_1_m", to_json_value(row.quartile_1_m)},
                      {"quartile_3_m", to_json_value(row.quartile_3_m)},
                      {"percentile_90_m", to_json_value(row.percentile_90_m)},
                      {"within", std::move(within)},
                      {"recall", std::move(recall)},
                      {"oracle_recall", to_json_value(row.oracle_recall)},
                      {"coverage_50", to_json_value(row.coverage_50)},
                      {"coverage_90", to_json_value(row.coverage_90)},
                      {"calibration_error", to_json_value(row.calibration_error)},
                      {"calibration", std::move(calibration)}});
  }
  return result.dump(2) + "\n";
}

}  // namespace venloc
