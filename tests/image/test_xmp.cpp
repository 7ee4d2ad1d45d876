// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <cstdint>
#include <string>
#include <vector>

#include "core/random.hpp"
#include "core/utf8.hpp"
#include "image/exif_blocks.hpp"
#include "image/metadata_parts.hpp"
#include "image/pictures.hpp"
#include "venloc/image/image.hpp"
#include "venloc/image/metadata.hpp"

using namespace venloc;
using namespace venloc::testing;

namespace {

const std::string kNamespaces =
    R"( xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:exif="http://ns.adobe.com/exif/1.0/")"
    R"( xmlns:tiff="http://ns.adobe.com/tiff/1.0/" xmlns:dc="http://purl.org/dc/elements/1.1/")"
    R"( xmlns:photoshop="http://ns.adobe.com/photoshop/1.0/" xmlns:xmp="http://ns.adobe.com/xap/1.0/")"
    R"( xmlns:ext="http://iptc.org/std/Iptc4xmpExt/2008-02-29/")";

/// A packet with these attributes and elements of one description.
std::string packet(const std::string& attributes, const std::string& elements = "") {
  return R"(<?xpacket begin="" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF)" +
         kNamespaces + R"(><rdf:Description rdf:about="" )" + attributes + ">" + elements +
         R"(</rdf:Description></rdf:RDF></x:xmpmeta>   <?xpacket end="w"?>)";
}

Metadata xmp(const std::string& attributes, const std::string& elements = "") {
  return metadata::read_xmp(packet(attributes, elements));
}

void check_position(const Metadata& found, double lat, double lng) {
  REQUIRE_MESSAGE(found.position, found.position_problem);
  CHECK(found.position->lat == doctest::Approx(lat).epsilon(1e-9));
  CHECK(found.position->lng == doctest::Approx(lng).epsilon(1e-9));
}

std::string damage(const std::string& text) {
  try {
    metadata::read_xmp(text);
  } catch (const metadata::Damaged& damaged) {
    return damaged.reason;
  }
  FAIL("it was read");
  return {};
}

bool contains(const std::string& text, const std::string& part) { return text.find(part) != std::string::npos; }

Data xmp_segment(const std::string& text) {
  const std::string content = std::string("http://ns.adobe.com/xap/1.0/") + '\0' + text;
  const auto length = content.size() + 2;
  Data out{0xFF, 0xE1, static_cast<std::uint8_t>(length >> 8), static_cast<std::uint8_t>(length)};
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Data jpeg_with_xmp(const std::string& text) {
  const auto jpeg = encoded(".jpg", drawn(8, 4, 3));
  Data out{jpeg[0], jpeg[1]};
  const auto segment = xmp_segment(text);
  out.insert(out.end(), segment.begin(), segment.end());
  out.insert(out.end(), jpeg.begin() + 2, jpeg.end());
  return out;
}

}  // namespace

TEST_CASE("positions in XMP, as attributes and as elements") {
  const double lat = 45 + 26.2278 / 60, lng = 12 + 19.959 / 60;
  check_position(xmp(R"(exif:GPSLatitude="45,26.2278N" exif:GPSLongitude="12,19.959E")"), lat, lng);
  check_position(
      xmp("", "<exif:GPSLatitude>45,26.2278N</exif:GPSLatitude><exif:GPSLongitude> 12,19.959E\n</exif:GPSLongitude>"),
      lat, lng);
  check_position(xmp(R"(exif:GPSLatitude="33,30,0S" exif:GPSLongitude="70,45,0W")"), -33.5, -70.75);
  check_position(xmp(R"(exif:GPSLatitude="-33.5" exif:GPSLongitude="-70.75")"), -33.5, -70.75);
  check_position(
      xmp(R"(exif:GPSLatitude="33.5" exif:GPSLatitudeRef="South" exif:GPSLongitude="70.75" exif:GPSLongitudeRef="W")"),
      -33.5, -70.75);
  const auto found =
      xmp(R"(exif:GPSLatitude="45.5" exif:GPSLongitude="12.5" exif:GPSHPositioningError="1555/10" exif:GPSStatus="V" )"
          R"(exif:GPSProcessingMethod="CELLID")");
  CHECK(found.position_source == "XMP");
  CHECK(found.position_error_m == 155.5);
  CHECK(contains(found.position_doubt, "error of 156 m"));
  CHECK(contains(found.position_doubt, "status V"));
  CHECK(contains(found.position_doubt, "(CELLID)"));
}

TEST_CASE("other prefixes and encodings of the same XMP") {
  const std::string text =
      R"(<r:RDF xmlns:r="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><r:Description xmlns:e="http://ns.adobe.com/exif/1.0/">)"
      R"(<e:GPSLatitude>45.5</e:GPSLatitude><e:GPSLongitude>12.5</e:GPSLongitude></r:Description></r:RDF>)";
  check_position(metadata::read_xmp(text), 45.5, 12.5);
  check_position(metadata::read_xmp("\xEF\xBB\xBF" + text + std::string(20, '\0')), 45.5, 12.5);
  std::string wide = "\xFF\xFE";
  for (const char c : text) wide += {c, '\0'};
  check_position(metadata::read_xmp(wide), 45.5, 12.5);
}

