// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <ATen/CPUGeneratorImpl.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>
#include <set>

#include "features/networks/network.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

namespace {

using nlohmann::json;

std::optional<torch::ScalarType> scalar_type(DType type) {
  switch (type) {
    case DType::kF16:
      return torch::kFloat16;
    case DType::kBF16:
      return torch::kBFloat16;
    case DType::kF32:
      return torch::kFloat32;
    case DType::kF64:
      return torch::kFloat64;
    default:
      return std::nullopt;
  }
}

std::string shape_text(std::span<const std::int64_t> shape) {
  std::string text;
  for (const std::int64_t extent : shape) text += (text.empty() ? "" : ", ") + std::to_string(extent);
  return "[" + text + "]";
}

/// "a, b, c and 4 more"
std::string listed(const std::vector<std::string>& names) {
  constexpr std::size_t kShown = 4;
  std::string text;
  for (std::size_t i = 0; i < std::min(names.size(), kShown); ++i) text += (i == 0 ? "" : ", ") + names[i];
  if (names.size() > kShown) text += " and " + std::to_string(names.size() - kShown) + " more";
  return text;
}

Preprocessing stored_preprocessing(const SafetensorsFile& file, const std::string& prefix, Preprocessing result) {
  const auto found = file.metadata().find(prefix + "preprocessing");
  if (found == file.metadata().end()) return result;
  const auto refuse = [&](const std::string& reason) {
    return FormatError("'" + file.path().string() + "': metadata 'preprocessing' " + reason +
                       "; it is a JSON object such as {\"mean\": [127, 127, 127], \"deviation\": [128, 128, 128], "
                       "\"long_side_px\": 352}");
  };
  try {
    const json record = json::parse(found->second);
    if (record.contains("mean")) record["mean"].get_to(result.mean);
    if (record.contains("deviation")) record["deviation"].get_to(result.deviation);
    if (record.contains("long_side_px")) record["long_side_px"].get_to(result.long_side_px);
  } catch (const json::exception& error) {
    throw refuse(std::string("cannot be read (") + error.what() + ")");
  }
  if (!std::ranges::all_of(result.mean, [](double value) { return std::isfinite(value); }) ||
      !std::ranges::all_of(result.deviation, [](double value) { return std::isfinite(value) && value > 0; }))
    throw refuse("has a mean that is no number or a deviation that is not positive");
  if (result.long_side_px < 32 || result.long_side_px > 4096) throw refuse("has a long_side_px outside 32 to 4096");
  return result;
}

}  // namespace

std::string network_of(const SafetensorsFile& file, const std::string& prefix) {
  const auto found = file.metadata().find(prefix + "network");
  if (found == file.metadata().end())
    throw FormatError("'" + file.path().string() + "' does not say which network its weights are of: name it");
  return found->second;
}

