// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <filesystem>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/utf8.hpp"
#include "image/exif_blocks.hpp"
#include "image/pictures.hpp"
#include "venloc/image/metadata.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

std::string xmp(double lat, double lng, const std::string& more = "") {
  return R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description )"
         R"(xmlns:exif="http://ns.adobe.com/exif/1.0/" xmlns:tiff="http://ns.adobe.com/tiff/1.0/" exif:GPSLatitude=")" +
         std::to_string(lat) + R"(" exif:GPSLongitude=")" + std::to_string(lng) + "\" " + more + "/></rdf:RDF>";
}

std::string takeout(const std::string& title, double lat, double lng, bool in_exif = false) {
  const auto place = [](double a, double b) {
    return R"({"latitude": )" + std::to_string(a) + R"(, "longitude": )" + std::to_string(b) + R"(, "altitude": 0.0})";
  };
  return R"({"title": ")" + title + R"(", "description": "a bridge", "photoTakenTime": {"timestamp": "1563127402"}, )" +
         R"("geoData": )" + place(lat, lng) + R"(, "geoDataExif": )" + place(in_exif ? lat : 0, in_exif ? lng : 0) +
         "}";
}

Data plain() { return encoded(".jpg", drawn(8, 8, 3)); }

Data positioned(double lat) {
  ExifBlock block;
  block.gps_position(lat, "N", 12.0, "E");
  block.main_short(0x0112, 6);
  return jpeg_with_exif(plain(), block.bytes());
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

}  // namespace

TEST_CASE("XMP sidecars in both ways of naming win over the file") {
  for (const std::string name : {"a.jpg.xmp", "a.xmp", "a.jpg.XMP", "a.XMP"}) {
    CAPTURE(name);
    const TemporaryFolder folder;
    const auto picture = folder.write("a.jpg", positioned(44.0));
    folder.write(name, xmp(45.5, 12.5, "tiff:Orientation=\"8\""));
    const auto found = read_metadata(picture);
    CHECK(found.position == LatLng{45.5, 12.5});
    CHECK(found.position_source == "sidecar " + name);
    CHECK(found.position_doubt.empty());
    CHECK(found.orientation == 6);  // that by which the picture is decoded
  }
  const TemporaryFolder folder;
  const auto picture = folder.write("a.jpg", plain());
  folder.write("a.xmp", xmp(1, 1));
  folder.write("a.jpg.xmp", xmp(45.5, 12.5));
  CHECK(read_metadata(picture).position == LatLng{45.5, 12.5});
  folder.write("b.xmp", xmp(1, 1));  // of another picture
  folder.write("d.jpg", picture);
  folder.write("d.jpg.xmp",
               std::string("<x:xmpmeta xmlns:x='adobe:ns:meta/'/>"));  // of a program that adds no position
  folder.write("d.xmp", xmp(45.5, 12.5));
  CHECK(read_metadata(folder.path() / "d.jpg").position_source == "sidecar d.xmp");
  CHECK(!read_metadata(folder.write("c.jpg", plain())).position);
}

