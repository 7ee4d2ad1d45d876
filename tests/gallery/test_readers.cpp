// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <functional>
#include <map>
#include <set>
#include <string>

#include "gallery/csv.hpp"
#include "image/exif_blocks.hpp"
#include "image/pictures.hpp"
#include "venloc/core/error.hpp"
#include "venloc/gallery/gallery.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

std::vector<std::uint8_t> picture() { return encoded(".jpg", drawn(16, 12, 3)); }

std::map<std::size_t, std::string> reasons(const Gallery& gallery) {
  std::map<std::size_t, std::string> result;
  for (const auto& problem : gallery.problems()) result[problem.line] = problem.reason;
  return result;
}

std::vector<std::string> ids(const Gallery& gallery) {
  std::vector<std::string> result;
  for (const auto& photo : gallery.photos()) result.push_back(photo.id);
  return result;
}

std::string format_error(const std::function<void()>& work) {
  try {
    work();
  } catch (const FormatError& error) {
    return error.what();
  }
  FAIL("no FormatError");
  return {};
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

std::vector<std::vector<std::string>> csv_fields(const std::string& text) {
  std::vector<std::vector<std::string>> result;
  for (const auto& row : parse_csv(text)) result.push_back(row.fields);
  return result;
}

/// A picture with a position at this latitude.
Data with_position(double lat) {
  ExifBlock block;
  block.gps_position(lat, "N", 12.25, "E");
  block.exif_ascii(0x9003, "2019:07:14 18:03:22");
  return jpeg_with_exif(picture(), block.bytes());
}

}  // namespace

TEST_CASE("CSV after RFC 4180") {
  using Rows = std::vector<std::vector<std::string>>;
  CHECK(csv_fields("a,b\nc,d") == Rows{{"a", "b"}, {"c", "d"}});
  CHECK(csv_fields("a,b\r\n\r\n  \r\nc,d\r\n") == Rows{{"a", "b"}, {"c", "d"}});
  CHECK(csv_fields("a,b\rc,\"d\re\"\r") == Rows{{"a", "b"}, {"c", "d\ne"}});
  CHECK(parse_csv("a;b,c\nd;\"e;f\"", ';')[1].fields == std::vector<std::string>{"d", "e;f"});
  CHECK(parse_csv("a\nb\nc\n", ',', 2).size() == 2);
  CHECK(csv_fields("\"a, \"\"x\"\"\",\" b \"\r\n,\n") == Rows{{"a, \"x\"", " b "}, {"", ""}});
  CHECK(csv_fields(" a , \"b\" \n") == Rows{{"a", "b"}});
  CHECK(csv_fields("\"two\nlines\",x\ny,z\n") == Rows{{"two\nlines", "x"}, {"y", "z"}});
  CHECK(csv_fields("").empty());
  CHECK(csv_fields("\"\"\n") == Rows{{""}});
  const auto rows = parse_csv("a\n\n\"b\nc\"\nd\n\"open");
  REQUIRE(rows.size() == 4);
  CHECK(rows[0].line == 1);
  CHECK(rows[1].line == 3);
  CHECK(rows[2].line == 5);
  CHECK(rows[3].line == 6);
  CHECK(rows[3].open_quote);
  CHECK(!rows[2].open_quote);
}

TEST_CASE("the plain form without header") {
  const TemporaryFolder folder;
  folder.write("0.jpg", picture());
  folder.write("b c.jpg", picture());
  const auto labels = folder.write("label.txt", "45.431791,12.328827,0.jpg\r\n\r\n-1.5, 179.25, b c.jpg");
  const auto gallery = Gallery::from_label_file(labels);
  REQUIRE(gallery.size() == 2);
  CHECK(gallery.problems().empty());
  CHECK(gallery[0].id == "0.jpg");
  CHECK(gallery[0].file == folder.path() / "0.jpg");
  CHECK(gallery[0].location == LatLng{45.431791, 12.328827});
  CHECK(gallery[1].location == LatLng{-1.5, 179.25});
  CHECK(gallery[1].id == "b c.jpg");
}

TEST_CASE("CSV with a header in any order, and all columns") {
  const TemporaryFolder folder;
  folder.write("pictures/x.jpg", picture());
  const auto labels = folder.write(
      "l.csv",
      "\xEF\xBB\xBF"
      "Licence,FILE,Longitude,latitude,id,source,url,author,taken,thumbnail,other\n"
      "CC BY,x.jpg,12.5,45.5,first,mine,https://example.org/1,\"Doe, J.\",2020-01-02T03:04:05,https://t/1,?\n");
  const auto gallery = Gallery::from_label_file(labels, folder.path() / "pictures");
  REQUIRE(gallery.size() == 1);
  const Photo expected{"first",
                       folder.path() / "pictures" / "x.jpg",
                       {45.5, 12.5},
                       "mine",
                       "https://example.org/1",
                       "Doe, J.",
                       "CC BY",
                       "2020-01-02T03:04:05",
                       "https://t/1"};
  CHECK(gallery[0] == expected);
}