void load_weights(Network& network, const SafetensorsFile& file, const std::string& prefix) {
  const auto arrays = network.arrays();
  std::map<std::string, std::string> present;  // own name -> name in the file
  std::vector<std::string> missing, unexpected, misfits;
  for (const auto& [stored, view] : file.tensors()) {
    if (!stored.starts_with(prefix)) continue;
    const std::string name = stored.substr(prefix.size());
    const auto alias = network.aliases.find(name);
    const std::string& own = alias == network.aliases.end() ? name : alias->second;
    const bool ignored = name.ends_with("num_batches_tracked") ||
                         std::ranges::any_of(network.ignored, [&](const auto& head) { return name.starts_with(head); });
    if (ignored) continue;
    const auto known = arrays.find(own);
    if (known == arrays.end()) {
      unexpected.push_back(name);
      continue;
    }
    present.emplace(own, name);
    const auto wanted = known->second.sizes();
    if (!scalar_type(view.type) || !std::ranges::equal(view.shape, wanted))
      misfits.push_back(name + " is " + std::string(name_of(view.type)) + " " + shape_text(view.shape) +
                        " where floating-point numbers " + shape_text(wanted) + " are needed");
  }

  // A file may end after any step, but not have holes.
  const auto has = [&](const std::string& name) { return present.contains(name); };
  const auto& steps = network.steps();
  std::size_t complete = 0, begun = 0;
  while (complete < steps.size() && std::ranges::all_of(steps[complete].arrays, has)) ++complete;
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (std::ranges::any_of(steps[i].arrays, has)) begun = i + 1;
  if (begun == 0) begun = 1;
  for (std::size_t i = complete; i < begun; ++i)
    std::ranges::remove_copy_if(steps[i].arrays, std::back_inserter(missing), has);

  std::string problems;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    if (!names.empty()) problems += (problems.empty() ? "" : "; ") + std::string(what) + listed(names);
  };
  add("missing: ", missing);
  add("unexpected: ", unexpected);
  add("", misfits);
  if (!problems.empty())
    throw FormatError("'" + file.path().string() + "' does not hold weights of " + network.network() + " (" + problems +
                      "); fetch or convert the weights of this network, or name the network they are of");

  network.preprocessing = stored_preprocessing(file, prefix, network.preprocessing);
  network.truncate(complete);
  const torch::NoGradGuard no_gradients;
  for (const auto& [own, name] : present) {
    const TensorView& view = file.tensors().at(prefix + name);
    torch::Tensor target = arrays.at(own);
    // The mapped bytes are only read: from_blob has no form for constant memory.
    target.copy_(torch::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, *scalar_type(view.type)));
    if (!torch::isfinite(target).all().item<bool>())
      throw FormatError("'" + file.path().string() + "' is damaged: array '" + name +
                        "' has values that are not finite in float32; fetch or convert the file again");
  }
}

void randomize_weights(Network& network, std::uint64_t seed) {
  const torch::NoGradGuard no_gradients;
  const auto generator = at::detail::createCPUGenerator(seed);
  for (auto& [name, values] : network.arrays()) {
    if (values.dim() != 4) continue;
    const auto fan_in = static_cast<double>(values[0].numel());
    values.copy_(torch::randn(values.sizes(), generator) * std::sqrt(2 / fan_in));
  }
}

namespace {

/// The type that an array has in a file of this element type.
DType stored_type(const torch::Tensor& values, DType type) {
  if (type != DType::kF32 && type != DType::kF16 && type != DType::kBF16)
    throw InvalidArgumentError("weights are written as F32, F16 or BF16, not as " + std::string(name_of(type)));
  return values.dim() == 1 ? DType::kF32 : type;
}

}  // namespace

void round_weights(Network& network, std::size_t steps, DType type) {
  const torch::NoGradGuard no_gradients;
  const auto arrays = network.arrays();
  for (const Network::Step& step : std::span(network.steps()).first(steps))
    for (const std::string& name : step.arrays) {
      torch::Tensor values = arrays.at(name);
      values.copy_(values.to(*scalar_type(stored_type(values, type))));
      if (!torch::isfinite(values).all().item<bool>())
        throw InvalidArgumentError("weight " + name + " of " + network.network() + " is too large for " +
                                   std::string(name_of(type)) + "; choose BF16 or F32");
    }
}

void save_weights(const Network& network, std::size_t steps, SafetensorsWriter& writer, const std::string& prefix,
                  DType type) {
  const torch::NoGradGuard no_gradients;
  const auto arrays = network.arrays();
  for (const Network::Step& step : std::span(network.steps()).first(steps)) {
    for (const std::string& name : step.arrays) {
      const torch::Tensor& values = arrays.at(name);
      const DType stored = stored_type(values, type);
      const auto array =
          std::make_shared<const torch::Tensor>(values.to(torch::kCPU, *scalar_type(stored)).contiguous());
      writer.add(prefix + name, stored, array->sizes().vec(),
                 std::span(static_cast<const std::byte*>(array->const_data_ptr()), array->nbytes()));
      writer.keep(array);
    }
  }
  const Preprocessing& p = network.preprocessing;
  writer.set_metadata(prefix + "network", network.network());
  writer.set_metadata(prefix + "preprocessing",
                      json{{"mean", p.mean}, {"deviation", p.deviation}, {"long_side_px", p.long_side_px}}.dump());
}

}  // namespace venloc