TEST_CASE("positions of IPTC's extension: where it was made comes before what it shows") {
  const auto place = [](const std::string& lat, const std::string& lng) {
    return "<rdf:li rdf:parseType='Resource'><ext:City>Venezia</ext:City><exif:GPSLatitude>" + lat +
           "</exif:GPSLatitude><exif:GPSLongitude>" + lng + "</exif:GPSLongitude></rdf:li>";
  };
  const auto shown = "<ext:LocationShown><rdf:Bag>" + place("45.1", "12.1") + "</rdf:Bag></ext:LocationShown>";
  const auto made = "<ext:LocationCreated><rdf:Bag><rdf:li rdf:parseType='Resource'><ext:City>?</ext:City></rdf:li>" +
                    place("45,30.0N", "12,30.0E") + "</rdf:Bag></ext:LocationCreated>";
  const auto both = xmp("", shown + made);
  check_position(both, 45.5, 12.5);
  CHECK(both.position_doubt.empty());
  const auto only_shown = xmp("", shown);
  check_position(only_shown, 45.1, 12.1);
  CHECK(contains(only_shown.position_doubt, "that of the place shown"));
  check_position(xmp("",
                     "<ext:LocationCreated><rdf:Bag><rdf:li><rdf:Description exif:GPSLatitude='45.5' "
                     "exif:GPSLongitude='12.5'/></rdf:li></rdf:Bag></ext:LocationCreated>"),
                 45.5, 12.5);
  // Latitude and longitude of two different places are none.
  CHECK(
      !xmp("",
           "<ext:LocationCreated><rdf:Bag><rdf:li exif:GPSLatitude='45.5'/><rdf:li exif:GPSLongitude='12.5'/></rdf:Bag>"
           "</ext:LocationCreated>")
           .position);
}

TEST_CASE("texts, time and orientation of XMP") {
  const auto found = xmp(
      R"(tiff:Orientation="6" tiff:Make="Apple" tiff:Model="iPhone 12" photoshop:DateCreated="2019-07-14T18:03:22.25+02:00" )"
      R"(xmp:CreateDate="2020-01-01T00:00:00")",
      "<dc:title><rdf:Alt><rdf:li xml:lang='it'>Il ponte</rdf:li><rdf:li xml:lang='x-default'>The "
      "bridge</rdf:li></rdf:Alt></dc:title>"
      "<dc:description><rdf:Alt><rdf:li xml:lang='x-default'>A &lt;big&gt; one</rdf:li></rdf:Alt></dc:description>"
      "<dc:subject><rdf:Bag><rdf:li>a</rdf:li><rdf:li>b</rdf:li><rdf:li>a</rdf:li></rdf:Bag></dc:subject>"
      "<dc:creator><rdf:Seq><rdf:li>Andr\u00E9</rdf:li></rdf:Seq></dc:creator><dc:rights>CC0</dc:rights>");
  CHECK(found.orientation == 6);
  CHECK(found.camera == "Apple iPhone 12");
  CHECK(found.taken == "2019-07-14T18:03:22.25+02:00");
  CHECK(found.title == "The bridge");
  CHECK(found.description == "A <big> one");
  CHECK(found.keywords == std::vector<std::string>{"a", "b"});
  CHECK(found.author == "Andr\u00E9");
  CHECK(found.copyright == "CC0");
  CHECK(!found.position);
  CHECK(found.position_problem.empty());
  CHECK(xmp(R"(exif:DateTimeOriginal="2019-07-14T18:03")").taken == "2019-07-14T18:03:00");
  CHECK(!xmp(R"(exif:DateTimeOriginal="2019-07-14")").taken);
  CHECK(xmp(R"(tiff:Orientation="9")").orientation == 0);
}

TEST_CASE("XMP that cannot be used") {
  CHECK(contains(damage("not XML"), "its XML is damaged at line 1"));
  CHECK(contains(damage(""), "empty"));
  CHECK(contains(damage(packet("").substr(0, 300)), "its XML is damaged"));
  CHECK(contains(damage(std::string(17 << 20, ' ')), "larger than 16 MiB"));
  std::string deep;
  for (int i = 0; i < 100; ++i) deep += "<a>";
  CHECK(contains(damage(deep), "nested too deeply"));
  // Entities that grow by ten at each level.
  std::string bomb = "<!DOCTYPE b [<!ENTITY a0 \"aaaaaaaaaa\">";
  for (int i = 1; i < 12; ++i) {
    const auto before = "&a" + std::to_string(i - 1) + ";";
    bomb += "<!ENTITY a" + std::to_string(i) + " \"";
    for (int k = 0; k < 10; ++k) bomb += before;
    bomb += "\">";
  }
  CHECK(contains(damage(bomb + "]><b>&a11;</b>"), "document type definition"));
  CHECK(xmp(R"(exif:GPSLatitude="here" exif:GPSLongitude="12.5")").position_problem ==
        "latitude 'here' is not a number of degrees");
  CHECK(xmp(R"(exif:GPSLatitude="45.5")").position_problem == "no GPS longitude");
  CHECK(contains(xmp(R"(exif:GPSLatitude="0,0.0N" exif:GPSLongitude="0,0.0E")").position_problem, "(0, 0)"));
  CHECK(metadata::read_xmp("<html><p exif='1'>a page</p></html>").position_problem.empty());
}

