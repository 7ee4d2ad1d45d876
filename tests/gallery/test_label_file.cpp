// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/random.hpp"
#include "core/utf8.hpp"
#include "gallery/label_file.hpp"
#include "image/exif_blocks.hpp"
#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/gallery.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

GalleryOptions unchecked() {
  GalleryOptions options;
  options.check_pictures = false;
  return options;
}

Gallery read(const std::string& text) {
  const TemporaryFolder folder;
  return Gallery::from_label_file(folder.write("labels.csv", text), {}, unchecked());
}

/// Why the only row cannot be used.
std::string problem(const std::string& text) {
  const TemporaryFolder folder;
  try {
    Gallery::from_label_file(folder.write("labels.csv", text), {}, unchecked());
  } catch (const FormatError& error) {
    return error.what();
  }
  FAIL("it was read");
  return {};
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

void check_rialto(const Gallery& gallery) {
  REQUIRE(gallery.size() == 2);
  CHECK(gallery.problems().empty());
  CHECK(std::abs(gallery[0].location.lat - 45.438) < 1e-6);
  CHECK(std::abs(gallery[0].location.lng - 12.336) < 1e-6);
  CHECK(std::abs(gallery[1].location.lat + 33.5) < 1e-6);
  CHECK(std::abs(gallery[1].location.lng + 70.75) < 1e-6);
  CHECK(gallery[0].file.filename() == "a.jpg");
  CHECK(gallery[1].file.filename() == "b.jpg");
}

}  // namespace

TEST_CASE("separators, decimal commas, hemispheres and column names") {
  for (const std::string text : {
           "lat,lng,file\n45.438,12.336,a.jpg\n-33.5,-70.75,b.jpg\n",
           "45.438,12.336,a.jpg\n-33.5,-70.75,b.jpg\n",
           "45.438;12.336;a.jpg\n-33.5;-70.75;b.jpg\n",
           "45,438;12,336;a.jpg\n-33,5;-70,75;b.jpg\n",
           "45.438\t12.336\ta.jpg\n-33.5\t-70.75\tb.jpg\n",
           "lat;lng;file\n45,438;12,336;a.jpg\n-33,5;-70,75;b.jpg\n",
           "lat\tlng\tfile\n45.438\t12.336\ta.jpg\n-33.5\t-70.75\tb.jpg\n",
           "sep=;\r\nlat;lng;file\r\n45,438;12,336;a.jpg\r\n-33,5;-70,75;b.jpg\r\n",
           "lat,lng,file\r45.438,12.336,a.jpg\r-33.5,-70.75,b.jpg\r",
           "lat,lng,file\n+45.438,+12.336,a.jpg\n-33.5,-70.75,b.jpg\n",
           "lat,lng,file\n45.438N,12.336E,a.jpg\n33.5S,70.75W,b.jpg\n",
           "lat,lng,file\n\"45\u00B026'16.8\"\"N\",\"12\u00B020'9.6\"\"E\",a.jpg\n\"33\u00B030'0\"\"S\",\"70\u00B045'"
           "0\"\"W\",b.jpg\n",
           "lat,lng,file\n45\u00B026'16.8\"N,12\u00B020'9.6\"E,a.jpg\n33\u00B030\u20320\u2033S,"
           "70\u00B045\u20320\u2033W,b.jpg\n",
           "SourceFile,GPSLatitude,GPSLongitude\n./a.jpg,\"45 deg 26' 16.80\"\" N\",\"12 deg 20' 9.60\"\" E\"\n"
           "./b.jpg,\"33 deg 30' 0.00\"\" S\",\"70 deg 45' 0.00\"\" W\"\n",
           "SourceFile,GPSPosition\na.jpg,\"45 deg 26' 16.80\"\" N, 12 deg 20' 9.60\"\" E\"\nb.jpg,\"-33.5 -70.75\"\n",
           "SourceFile,FileName,Directory,GPSLatitude,GPSLatitudeRef,GPSLongitude,GPSLongitudeRef\n"
           "a.jpg,a.jpg,.,45.438,North,12.336,East\nb.jpg,b.jpg,.,33.5,South,70.75,West\n",
           "FileName,Directory,EXIF:GPSLatitude,Composite:GPSLatitude,Composite:GPSLongitude\n"
           "a.jpg,x/y,45.438,45.438,12.336\nb.jpg,x/y,33.5,-33.5,-70.75\n",
           "File Name,Latitude (deg),Long.\na.jpg,45.438,12.336\nb.jpg,-33.5,-70.75\n",
           "Dateiname;Breite;L\u00E4nge\na.jpg;45,438;12,336\nb.jpg;-33,5;-70,75\n",
           "Dateiname;Breitengrad;L\u00C4NGENGRAD\na.jpg;45,438;12,336\nb.jpg;-33,5;-70,75\n",
           "position;path;title\n45.438, 12.336;a.jpg;x\n-33.5, -70.75;b.jpg;y\n",
           "image,coordinates\na.jpg,\"(45.438, 12.336)\"\nb.jpg,\"33.5 S, 70.75 W\"\n",
           "lat,lng,file,notes\n45.438,12.336,a.jpg,\"one; two; three\"\n-33.5,-70.75,b.jpg,\"four\tfive\"\n",
       }) {
    CAPTURE(text);
    check_rialto(read(text));
  }
}