TEST_CASE("a sidecar without a position leaves that of the file") {
  const TemporaryFolder folder;
  const auto picture = folder.write("a.jpg", positioned(44.0));
  folder.write("a.xmp",
               R"(<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description )"
               R"(xmlns:dc="http://purl.org/dc/elements/1.1/"><dc:title>T</dc:title></rdf:Description></rdf:RDF>)");
  const auto found = read_metadata(picture);
  CHECK(found.position_source == "EXIF");
  CHECK(found.title == "T");
  CHECK(found.position_doubt.empty());
}

TEST_CASE("a damaged sidecar is named") {
  const TemporaryFolder folder;
  folder.write("a.xmp", std::string("<broken"));
  folder.write("b.jpg.json", std::string("{\"title\": "));
  folder.write("c.xmp", xmp(0, 0));
  for (const std::string name : {"a", "b", "c"}) {
    CAPTURE(name);
    const auto picture = folder.write(name + ".jpg", plain());
    const auto sidecar = name == "b" ? "b.jpg.json" : name + ".xmp";
    const auto without = read_metadata(picture);
    CHECK(!without.position);
    CHECK_MESSAGE(contains(without.position_problem, "sidecar " + sidecar + " cannot be used"),
                  without.position_problem);
    folder.write(name + ".jpg", positioned(44.0));
    const auto with = read_metadata(picture);
    CHECK(with.position);
    CHECK(contains(with.position_doubt, "sidecar " + sidecar + " cannot be used"));
  }
}

TEST_CASE("the names of Takeout's JSON files") {
  struct Pair {
    std::string picture, json, title;
  };
  const std::string long_name = "a_very_long_name_of_a_picture_of_the_great_canal_at_night.jpg";
  std::vector<Pair> pairs{{"a.jpg", "a.jpg.json", "a.jpg"},
                          {"a.jpg", "a.jpg.supplemental-metadata.json", "a.jpg"},
                          {"a.jpg", "a.jpg.suppl.json", "a.jpg"},
                          {"a.jpg", "a.jpg.supplemental-meta.json", "a.jpg"},
                          {"a.jpg", "a.jp.json", "a.jpg"},
                          {"a.jpg", "a.json", "a.jpg"},
                          {"a.jpg", "a.jpg..json", "a.jpg"},
                          {"a(1).jpg", "a.jpg(1).json", "a.jpg"},
                          {"a(1).jpg", "a.jpg.supplemental-metadata(1).json", "a.jpg"},
                          {"a(12).jpg", "a.jpg.supplemental-me(12).json", "a.jpg"},
                          {"a(1).jpg", "a(1).jpg.supplemental-metadata.json", "a(1).jpg"},
                          {"a-edited.jpg", "a.jpg.supplemental-metadata.json", "a.jpg"},
                          {"a-bearbeitet.jpg", "a.jpg.json", "a.jpg"},
                          {"a-edited(1).jpg", "a.jpg(1).json", "a.jpg"},
                          {"a_b.jpg", "a_b.jpg.json", "a:b.jpg"},
                          {"a.jpg", "a.jpg.json", "renamed.jpg"},
                          {long_name, long_name.substr(0, 46) + ".json", long_name},
                          {long_name, long_name.substr(0, 46) + "(1).json", long_name},
                          {long_name.substr(0, 47) + ".jpg", long_name.substr(0, 46) + ".json", long_name}};
  const std::string whole = "IMG_20190714_180322.jpg.supplemental-metadata";
  for (std::size_t size = 23; size <= whole.size(); ++size)
    pairs.push_back({"IMG_20190714_180322.jpg", whole.substr(0, size) + ".json", "IMG_20190714_180322.jpg"});
  for (const auto& [picture, json, title] : pairs) {
    CAPTURE(picture);
    CAPTURE(json);
    const TemporaryFolder folder;
    folder.write(json, takeout(title, 45.5, 12.5));
    const auto found = read_metadata(folder.write(picture, plain()));
    REQUIRE_MESSAGE(found.position, found.position_problem);
    CHECK(found.position == LatLng{45.5, 12.5});
    CHECK(found.position_source == "Takeout " + json);
    CHECK(contains(found.position_doubt, "less exact"));
    CHECK(found.description == "a bridge");
    CHECK(found.taken == "2019-07-14T18:03:22+00:00");
  }
}

TEST_CASE("JSON files that are not of the picture") {
  const TemporaryFolder folder;
  const auto picture = folder.write("a.jpg", plain());
  folder.write("a.json", takeout("other.jpg", 45.5, 12.5));                   // another picture
  folder.write("a.jpg.json", std::string(R"({"name": "another program"})"));  // no Takeout
  folder.write("b.jpg.json", takeout("b.jpg", 45.5, 12.5));
  CHECK(!read_metadata(picture).position);
  CHECK(read_metadata(picture).position_problem == "no metadata");
  // The title decides between several.
  folder.write("a.jpg.supplemental-metadata.json", takeout("x.jpg", 1, 1));
  folder.write("a.jpg.suppl.json", takeout("a.jpg", 45.5, 12.5));
  CHECK(read_metadata(picture).position == LatLng{45.5, 12.5});
}

TEST_CASE("Takeout's positions: the original's before EXIF, the estimated one behind it") {
  const TemporaryFolder folder;
  const auto picture = folder.write("a.jpg", positioned(44.0));
  folder.write("a.jpg.json", takeout("a.jpg", 45.5, 12.5));
  CHECK(read_metadata(picture).position_source == "EXIF");
  CHECK(read_metadata(picture).position_doubt.empty());
  folder.write("a.jpg.json", takeout("a.jpg", 45.5, 12.5, true));
  const auto exact = read_metadata(picture);
  CHECK(exact.position == LatLng{45.5, 12.5});
  CHECK(exact.position_doubt.empty());
  folder.write("a.xmp", xmp(46, 13));
  CHECK(read_metadata(picture).position == LatLng{46, 13});
  folder.write("b.jpg.json", takeout("b.jpg", 0, 0));
  CHECK(read_metadata(folder.write("b.jpg", plain())).position_problem == "no metadata");
}

TEST_CASE("mutated sidecars never crash") {
  Random random(11);
  const TemporaryFolder folder;
  const auto picture = folder.write("a.jpg", plain());
  const auto whole = takeout("a.jpg", 45.5, 12.5, true);
  for (int round = 0; round < 400; ++round) {
    auto text = whole;
    for (int change = 0; change < 3; ++change)
      text[static_cast<std::size_t>(random.below(text.size()))] = static_cast<char>(random.below(256));
    folder.write("a.jpg.json", text);
    const auto found = read_metadata(picture);
    if (found.position) CHECK(is_valid(*found.position));
    CHECK(found.position.has_value() == found.position_problem.empty());
    CHECK(is_valid_utf8(found.description));
  }
  std::string nested = "{\"geoData\": ";
  for (int i = 0; i < 100'000; ++i) nested += "[";
  folder.write("a.jpg.json", nested);
  CHECK(contains(read_metadata(picture).position_problem, "its JSON is damaged"));
  for (const std::string odd : {R"({"geoData": 5})", R"({"geoData": {"latitude": "x"}})", R"({"photoTakenTime": []})",
                                R"({"geoData": {"latitude": 1e999, "longitude": 3}})",
                                R"({"photoTakenTime": {"timestamp": "99999999999999999999"}})"}) {
    CAPTURE(odd);
    folder.write("a.jpg.json", odd);
    CHECK(!read_metadata(picture).position);
  }
}