TEST_CASE("Flickr numbers give id, source and page") {
  const TemporaryFolder folder;
  GalleryOptions options;
  options.check_pictures = false;
  const auto labels = folder.write("photos.csv",
                                   "file,lat,lng,id,source,url,flickr_photo_id\n"
                                   "a.jpg,1,2,,,https://live.staticflickr.com/65535/77_ab.jpg,77\n"
                                   "b.jpg,1,2,own,album,https://www.flickr.com/photos/me/78,78\n"
                                   "c.jpg,1,2,,,,\n"
                                   "d.jpg,1,2,,,,7x\n"
                                   "e.jpg,1,2,,,https://farm5.staticflickr.com/4/79_cd_b.jpg,79\n"
                                   "f.jpg,1,2,,,https://live.staticflickr.com/80.jpg,80\n"
                                   "g.jpg,1,2,,,https://live.staticflickr.com/65535/81_ef_o.jpg,81\n");
  const auto gallery = Gallery::from_label_file(labels, {}, options);
  REQUIRE(gallery.size() == 6);
  CHECK(gallery[5].thumbnail.empty());
  CHECK(gallery[0].thumbnail == "https://live.staticflickr.com/65535/77_ab_m.jpg");
  CHECK(gallery[1].thumbnail.empty());
  CHECK(gallery[3].thumbnail == "https://farm5.staticflickr.com/4/79_cd_m.jpg");
  CHECK(gallery[4].thumbnail.empty());
  CHECK(gallery[4].url == "https://www.flickr.com/photo.gne?id=80");
  CHECK(gallery[0].id == "flickr:77");
  CHECK(gallery[0].source == "flickr");
  CHECK(gallery[0].url == "https://www.flickr.com/photo.gne?id=77");
  CHECK(gallery[1].id == "own");
  CHECK(gallery[1].source == "album");
  CHECK(gallery[1].url == "https://www.flickr.com/photos/me/78");
  CHECK(gallery[2].id == "c.jpg");
  CHECK(gallery[2].source.empty());
  CHECK(contains(reasons(gallery).at(5), "'7x' is not a whole number"));
}

TEST_CASE("each bad row is reported with its line, the rest is kept") {
  const TemporaryFolder folder;
  folder.write("good.jpg", picture());
  folder.write("text.jpg", std::string("no picture"));
  auto damaged = picture();
  damaged.resize(30);
  folder.write("damaged.jpg", damaged);
  std::filesystem::create_directories(folder.path() / "folder.jpg");
  const std::string rows =
      "45,12,good.jpg\n"      // 1
      "45.x,12,good.jpg\n"    // 2
      "95,12,good.jpg\n"      // 3
      "45,-180.5,good.jpg\n"  // 4
      "45,12,good.jpg\n"      // 5
      "45,12,absent.jpg\n"    // 6
      "45,12,text.jpg\n"      // 7
      "45,12\n"               // 8
      "45,12,\n"              // 9
      "nan,12,good.jpg\n"     // 10
      ",12,good.jpg\n"        // 11
      "45,12,damaged.jpg\n"   // 12
      "45,12,folder.jpg\n"    // 13
      "1e999,12,good.jpg\n"   // 14
      "45,12,\"good.jpg\n";   // 15
  const auto labels = folder.write("label.txt", rows);
  const auto gallery = Gallery::from_label_file(labels);
  CHECK(ids(gallery) == std::vector<std::string>{"good.jpg"});
  const std::map<std::size_t, std::string> expected{{2, "latitude '45.x' is not a number"},
                                                    {3, "latitude '95' is outside -90 to 90"},
                                                    {4, "longitude '-180.5' is outside -180 to 180"},
                                                    {5, "id 'good.jpg' is already on line 1"},
                                                    {6, "absent.jpg: there is no such file"},
                                                    {7, "begins like a text file"},
                                                    {8, "it has 2 values where 3 are expected (separated by commas)"},
                                                    {9, "file name is empty"},
                                                    {10, "latitude 'nan' is not a number"},
                                                    {11, "column 1: the latitude is empty"},
                                                    {12, "truncated"},
                                                    {13, "this is a folder"},
                                                    {14, "latitude '1e999' is not a number"},
                                                    {15, "a quote is opened but not closed"}};
  const auto found = reasons(gallery);
  CHECK(found.size() == expected.size());
  for (const auto& [line, reason] : expected) {
    CAPTURE(line);
    REQUIRE(found.contains(line));
    CHECK_MESSAGE(contains(found.at(line), reason), found.at(line));
  }
  for (const auto& problem : gallery.problems()) CHECK(problem.file == labels);

  GalleryOptions strict;
  strict.strict = true;
  const auto message = format_error([&] { Gallery::from_label_file(labels, {}, strict); });
  CHECK(contains(message, "14 problems"));
  for (const auto& [line, reason] : expected) {
    CHECK(contains(message, labels.string() + ":" + std::to_string(line) + ": "));
    CHECK(contains(message, reason));
  }
}