TEST_CASE("encodings of label files") {
  const std::string text = "lat,lng,file\n45.438,12.336,a.jpg\n45.44,12.33,caf\u00E9.jpg\n";
  const auto wide = [&](bool little) {
    std::string out;
    for (std::size_t i = 0; i < text.size(); ++i) {
      char low = text[i];
      if (low == '\xC3') low = '\xE9', ++i;
      out += little ? std::string{low, '\0'} : std::string{'\0', low};
    }
    return out;
  };
  for (const auto& bytes :
       {text, "\xEF\xBB\xBF" + text, "\xFF\xFE" + wide(true), "\xFE\xFF" + wide(false), wide(true)}) {
    const auto gallery = read(bytes);
    REQUIRE(gallery.size() == 2);
    CHECK(gallery[1].id == "caf\u00E9.jpg");
    CHECK(gallery.doubts().empty());
  }
  const auto latin = read("lat,lng,file\n45.438,12.336,a.jpg\n45.44,12.33,caf\xE9.jpg\n");
  REQUIRE(latin.size() == 2);
  CHECK(latin[1].id == "caf\u00E9.jpg");
  REQUIRE(latin.doubts().size() == 1);
  CHECK(contains(latin.doubts()[0].reason, "read as Windows-1252"));
  CHECK(latin.problems().empty());
}

TEST_CASE("what is wrong with a row, and what to do") {
  CHECK(contains(problem("lat,lng,file\n0,0,a.jpg\n"), "(0, 0) is what devices write without a position"));
  CHECK(contains(problem("lat,lng,file\n0.0N,0\u00B00'0\"E,a.jpg\n"), "(0, 0)"));
  CHECK(contains(problem("lat,lng,file\n45.x,12,a.jpg\n"),
                 "labels.csv:2: column 'lat': latitude '45.x' is not a number of degrees: write it as 45.43713"));
  CHECK(contains(problem("Breite;file;L\u00E4nge\n112,3;a.jpg;45,4\n"),
                 "column 'Breite': latitude '112,3' is outside -90 to 90: latitude and longitude may be exchanged"));
  CHECK(contains(problem("lat,lng,file\n45,438,12,336,a.jpg\n"),
                 "it has 5 values where 3 are expected (separated by commas)"));
  CHECK(contains(problem("lat;lng;file\n45,438\n"), "it has 1 value where 3 are expected (separated by semicolons)"));
  CHECK(
      contains(problem("position,file\nhere,a.jpg\n"), "column 'position': 'here' is not a latitude and a longitude"));
  CHECK(contains(problem("lat,lng,file\n45 E,12,a.jpg\n"), "latitude and longitude may be exchanged"));
  CHECK(contains(problem("lat,lng,filename,directory\n45,12,,x\n"), "the file name is empty"));
  CHECK(contains(problem("lat,latitude,lng,file\n1,1,2,x\n"), "two columns mean the same, 'lat' and 'latitude'"));
  CHECK(contains(problem("PK\x03\x04 a spreadsheet"), "this is a spreadsheet document, not text. Save it as CSV"));
  CHECK(contains(problem(std::string("\0\1\2\3\0\0\0x", 8)), "not a text file"));
}

