// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "locators/registry.hpp"

#include <map>
#include <mutex>

#include "locators/sift_impl.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"

namespace venloc {
namespace {

struct Registry {
  std::mutex mutex;
  std::map<std::string, LocatorLoader> loaders = {{"sift", load_sift_locator}};
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

void register_locator(const std::string& kind, LocatorLoader loader) {
  auto& r = registry();
  const std::lock_guard lock(r.mutex);
  r.loaders[kind] = std::move(loader);
}

std::unique_ptr<Locator> load_locator(const std::filesystem::path& path) {
  const auto file = open_model(path);
  const auto& kind = file.metadata().at("kind");
  LocatorLoader loader;
  {
    auto& r = registry();
    const std::lock_guard lock(r.mutex);
    const auto found = r.loaders.find(kind);
    if (found != r.loaders.end()) loader = found->second;
  }
  if (!loader)
    throw FormatError("'" + path.string() + "' is a model of kind '" + kind +
                      "', which this build of venloc does not know; update venloc or load its extension");
  return loader(file);
}

}  // namespace venloc
