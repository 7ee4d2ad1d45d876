// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/default_model.hpp"

#include <cstdlib>
#include <vector>

#include "core/platform.hpp"
#include "venloc/core/error.hpp"
#include "venloc/locators/locator.hpp"

namespace venloc {
namespace fs = std::filesystem;
namespace {

constexpr const char* kFileName = "venice.venloc";

bool is_file(const fs::path& path) {
  std::error_code ignored;
  return fs::is_regular_file(path, ignored);
}

/// The root of the checkout that holds `folder`, empty when it is in none.
fs::path checkout_of(fs::path folder) {
  for (; folder.has_relative_path(); folder = folder.parent_path())
    if (is_file(folder / "cmake" / "venlocConfig.cmake.in")) return folder;
  return {};
}

}  // namespace

fs::path find_default_model(const fs::path& library, const std::string& wanted) {
  if (!wanted.empty()) {
    if (is_file(wanted)) return wanted;
    throw FileNotFoundError("VENLOC_MODEL is set to '" + wanted +
                            "', which is not a file; set it to a model file (*.venloc) or unset it");
  }
  const fs::path folder = library.parent_path();
  std::vector<fs::path> places = {
      (folder / VENLOC_DATA_FROM_LIBRARY / kFileName).lexically_normal(),  // installed with the C++ library
      folder / "models" / kFileName,  // in the Python package; where venloc is a part of another CMake project
  };
  if (const fs::path root = checkout_of(folder); !root.empty()) places.push_back(root / "models" / kFileName);
  std::string searched;
  for (const auto& place : places) {
    if (is_file(place)) return place;
    searched += (searched.empty() ? "" : ", ") + place.string();
  }
  throw FileNotFoundError("the default model was not found; searched " + searched +
                          ". Name a model file, or set VENLOC_MODEL to one; `venloc build` makes one from photos");
}

fs::path default_model_path() {
  static const char here = 0;  // any address inside the library leads to its file
  const fs::path library = platform::library_of(&here);
  if (library.empty())
    throw IoError("the system does not report where the venloc library is; set VENLOC_MODEL to a model file");
  const char* wanted = std::getenv("VENLOC_MODEL");
  return find_default_model(fs::weakly_canonical(library), wanted != nullptr ? wanted : "");
}

}  // namespace venloc
