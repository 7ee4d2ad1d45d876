// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/sidecars.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <nlohmann/json.hpp>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

#include "core/utf8.hpp"
#include "image/file.hpp"
#include "image/metadata_parts.hpp"
#include "image/time_text.hpp"
#include "venloc/core/error.hpp"

namespace venloc::metadata {
namespace {

namespace fs = std::filesystem;
using Json = nlohmann::json;

constexpr std::size_t kLargestSidecar = std::size_t{16} << 20;  // [bytes]

bool is_file(const fs::path& file) {
  std::error_code ignored;  // what cannot be looked up is not there
  return fs::is_regular_file(file, ignored);
}

/// Throws Damaged.
std::string content_of(const fs::path& file) {
  try {
    const auto bytes = read_file_bytes(file, kLargestSidecar);
    if (bytes.size() > kLargestSidecar) throw Damaged{"it is larger than 16 MiB"};
    return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
  } catch (const Error&) {
    throw Damaged{"it cannot be opened"};
  }
}

fs::path beside(const fs::path& picture, const std::string& name) { return picture.parent_path() / fs::path(name); }

// --- Google Takeout -----------------------------------------------------------------------------------------------

constexpr std::string_view kSupplement = ".supplemental-metadata";
/// Takeout cuts names without ".json" to 46 characters, in some years to a few more.
constexpr std::size_t kShortestCut = 44, kLongestCut = 51;

/// A picture's name without what Takeout adds to it, and the number of a repeated name: "a(1).jpg" is "a.jpg" and
/// "(1)".
struct TakeoutName {
  std::string name;
  std::string number;
};

TakeoutName original_name(const fs::path& picture) {
  std::string stem = picture.stem().string();
  std::string number;
  if (const auto open = stem.rfind('('); stem.ends_with(')') && open != std::string::npos && open > 0 &&
                                         stem.find_first_not_of("0123456789", open + 1) == stem.size() - 1) {
    number = stem.substr(open);
    stem.resize(open);
  }
  // What an edited copy is called in the languages of the largest groups of users.
  constexpr std::array<std::string_view, 8> kEdited{"-edited",     "-bearbeitet", "-modificato", "-modifi\u00E9",
                                                    "-ha editado", "-editado",    "-bewerkt",    "-edytowane"};
  for (const auto& suffix : kEdited)
    if (stem.ends_with(suffix) && stem.size() > suffix.size()) {
      stem.resize(stem.size() - suffix.size());
      break;
    }
  return {stem + picture.extension().string(), number};
}

/// The file names that the JSON of a picture may have, the likeliest first. `certain` of them are of that picture,
/// unless a title in one of them shows another; the others need its title.
struct TakeoutNames {
  std::vector<std::string> names;
  std::size_t certain = 0;
};

TakeoutNames takeout_names(const TakeoutName& picture) {
  const auto whole = picture.name + std::string(kSupplement);
  const auto stem = std::min(fs::path(picture.name).stem().string().size(), kShortestCut);
  TakeoutNames out;
  const auto add_cuts = [&](std::size_t longest, std::size_t shortest) {
    for (std::size_t size = longest; size >= std::max<std::size_t>(shortest, 1); --size) {
      if (size < whole.size() && (static_cast<unsigned char>(whole[size]) & 0xC0) == 0x80) continue;  // in a character
      out.names.push_back(whole.substr(0, size) + picture.number + ".json");
    }
  };
  add_cuts(whole.size(), picture.name.size());
  out.certain = out.names.size();
  if (picture.name.size() > stem) add_cuts(picture.name.size() - 1, stem);
  // Long names that are equal after the cut are numbered, though the pictures are not.
  constexpr int kMostNumbers = 5;
  if (picture.number.empty() && whole.size() > kShortestCut)
    for (std::size_t size = kShortestCut; size <= std::min(kLongestCut, whole.size()); ++size)
      for (int number = 1; number <= kMostNumbers; ++number)
        out.names.push_back(whole.substr(0, size) + "(" + std::to_string(number) + ").json");
  return out;
}

/// Whether the title in a JSON is the name of the picture, in which Takeout replaces and cuts characters.
bool is_titled(const std::string& title, const std::string& name) {
  const auto plain = [](const std::string& text) {
    std::string out = text;
    for (auto& c : out)
      if (std::string_view("/\\:*?\"<>|&%#'").find(c) != std::string_view::npos) c = '_';
    return out;
  };
  const auto titled = plain(title), named = plain(name);
  if (titled == named) return true;
  const auto stem = fs::path(named).stem().string();
  return stem.size() >= kShortestCut && fs::path(titled).stem().string().starts_with(stem);
}

std::string text_of(const Json& json, const char* name) {
  const auto found = json.find(name);
  return found != json.end() && found->is_string() ? clean_text(found->get_ref<const std::string&>()) : std::string();
}

/// The position of a member with latitude and longitude; none where it is missing or (0, 0).
Metadata position_of(const Json& json, const char* name) {
  auto found = nothing();
  const auto place = json.find(name);
  if (place == json.end() || !place->is_object()) return found;
  const auto lat = place->find("latitude"), lng = place->find("longitude");
  if (lat == place->end() || lng == place->end() || !lat->is_number() || !lng->is_number()) return found;
  set_position(found, {lat->get<double>(), lng->get<double>()});
  // Takeout writes (0, 0) where it has no position.
  if (lat->get<double>() == 0.0 && lng->get<double>() == 0.0) found.position_problem.clear();
  return found;
}

Takeout takeout_of(const Json& json, const std::string& name) {
  Takeout takeout;
  takeout.original.name = name;
  takeout.original.found = position_of(json, "geoDataExif");
  takeout.original.found.position_source = takeout.original.found.position ? "Takeout " + name : "";
  takeout.edited = position_of(json, "geoData");
  if (takeout.edited.position) {
    takeout.edited.position_source = "Takeout " + name;
    takeout.edited.position_doubt =
        "the position was estimated or entered in Google Photos (geoData), so it is less exact";
  }
  // The title is the name of the original file, which is none.
  takeout.edited.description = text_of(json, "description");
  if (const auto time = json.find("photoTakenTime"); time != json.end() && time->is_object()) {
    const auto seconds = text_of(*time, "timestamp");
    constexpr std::size_t kMostDigits = 12;
    if (!seconds.empty() && seconds.size() <= kMostDigits &&
        seconds.find_first_not_of("0123456789") == std::string::npos)
      takeout.edited.taken = iso_time_of_seconds(std::stoll(seconds));
  }
  return takeout;
}

bool is_takeout(const Json& json) {
  return json.is_object() &&
         (json.contains("geoData") || json.contains("geoDataExif") || json.contains("photoTakenTime"));
}

}  // namespace

std::vector<Sidecar> read_xmp_sidecars(const fs::path& picture) {
  const auto whole = picture.filename().string(), stem = picture.stem().string();
  std::vector<Sidecar> out;
  for (const auto& name : {whole + ".xmp", whole + ".XMP", stem + ".xmp", stem + ".XMP"}) {
    const auto file = beside(picture, name);
    if (!is_file(file)) continue;
    Sidecar& sidecar = out.emplace_back();
    sidecar.name = valid_utf8(name);
    try {
      sidecar.found = read_xmp(content_of(file));
      sidecar.found.orientation = 0;
      if (sidecar.found.position) sidecar.found.position_source = "sidecar " + sidecar.name;
      if (!sidecar.found.position) sidecar.problem = std::exchange(sidecar.found.position_problem, {});
    } catch (const Damaged& damaged) {
      sidecar.problem = damaged.reason;
    }
  }
  return out;
}

std::optional<Takeout> read_takeout(const fs::path& picture) {
  const TakeoutName own{picture.filename().string(), ""}, original = original_name(picture);
  std::optional<Takeout> untitled;
  for (const auto* name : {&own, &original}) {
    if (name == &original && original.name == own.name) continue;
    const auto [names, certain] = takeout_names(*name);
    for (std::size_t i = 0; i < names.size(); ++i) {
      const auto file = beside(picture, names[i]);
      if (!is_file(file)) continue;
      const auto shown = valid_utf8(names[i]);
      try {
        const auto json = Json::parse(content_of(file), nullptr, false);
        if (json.is_discarded()) throw Damaged{"its JSON is damaged"};
        if (!is_takeout(json)) continue;  // of another program
        const auto title = text_of(json, "title");
        if (is_titled(title, name->name)) return takeout_of(json, shown);
        if (i < certain && !untitled) untitled = takeout_of(json, shown);
      } catch (const Damaged& damaged) {
        if (i < certain && !untitled) untitled = Takeout{{shown, nothing(), damaged.reason}, nothing()};
      }
    }
  }
  return untitled;
}

}  // namespace venloc::metadata
