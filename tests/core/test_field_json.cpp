// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/field_json.hpp"
#include "core/field_table.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

// Where nlohmann::json looks for to_json and from_json.
enum class Colour { kRed, kDeepBlue };

struct Inner {
  int length = 3;
  double exponent = 0.5;
  int num_threads = 0;
};

struct Outer {
  std::string name;
  Colour colour = Colour::kRed;
  Inner inner = {.length = 7};
  std::vector<Inner> more = {{}};
  std::string folder;
};

VENLOC_ENUM_NAMES(Colour, {"red", Colour::kRed}, {"deep_blue", Colour::kDeepBlue});
VENLOC_FIELD_TABLE(Inner, VENLOC_FIELD(length), VENLOC_FIELD(exponent).formerly("damping", "power"),
                   VENLOC_FIELD(num_threads).not_stored());
VENLOC_FIELD_TABLE(Outer, VENLOC_FIELD(name).required().formerly("title"), VENLOC_FIELD(colour), VENLOC_FIELD(inner),
                   VENLOC_FIELD(more), VENLOC_FIELD(folder).not_stored());

namespace {

Outer read(const std::string& text) { return nlohmann::json::parse(text).get<Outer>(); }

std::string refusal(const std::string& text) {
  try {
    read(text);
  } catch (const FormatError& error) {
    return error.what();
  }
  return "";
}

struct Three {
  int a = 0;
  std::string b;
  Inner c;
};

}  // namespace

TEST_CASE("a table has as many entries as its struct has fields") {
  static_assert(field_table::has_fields<Three, 3>);
  static_assert(!field_table::has_fields<Three, 2>);
  static_assert(!field_table::has_fields<Three, 4>);
  static_assert(field_table::complete<Outer>());
}

TEST_CASE("what is stored is written under the fields' names") {
  Outer outer;
  outer.name = "x";
  outer.colour = Colour::kDeepBlue;
  outer.folder = "elsewhere";
  CHECK(
      nlohmann::json(outer).dump() ==
      R"({"colour":"deep_blue","inner":{"exponent":0.5,"length":7},"more":[{"exponent":0.5,"length":3}],"name":"x"})");
}

TEST_CASE("what was written is read again") {
  Outer outer;
  outer.name = "x";
  outer.colour = Colour::kDeepBlue;
  outer.inner = {.length = 9, .exponent = 0.1};
  outer.more = {{.length = 1}, {.exponent = 2}};
  const auto text = nlohmann::json(outer).dump();
  CHECK(nlohmann::json(read(text)).dump() == text);
}

TEST_CASE("missing fields take their defaults and unknown keys are ignored") {
  const auto outer = read(R"({"name": "x", "inner": {"exponent": 2, "new": 1}, "num_threads": 5, "folder": "y"})");
  CHECK(outer.colour == Colour::kRed);
  CHECK(outer.inner.length == 3);
  CHECK(outer.inner.exponent == 2);
  CHECK(outer.folder.empty());
  CHECK(read(R"({"name": "x"})").inner.length == 7);

  // Also where the object that is read into holds something else.
  Inner inner{.length = 99, .exponent = 99, .num_threads = 99};
  nlohmann::json::parse("{}").get_to(inner);
  CHECK(inner.length == 3);
  CHECK(inner.num_threads == 99);
}

TEST_CASE("former names are read, the present one first") {
  CHECK(read(R"({"title": "old"})").name == "old");
  CHECK(read(R"({"name": "new", "title": "old"})").name == "new");
  CHECK(read(R"({"name": "x", "inner": {"damping": 4}})").inner.exponent == 4);
  CHECK(read(R"({"name": "x", "inner": {"power": 5}})").inner.exponent == 5);
  CHECK(read(R"({"name": "x", "inner": {"power": 5, "exponent": 6}})").inner.exponent == 6);
}

TEST_CASE("what cannot be read is refused") {
  CHECK(refusal("{}") == "Outer has no 'name'");
  CHECK(refusal("[]") == "Outer must be a JSON object");
  CHECK(refusal(R"({"name": "x", "inner": 3})") == "Inner must be a JSON object");
  CHECK(refusal(R"({"name": "x", "colour": "green"})") == "\"green\" is not a value of Colour");
  CHECK(refusal(R"({"name": "x", "colour": 0})") == "0 is not a value of Colour");
  CHECK_THROWS_AS(read(R"({"name": 5})"), nlohmann::json::exception);
}

}  // namespace venloc