TEST_CASE("without check_pictures absent files are no problem") {
  const TemporaryFolder folder;
  GalleryOptions options;
  options.check_pictures = false;
  const auto gallery = Gallery::from_label_file(folder.write("l.csv", "lat,lon,file\n1,2,absent.jpg\n"), {}, options);
  CHECK(gallery.size() == 1);
  CHECK(gallery.problems().empty());
}

TEST_CASE("label files that hold nothing usable") {
  const TemporaryFolder folder;
  CHECK_THROWS_WITH_AS(Gallery::from_label_file(folder.path() / "absent.csv"), doctest::Contains("absent.csv"),
                       FileNotFoundError);
  CHECK_THROWS_AS(Gallery::from_label_file(folder.path()), FileNotFoundError);
  const auto good = folder.write("good.csv", "lat,lon,file\n1,2,x.jpg\n");
  CHECK_THROWS_WITH_AS(Gallery::from_label_file(good, folder.path() / "nowhere"), doctest::Contains("nowhere"),
                       FileNotFoundError);
  CHECK(contains(format_error([&] { Gallery::from_label_file(good); }), "x.jpg: there is no such file"));
  CHECK(contains(format_error([&] { Gallery::from_label_file(folder.write("a", "")); }), "empty"));
  CHECK(contains(format_error([&] { Gallery::from_label_file(folder.write("b", "lat,lon,file\n")); }),
                 "no usable photo"));
  CHECK(contains(format_error([&] { Gallery::from_label_file(folder.write("c", "lat,file\n1,x\n")); }),
                 "no column 'lng', 'lon' or 'longitude' (columns: lat, file)"));
  CHECK(contains(format_error([&] { Gallery::from_label_file(folder.write("d", "latitood,lon,file\n1,2,x\n")); }),
                 "no column 'lat' or 'latitude'"));
  CHECK(contains(format_error([&] { Gallery::from_label_file(folder.write("e", "lat,lon\n1,2\n")); }),
                 "no column 'file', 'path' or 'filename'"));
  CHECK(contains(format_error([&] { Gallery::from_label_file(folder.write("f", "lat,lon,lng,file\n")); }),
                 "two columns"));
}

TEST_CASE("problems do not depend on the number of threads, and reading can be cancelled") {
  const TemporaryFolder folder;
  std::string rows;
  for (int i = 0; i < 100; ++i)
    rows += (i % 7 == 0 ? "x" : "1") + std::string(",2,") + std::to_string(i % 90) + ".jpg\n";
  const auto labels = folder.write("label.txt", rows);
  for (int i = 0; i < 90; i += 2) folder.write(std::to_string(i) + ".jpg", picture());
  GalleryOptions options;
  options.num_threads = 1;
  const auto one = Gallery::from_label_file(labels, {}, options);
  options.num_threads = 4;
  std::size_t last = 0;
  const auto four = Gallery::from_label_file(labels, {}, options, [&](const Progress& progress) {
    last = progress.done;
    return progress.total == 100;
  });
  CHECK(last == 100);
  CHECK(ids(one) == ids(four));
  CHECK(reasons(one) == reasons(four));
  CHECK(one.size() + one.problems().size() == 100);
  CHECK_THROWS_AS(Gallery::from_label_file(labels, {}, options, [](const Progress&) { return false; }), CancelledError);
}

