// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/locators/registry.hpp"

#include <map>
#include <mutex>
#include <set>

#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/locators/kinds.hpp"

namespace venloc {
namespace {

using Loaders = std::map<std::string, LocatorLoader>;
template <typename... Types>
Loaders loaders_of(TypeList<Types...>) {
  return {{Types::kKind, load_as<Types>}...};
}

struct Registry {
  std::mutex mutex;
  Loaders loaders = loaders_of(LocatorKinds());
};

Registry& registry() {
  static Registry instance;
  return instance;
}

}  // namespace

void register_locator(const std::string& kind, LocatorLoader loader) {
  if (kind.empty()) throw InvalidArgumentError("register_locator: kind is empty; give the name of the models' kind");
  if (!loader) throw InvalidArgumentError("register_locator: the loader of kind '" + kind + "' is empty");
  auto& r = registry();
  const std::lock_guard lock(r.mutex);
  if (!r.loaders.emplace(kind, std::move(loader)).second)
    throw InvalidArgumentError("register_locator: kind '" + kind + "' is registered; choose another name");
}

std::unique_ptr<Locator> load_locator(const std::filesystem::path& path, const LoadOptions& options) {
  options.validate();
  const auto file = open_model(path);
  const auto& kind = file.metadata().at("kind");
  LocatorLoader loader;
  {
    auto& r = registry();
    const std::lock_guard lock(r.mutex);
    const auto found = r.loaders.find(kind);
    if (found != r.loaders.end()) loader = found->second;
  }
  if (!loader && needs_torch(kind))
    throw FormatError("'" + path.string() + "' is a model of kind '" + kind +
                      "', which holds a trained head and needs venloc::torch: link it to the program (CMake: "
                      "find_package(venloc COMPONENTS torch)) and call venloc::register_torch()");
  if (!loader)
    throw FormatError("'" + path.string() + "' is a model of kind '" + kind +
                      "', which this build of venloc does not support; update venloc, or first register the kind "
                      "(venloc::register_locator)");
  return loader(file, options);
}

std::string model_kind(const std::filesystem::path& path) {
  const auto file = SafetensorsFile::open(path);
  const auto& metadata = file.metadata();
  const auto format = metadata.find("format"), kind = metadata.find("kind");
  if (format == metadata.end() || format->second != "venloc" || kind == metadata.end())
    throw FormatError("'" + path.string() + "' is a safetensors file but not a venloc model; give a .venloc file");
  return kind->second;
}

bool needs_torch(const std::string& kind) {
  static const std::set<std::string> kinds = {"regression", "s2"};
  return kinds.contains(kind);
}

}  // namespace venloc
