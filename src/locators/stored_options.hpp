// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/damaged.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/safetensors.hpp"
#include "venloc/retrieval/descriptor_index.hpp"
#include "venloc/retrieval/whitening.hpp"

// The options in the model files of locators with networks.
namespace venloc {

// What does not belong to the model (threads, folders, devices) is not written.
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(WhiteningOptions, dimension, damping, max_samples, seed)
NLOHMANN_DEFINE_TYPE_NON_INTRUSIVE_WITH_DEFAULT(DescriptorSearchOptions, max_hits, expansion, expansion_alpha)

/// The options that the file was built with. Throws FormatError.
template <typename Options>
Options parse_options(const SafetensorsFile& file) {
  try {
    auto options = nlohmann::json::parse(file.metadata().at("options")).get<Options>();
    options.validate();
    return options;
  } catch (const std::exception& e) {
    refuse_damaged(file.path(), std::string("the options can not be read (") + e.what() + ")");
  }
}

/// Opens a model and refuses one of another kind.
inline SafetensorsFile open_model_of_kind(const std::filesystem::path& path, const std::string& kind) {
  auto file = open_model(path);
  if (file.metadata().at("kind") != kind)
    throw FormatError("'" + path.string() + "' is a model of kind '" + file.metadata().at("kind") + "', not of kind '" +
                      kind + "'; open it with load_locator");
  return file;
}

}  // namespace venloc