TEST_CASE("pictures are found without the first folders of an exported path") {
  const TemporaryFolder folder;
  const auto picture = encoded(".jpg", drawn(16, 12, 3));
  folder.write("a.jpg", picture);
  folder.write("day/b.jpg", picture);
  folder.write("images/c.jpg", picture);
  const auto gallery = Gallery::from_label_file(
      folder.write("l.csv",
                   "SourceFile,GPSLatitude,GPSLongitude\nphotos/a.jpg,45,12\n/home/me/photos/day/b.jpg,45,12\n"
                   "D:\\photos\\c.jpg,45,12\n"));
  REQUIRE(gallery.size() == 3);
  CHECK(gallery[0].file == folder.path() / "a.jpg");
  CHECK(gallery[1].file == folder.path() / "day/b.jpg");
  CHECK(gallery[2].file == folder.path() / "images/c.jpg");
  CHECK(gallery[1].id == "/home/me/photos/day/b.jpg");
  CHECK(contains(
      Gallery::from_label_file(folder.write("m.csv", "45,12,a.jpg\n45,12,x/absent.jpg\n")).problems()[0].reason,
      "x/absent.jpg: there is no such file"));
}

TEST_CASE("a picture that may be that of several rows is that of none") {
  const TemporaryFolder folder;
  const auto picture = encoded(".jpg", drawn(16, 12, 3));
  folder.write("a.jpg", picture);
  folder.write("b.jpg", picture);
  const auto gallery = Gallery::from_label_file(
      folder.write("l.csv", "file,lat,lng\n2019/a.jpg,45,8\n2020/a.jpg,51.5,-0.12\nb.jpg,45,8\n"));
  CHECK(gallery.size() == 1);
  REQUIRE(gallery.problems().size() == 2);
  CHECK(contains(gallery.problems()[0].reason, "may be that of line 3, too"));
  CHECK(contains(gallery.problems()[1].reason, "may be that of line 2, too"));
}

TEST_CASE("columns are named below lines about the file, and never guessed") {
  for (const std::string before : {"Export\n", "# places\n", "Photos of 2019,,\nby me,,\n"}) {
    CAPTURE(before);
    const auto gallery = read(before + "lng,lat,file\n8,45,a.jpg\n");
    REQUIRE(gallery.size() == 1);
    CHECK(gallery[0].location == LatLng{45, 8});
    CHECK(gallery.problems().empty());
  }
  for (const std::string text : {"X;Y;Name\n8;45;a.jpg\n", "Lengtegraad;Breedtegraad;Bestand\n8;45;a.jpg\n"})
    CHECK(contains(problem(text), "labels.csv:1: the first line has neither data nor known names of columns"));
}

TEST_CASE("photos with a doubtful position are used and named") {
  const TemporaryFolder folder;
  const auto written = [&](const std::string& name, const std::string& status) {
    ExifBlock block;
    block.gps_position(45.5, "N", 12.25, "E");
    block.gps_ascii(9, status);
    folder.write(name, jpeg_with_exif(encoded(".jpg", drawn(16, 12, 3)), block.bytes()));
  };
  written("a.jpg", "V");
  written("b.jpg", "A");
  GalleryOptions strict;
  strict.strict = true;
  const auto gallery = Gallery::from_folder(folder.path(), strict);
  CHECK(gallery.size() == 2);
  CHECK(gallery.problems().empty());
  REQUIRE(gallery.doubts().size() == 1);
  CHECK(gallery.doubts()[0].file == folder.path() / "a.jpg");
  CHECK(gallery.doubts()[0].reason == "doubtful position: GPS status V: the receiver had no fix");
}

TEST_CASE("mutated label files never crash") {
  Random random(5);
  const TemporaryFolder folder;
  const std::string whole =
      "SourceFile;GPSLatitude;GPSLongitude;Author\na.jpg;\"45 deg 26' 16.80\"\" "
      "N\";12,336;caf\u00E9\nb.jpg;-33,5;70.75 W;x\n";
  for (int round = 0; round < 600; ++round) {
    auto text = whole;
    for (int change = 0; change < 4; ++change)
      text[static_cast<std::size_t>(random.below(text.size()))] = static_cast<char>(random.below(256));
    try {
      const auto gallery = Gallery::from_label_file(folder.write("l.csv", text), {}, unchecked());
      for (const auto& photo : gallery.photos()) {
        CHECK(is_valid(photo.location));
        CHECK(is_valid_utf8(photo.author));
      }
    } catch (const FormatError& error) {
      CHECK(contains(error.what(), "l.csv"));
    }
  }
}
