// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/metadata_parts.hpp"

#include <algorithm>
#include <array>
#include <cctype>
#include <cmath>
#include <string>

#include "core/text_encoding.hpp"

namespace venloc::metadata {
namespace {

/// Positioning errors above this are doubts [m]: the radius within which an answer counts as right in the evaluation.
constexpr double kDoubtfulErrorM = 100.0;

/// In capital letters, letters and digits only.
std::string squeezed(std::string_view text) {
  std::string out;
  for (const char c : text)
    if (std::isalnum(static_cast<unsigned char>(c)) != 0)
      out += static_cast<char>(std::toupper(static_cast<unsigned char>(c)));
  return out;
}

}  // namespace

Metadata nothing() {
  Metadata found;
  found.orientation = 0;
  return found;
}

void add(Metadata& into, const Metadata& other) {
  if (into.orientation == 0) into.orientation = other.orientation;
  if (!into.position && other.position) {
    into.position = other.position;
    into.position_source = other.position_source;
    into.position_error_m = other.position_error_m;
    into.position_doubt = other.position_doubt;
    into.position_problem.clear();
  } else if (!into.position && into.position_problem.empty()) {
    into.position_problem = other.position_problem;
  }
  if (!into.taken) into.taken = other.taken;
  const auto text = [](std::string& to, const std::string& from) {
    if (to.empty()) to = from;
  };
  text(into.title, other.title);
  text(into.description, other.description);
  text(into.camera, other.camera);
  text(into.author, other.author);
  text(into.copyright, other.copyright);
  if (into.keywords.empty()) into.keywords = other.keywords;
}

std::string clean_text(std::string_view bytes) {
  bytes = bytes.substr(0, bytes.find('\0'));
  constexpr std::string_view kSpace = " \t\r\n";
  const auto first = bytes.find_first_not_of(kSpace);
  if (first == std::string_view::npos) return {};
  return decode_text(bytes.substr(first, bytes.find_last_not_of(kSpace) - first + 1)).text;
}

std::string camera_name(const std::string& make, const std::string& model) {
  // Many models begin with the maker's name.
  if (make.empty() || model.starts_with(make)) return model;
  return model.empty() ? make : make + " " + model;
}

std::string doubt_of_method(std::string_view method) {
  const auto name = squeezed(method);
  if (name.find("VENLOC") != std::string::npos) return "the position is an estimate of venloc";
  for (const std::string_view rough : {"CELL", "NETWORK"})
    if (name.find(rough) != std::string::npos)
      return "the position was found by mobile cells or the network (" + clean_text(method) + ")";
  return {};
}

std::string doubt_of_status(std::string_view status) {
  const auto name = squeezed(status);
  return name.starts_with('V') ? "GPS status V: the receiver had no fix" : std::string();
}

std::string doubt_of_datum(std::string_view datum) {
  // NAD 83, ETRS 89, GDA 94 and JGD 2000 are equal to WGS 84 within two metres.
  constexpr std::array<std::string_view, 8> kEqual{"WGS84", "WGS1984", "ITRF",    "ETRS89",
                                                   "NAD83", "GDA94",   "JGD2000", "JGD2011"};
  const auto name = squeezed(datum);
  if (name.empty() || std::any_of(kEqual.begin(), kEqual.end(),
                                  [&](const auto equal) { return name.find(equal) != std::string::npos; }))
    return {};
  return "the position is in another reference system (" + clean_text(datum) + "), up to some hundred metres away";
}

std::string doubt_of_error(double error_m) {
  if (error_m <= kDoubtfulErrorM) return {};
  return "the device recorded a positioning error of " + std::to_string(std::llround(std::min(error_m, 1e9))) + " m";
}

void add_doubt(std::string& doubts, const std::string& doubt) {
  if (doubt.empty()) return;
  doubts += (doubts.empty() ? "" : "; ") + doubt;
}

void set_position(Metadata& found, LatLng place) {
  if (place.lat == 0.0 && place.lng == 0.0)
    found.position_problem = "(0, 0), which devices write without a fix";
  else if (!(std::abs(place.lat) <= 90.0))
    found.position_problem = "impossible latitude " + std::to_string(place.lat);
  else if (!(std::abs(place.lng) <= 180.0))
    found.position_problem = "impossible longitude " + std::to_string(place.lng);
  else
    found.position = place;
}

}  // namespace venloc::metadata
