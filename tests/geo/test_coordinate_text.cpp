// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cmath>
#include <string>
#include <utility>
#include <vector>

#include "geo/coordinate_text.hpp"

using namespace venloc;

namespace {

constexpr double kLat = 45.0 + 26.0 / 60 + 13.5 / 3600, kLng = 12.0 + 19.0 / 60 + 57.0 / 3600;

double read(const std::string& text, Axis axis, Comma comma = Comma::kDecimal, const std::string& hemisphere = {}) {
  CAPTURE(text);
  const auto found = parse_coordinate(text, axis, comma, hemisphere);
  REQUIRE_MESSAGE(found.degrees, found.problem);
  CHECK(found.problem.empty());
  return *found.degrees;
}

std::string problem(const std::string& text, Axis axis, const std::string& hemisphere = {}) {
  CAPTURE(text);
  const auto found = parse_coordinate(text, axis, Comma::kDecimal, hemisphere);
  CHECK(!found.degrees);
  return found.problem;
}

}  // namespace

TEST_CASE("one coordinate in all its forms") {
  for (const std::string text : {"45.4370833333",
                                 "+45.4370833333",
                                 " 45.4370833333 ",
                                 "45,4370833333",
                                 "45.4370833333N",
                                 "N45.4370833333",
                                 "N 45.4370833333",
                                 "45.4370833333 north",
                                 "45.4370833333\u00B0",
                                 "45.4370833333\u00B0 N",
                                 "45\u00B026'13.5\"N",
                                 "45\u00B0 26' 13.5\" N",
                                 "45\u00B026\u203213.5\u2033N",
                                 "45\u00B026\u201913.5\u201D",
                                 "45\u00BA26'13.5''N",
                                 "45 26 13.5 N",
                                 "45:26:13.5",
                                 "45 deg 26' 13.50\" N",
                                 "45d26'13.5\"N",
                                 "45\u00B026'13,5\"N",
                                 "45\u00B0 26.225' N",
                                 "45,26,13.5N",
                                 "45,26.225N",
                                 "4.54370833333e1",
                                 "45 26,225 N",
                                 "Nord 45\u00B026'13.5\"",
                                 "45.4370833333 n."})
    CHECK(read(text, Axis::kLatitude) == doctest::Approx(kLat).epsilon(1e-11));
  for (const std::string text : {"-12.3325", "12.3325W", "W12.3325", "-12.3325 W", "12\u00B019'57\"W", "12 19 57 Ovest",
                                 "\u221212.3325", "West 12.3325", "12,3325 ouest"})
    CHECK(read(text, Axis::kLongitude) == doctest::Approx(-kLng).epsilon(1e-11));
  CHECK(read("8e-05", Axis::kLongitude) == 8e-05);
  CHECK(read("12.5E", Axis::kLongitude) == 12.5);
  CHECK(read("33.5 s\u00FCd", Axis::kLatitude) == -33.5);
  CHECK(read("33.5 S\u00DCD", Axis::kLatitude) == -33.5);
  CHECK(read("180", Axis::kLongitude) == 180.0);
  CHECK(read("-90", Axis::kLatitude) == -90.0);
  CHECK(read("45 0 60", Axis::kLatitude) == doctest::Approx(45 + 1 / 60.0));
}

TEST_CASE("a comma is between units where the format has it so") {
  CHECK(read("45,26N", Axis::kLatitude, Comma::kBetweenUnits) == doctest::Approx(45 + 26 / 60.0));
  CHECK(read("45,26N", Axis::kLatitude, Comma::kDecimal) == 45.26);
  CHECK(read("45,26,13N", Axis::kLatitude, Comma::kBetweenUnits) == doctest::Approx(45 + 26 / 60.0 + 13 / 3600.0));
}

