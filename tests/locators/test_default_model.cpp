// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <string>

#include "locators/default_model.hpp"
#include "venloc/core/error.hpp"
#include "venloc/locators/locator.hpp"

namespace fs = std::filesystem;
using venloc::find_default_model;

namespace {

struct Folder {
  fs::path path = fs::temp_directory_path() / ("venloc_default_model_" + std::to_string(::getpid()));
  Folder() { fs::create_directories(path); }
  ~Folder() { fs::remove_all(path); }
  fs::path add(const fs::path& name) const {
    fs::create_directories((path / name).parent_path());
    std::ofstream(path / name) << "x";
    return path / name;
  }
};

std::string message_of(const fs::path& library, const std::string& wanted) {
  try {
    find_default_model(library, wanted);
  } catch (const venloc::FileNotFoundError& error) {
    return error.what();
  }
  return "no error";
}

}  // namespace

TEST_CASE("the default model is found in each layout") {
  const Folder folder;
  SUBCASE("Python package") {
    const fs::path model = folder.add("site-packages/venloc/models/venice.venloc");
    CHECK(find_default_model(folder.path / "site-packages/venloc/libvenloc.so", "") == model);
  }
  SUBCASE("build folder of a checkout") {
    const fs::path model = folder.add("checkout/models/venice.venloc");
    folder.add("checkout/cmake/venlocConfig.cmake.in");
    CHECK(find_default_model(folder.path / "checkout/build/dev/src/libvenloc.so", "") == model);
  }
  SUBCASE("a folder named models further up that is not of a checkout is left alone") {
    folder.add("other/models/venice.venloc");
    CHECK_THROWS_AS(find_default_model(folder.path / "other/build/dev/src/libvenloc.so", ""),
                    venloc::FileNotFoundError);
  }
  SUBCASE("VENLOC_MODEL goes before everything") {
    folder.add("venloc/models/venice.venloc");
    const fs::path mine = folder.add("mine.venloc");
    CHECK(find_default_model(folder.path / "venloc/libvenloc.so", mine.string()) == mine);
  }
}

TEST_CASE("a default model that is not there is an error that lists the searched paths") {
  const Folder folder;
  const std::string message = message_of(folder.path / "lib/libvenloc.so", "");
  CHECK(message.find((folder.path / "lib/models/venice.venloc").string()) != std::string::npos);
  CHECK(message.find("share/venloc/venice.venloc") != std::string::npos);
  CHECK(message.find("VENLOC_MODEL") != std::string::npos);
  // A wrong value of VENLOC_MODEL is refused, not replaced.
  folder.add("lib/models/venice.venloc");
  CHECK(message_of(folder.path / "lib/libvenloc.so", "/no/such.venloc").find("/no/such.venloc") != std::string::npos);
  CHECK(message_of(folder.path / "lib/libvenloc.so", folder.path.string()).find("not a file") != std::string::npos);
}