TEST_CASE("XMP in a picture: EXIF comes first, XMP's orientation turns the picture") {
  const auto with = packet(R"(exif:GPSLatitude="45.5" exif:GPSLongitude="12.5" tiff:Orientation="6" tiff:Make="X")");
  const auto file = jpeg_with_xmp(with);
  const auto found = decode_metadata(bytes_of(file));
  check_position(found, 45.5, 12.5);
  CHECK(found.position_source == "XMP");
  CHECK(found.orientation == 6);
  CHECK(decode_image(bytes_of(file), "a").width() == 4);
  ExifBlock tags;
  tags.gps_position(44.0, "N", 11.0, "E");
  tags.main_short(0x0112, 3);
  const auto both = decode_metadata(bytes_of(jpeg_with_exif(file, tags.bytes())));
  check_position(both, 44.0, 11.0);
  CHECK(both.position_source == "EXIF");
  CHECK(both.orientation == 3);
  CHECK(both.camera == "X");
  ExifBlock zero;
  zero.gps_position(0.0, "N", 0.0, "E");
  check_position(decode_metadata(bytes_of(jpeg_with_exif(file, zero.bytes()))), 45.5, 12.5);
  const auto damaged = decode_metadata(bytes_of(jpeg_with_xmp("<broken")));
  CHECK(contains(damaged.position_problem, "XMP cannot be read: its XML is damaged"));
}

TEST_CASE("IPTC texts") {
  const auto data_set = [](int record, int number, const std::string& value) {
    std::string out{0x1C, static_cast<char>(record), static_cast<char>(number), static_cast<char>(value.size() >> 8),
                    static_cast<char>(value.size())};
    return out + value;
  };
  const auto read = [](const std::string& text) { return metadata::read_iptc(std::as_bytes(std::span(text))); };
  const auto texts = [&](const std::string& accent) {
    return data_set(2, 5, "Title") + data_set(2, 105, "Headline") + data_set(2, 120, "Caf" + accent) +
           data_set(2, 25, "a") + data_set(2, 25, "b") + data_set(2, 25, "a") + data_set(2, 80, "Doe") +
           data_set(2, 116, "mine") + data_set(2, 55, "20190714") + data_set(2, 60, "180322+0200");
  };
  for (const auto& text : {texts("\xE9"), texts("\u00E9"), data_set(1, 90, "\x1B%G") + texts("\u00E9")}) {
    const auto found = read(text);
    CHECK(found.title == "Title");
    CHECK(found.description == "Caf\u00E9");
    CHECK(found.keywords == std::vector<std::string>{"a", "b"});
    CHECK(found.author == "Doe");
    CHECK(found.copyright == "mine");
    CHECK(found.taken == "2019-07-14T18:03:22+02:00");
  }
  CHECK(read(data_set(2, 105, "Headline")).title == "Headline");
  // A length of more than 32 kB has a length of its own.
  const std::string extended = std::string{0x1C, 2, 120, static_cast<char>(0x80), 2, 0, 3} + "abc";
  CHECK(read(extended).description == "abc");
  CHECK(read(texts("").substr(0, 20)).title == "Title");
  CHECK(read("").title.empty());
}

TEST_CASE("mutated XMP and IPTC never crash") {
  Random random(7);
  const auto below = [&](std::size_t bound) { return static_cast<std::size_t>(random.below(bound)); };
  const auto whole = packet(R"(exif:GPSLatitude="45,26.2278N" exif:GPSLongitude="12,19.959E" tiff:Orientation="6")",
                            "<dc:subject><rdf:Bag><rdf:li>a</rdf:li></rdf:Bag></dc:subject>");
  const std::string iptc = std::string(
      "\x1C\x02\x05\x00\x05Title\x1C\x02\x78\x00\x03"
      "abc",
      18);
  for (int round = 0; round < 800; ++round) {
    auto text = round % 2 == 0 ? whole : iptc;
    for (std::size_t change = 0; change <= below(4); ++change) {
      const auto at = below(text.size());
      if (below(3) == 0)
        text.erase(at, 1 + below(20));
      else
        text[at] = static_cast<char>(below(256));
      if (text.empty()) text = " ";
    }
    Metadata found;
    try {
      found = round % 2 == 0 ? metadata::read_xmp(text) : metadata::read_iptc(std::as_bytes(std::span(text)));
    } catch (const metadata::Damaged& damaged) {
      CHECK(!damaged.reason.empty());
    }
    if (found.position) CHECK(is_valid(*found.position));
    for (const auto& shown : {found.title, found.description, found.position_problem}) CHECK(is_valid_utf8(shown));
  }
}