TEST_CASE("a hemisphere beside the number") {
  CHECK(read("33.5", Axis::kLatitude, Comma::kDecimal, "S") == -33.5);
  CHECK(read("33.5", Axis::kLatitude, Comma::kDecimal, "South") == -33.5);
  CHECK(read("-33.5", Axis::kLatitude, Comma::kDecimal, "South") == -33.5);
  CHECK(read("33.5S", Axis::kLatitude, Comma::kDecimal, "S") == -33.5);
  CHECK(read("33.5", Axis::kLatitude, Comma::kDecimal, " ") == 33.5);
  CHECK(problem("33.5N", Axis::kLatitude, "S") == "has two hemispheres");
  CHECK(parse_coordinate("33.5", Axis::kLatitude).has_hemisphere == false);
  CHECK(parse_coordinate("-33.5", Axis::kLatitude).has_hemisphere);
}

TEST_CASE("texts that are no coordinate") {
  for (const std::string text : {"",     "x",     "45.x",  "45..4",  "N",    "45N12",       "45 26 13 4",
                                 "45,",  "45'",   "1e999", "nan",    "inf",  "45.5.5",      "26' 45\u00B0",
                                 "0x20", "45;12", "--45",  "45 -26", "N45N", "1,234,567.8", "45,000,000"})
    CHECK(!problem(text, Axis::kLatitude).empty());
  CHECK(!parse_coordinate("8,001,000", Axis::kLongitude, Comma::kBetweenUnits).degrees);
  CHECK(problem("45.x", Axis::kLatitude) == "is not a number of degrees");
  CHECK(problem("45", Axis::kLatitude, "x") == "is marked neither N nor S");
  CHECK(problem("45.4 E", Axis::kLatitude).find("latitude and longitude may be exchanged") != std::string::npos);
  CHECK(problem("12 O", Axis::kLongitude).find("write E or W") != std::string::npos);
  CHECK(problem("91", Axis::kLatitude) == "is outside -90 to 90");
  CHECK(problem("180.5 W", Axis::kLongitude) == "is outside -180 to 180");
  CHECK(problem("45 75 0", Axis::kLatitude) == "has impossible minutes");
  CHECK(problem("45.5 30 0", Axis::kLatitude) == "has impossible minutes");
  CHECK(problem("-45 N", Axis::kLatitude).find("opposite hemisphere") != std::string::npos);
}

TEST_CASE("both coordinates in one text") {
  for (const std::string text :
       {"45.4370833333, 12.3325", "45.4370833333,12.3325", "45.4370833333 12.3325", "45.4370833333;12.3325",
        "45,4370833333 12,3325", "45,4370833333; 12,3325", "45,4370833333, 12,3325", "(45.4370833333, 12.3325)",
        "45\u00B026'13.5\"N 12\u00B019'57\"E", "45\u00B026'13.5\"N, 12\u00B019'57\"E",
        "45\u00B026'13.5\"N12\u00B019'57\"E", "45 deg 26' 13.50\" N, 12 deg 19' 57.00\" E", "45 26 13.5 N 12 19 57 E",
        "N45.4370833333 E12.3325", "N 45 26 13.5 E 12 19 57", "45.4370833333 / 12.3325"}) {
    CAPTURE(text);
    const auto place = parse_position(text);
    REQUIRE(place);
    CHECK(place->lat == doctest::Approx(kLat).epsilon(1e-11));
    CHECK(place->lng == doctest::Approx(kLng).epsilon(1e-11));
  }
  for (const std::string text :
       {"", "45.4", "45 26 12 19", "45.4 E, 12.3 N", "12.3 E 45.4 N", "a, b", "95, 12", "[12.3, 45.4]"}) {
    CAPTURE(text);
    CHECK(!parse_position(text));
  }
}

TEST_CASE("every degree of a circle, printed and read") {
  for (int minute = -180 * 60; minute <= 180 * 60; minute += 7) {
    const double degrees = minute / 60.0;
    const auto whole = std::to_string(std::abs(minute) / 60), rest = std::to_string(std::abs(minute) % 60);
    CHECK(read(whole + "\u00B0" + rest + "'0\"" + (minute < 0 ? "W" : "E"), Axis::kLongitude) ==
          doctest::Approx(degrees).epsilon(1e-12));
  }
}
