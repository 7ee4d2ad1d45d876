// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "core/damaged.hpp"
#include "core/field_json.hpp"
#include "features/features_fields.hpp"
#include "locators/locators_fields.hpp"
#include "retrieval/retrieval_fields.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/safetensors.hpp"

// The options in the model files of locators.
namespace venloc {

/// The options that the file was built with, and the threads that it is opened with. Throws FormatError.
template <typename Options>
Options parse_options(const SafetensorsFile& file, const LoadOptions& load) {
  load.validate();
  try {
    auto options = nlohmann::json::parse(file.metadata().at("options")).get<Options>();
    options.validate();
    options.num_threads = load.num_threads;
    return options;
  } catch (const std::exception& e) {
    refuse_damaged(file.path(), std::string("the options cannot be read (") + e.what() + ")");
  }
}

}  // namespace venloc