TEST_CASE("a folder of pictures with positions") {
  const TemporaryFolder folder;
  folder.write("b.jpg", with_position(45.5));
  folder.write("a/z.JPG", with_position(45.25));
  folder.write("a/plain.jpeg", picture());
  folder.write("a/text.png", std::string("hello"));
  folder.write("notes.txt", std::string("not looked at"));
  std::filesystem::create_directory_symlink(folder.path(), folder.path() / "a" / "round");  // is not followed
  folder.write("live.gif", std::string("GIF89a\1\0\1\0\0\0\0", 13));
  const auto gallery = Gallery::from_folder(folder.path());
  CHECK(ids(gallery) == std::vector<std::string>{"a/z.JPG", "b.jpg"});
  CHECK(gallery[0].location.lat == doctest::Approx(45.25).epsilon(1e-9));
  CHECK(gallery[1].location.lng == doctest::Approx(12.25).epsilon(1e-9));
  CHECK(gallery[1].taken == "2019-07-14T18:03:22");
  CHECK(gallery[0].file == folder.path() / "a" / "z.JPG");
  REQUIRE(gallery.problems().size() == 3);
  CHECK(gallery.problems()[0].file == folder.path() / "a" / "plain.jpeg");
  CHECK(gallery.problems()[0].line == 0);
  CHECK(contains(gallery.problems()[0].reason, "no position: no metadata"));
  CHECK(contains(gallery.problems()[1].reason, "begins like a text file"));
  CHECK(contains(gallery.problems()[2].reason, "GIF"));

  GalleryOptions strict;
  strict.strict = true;
  CHECK(contains(format_error([&] { Gallery::from_folder(folder.path(), strict); }), "plain.jpeg: no position"));
}

TEST_CASE("a folder with a label file is read by that") {
  const TemporaryFolder folder;
  folder.write("images/p.jpg", picture());
  folder.write("label.txt", std::string("45,12,p.jpg\n"));
  CHECK(Gallery::from_folder(folder.path())[0].file == folder.path() / "images" / "p.jpg");
  folder.write("labels.csv", std::string("lat,lon,file,id\n46,12,images/p.jpg,better\n"));
  const auto gallery = Gallery::from_folder(folder.path());
  CHECK(gallery[0].id == "better");
  CHECK(gallery[0].file == folder.path() / "images/p.jpg");
}

TEST_CASE("the limits of pictures go with a gallery to those that are made from it") {
  const TemporaryFolder folder;
  folder.write("a.jpg", with_position(45.5));
  folder.write("b.jpg", with_position(45.25));
  GalleryOptions options;
  options.pictures.max_pixels = 12'345;
  const auto gallery = Gallery::from_folder(folder.path(), options);
  const std::vector<std::size_t> first{0};
  const auto second = gallery.filtered([](const Photo& photo) { return photo.id == "b.jpg"; });
  for (const auto& made : {gallery, second, gallery.subset(first), gallery.subset(first).merged(second)})
    CHECK(made.image_options().max_pixels == 12'345);
  options.pictures.max_bytes = 10;
  options.strict = true;
  CHECK(contains(format_error([&] { Gallery::from_folder(folder.path(), options); }), "--max-bytes"));
}

TEST_CASE("a folder that cannot be opened is reported") {
  if (::geteuid() == 0) {
    MESSAGE("the superuser may open every folder: not tested");
    return;
  }
  const TemporaryFolder folder;
  folder.write("shut/a.jpg", picture());
  std::filesystem::permissions(folder.path() / "shut", std::filesystem::perms::none);
  const auto message = format_error([&] { Gallery::from_folder(folder.path()); });
  std::filesystem::permissions(folder.path() / "shut", std::filesystem::perms::owner_all);
  CHECK(contains(message, "shut"));
  CHECK(contains(message, "cannot be opened"));
}

TEST_CASE("folders without anything") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(Gallery::from_folder(folder.path() / "absent"), FileNotFoundError);
  CHECK(contains(format_error([&] { Gallery::from_folder(folder.path()); }), "neither a picture nor a label file"));
  folder.write("a.jpg", picture());
  CHECK(contains(format_error([&] { Gallery::from_folder(folder.path()); }), "no usable photo"));
}

TEST_CASE("the shared photos of Venice") {
  const char* variable = std::getenv("VENLOC_SHARED");
  const auto venice = std::filesystem::path(variable != nullptr ? variable : VENLOC_SHARED_DEFAULT) / "data" / "venice";
  if (!std::filesystem::is_directory(venice)) {
    MESSAGE("skipped: the shared photos are not at " << venice.string());
    return;
  }
  const auto plain = Gallery::from_label_file(venice / "label.txt");
  CHECK(plain.size() == 2148);
  CHECK(plain.problems().empty());
  std::set<std::pair<double, double>> places;
  for (const auto& photo : plain.photos()) places.insert({photo.location.lat, photo.location.lng});
  CHECK(places.size() == 1690);
  const auto box = plain.bounding_box();
  CHECK(box.contains({45.4343, 12.3388}));  // Piazza San Marco

  const auto table = Gallery::from_folder(venice);
  CHECK(table.size() == 2148);
  CHECK(table.problems().empty());
  CHECK(table[0].id == "flickr:50579161651");
  CHECK(table[0].url == "https://www.flickr.com/photo.gne?id=50579161651");
  for (std::size_t i = 0; i < plain.size(); ++i) {
    CHECK(plain[i].file == table[i].file);
    CHECK(plain[i].location == table[i].location);
  }
}
