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

/// Ends the names of the arrays of scales.
constexpr std::string_view kScale = ".scale";

/// What stands in a file for an array.
struct Stored {
  torch::Tensor values;
  torch::Tensor scale;  ///< a float32 for each output channel; defined for int8 only
};

torch::Tensor scaled_back(const Stored& stored) { return stored.values * stored.scale.view({-1, 1, 1, 1}); }

/// The view's bytes as a tensor.
torch::Tensor in_place(const TensorView& view, torch::ScalarType type) {
  // The mapped bytes are only read: from_blob has no form for constant memory.
  return torch::from_blob(const_cast<std::byte*>(view.bytes.data()), view.shape, type);
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
  const auto scale_of = [&](const std::string& name) {
    const auto found = file.tensors().find(prefix + name + std::string(kScale));
    return found == file.tensors().end() ? nullptr : &found->second;
  };
  std::vector<std::string> missing, unexpected, misfits;
  for (const auto& [stored, view] : file.tensors()) {
    if (!stored.starts_with(prefix)) continue;
    const std::string name = stored.substr(prefix.size());
    const auto alias = network.aliases.find(name);
    const std::string& own = alias == network.aliases.end() ? name : alias->second;
    const bool ignored = name.ends_with("num_batches_tracked") ||
                         std::ranges::any_of(network.ignored, [&](const auto& head) { return name.starts_with(head); });
    if (ignored) continue;
    if (name.ends_with(kScale)) {
      const auto scaled = file.tensors().find(stored.substr(0, stored.size() - kScale.size()));
      if (scaled != file.tensors().end() && scaled->second.type == DType::kI8) continue;
    }
    const auto known = arrays.find(own);
    if (known == arrays.end()) {
      unexpected.push_back(name);
      continue;
    }
    present.emplace(own, name);
    const auto wanted = known->second.sizes();
    const bool scaled = view.type == DType::kI8 && wanted.size() == 4;
    if (scaled && std::ranges::equal(view.shape, wanted)) {
      const TensorView* scale = scale_of(name);
      const std::array<std::int64_t, 1> channels = {wanted[0]};
      if (scale == nullptr || scale->type != DType::kF32 || !std::ranges::equal(scale->shape, channels))
        misfits.push_back(name + " is I8 without " + name + std::string(kScale) + ", F32 " + shape_text(channels));
    } else if (!scalar_type(view.type) || !std::ranges::equal(view.shape, wanted))
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
  const auto words = [&](const char* key, const char* other_key) {
    auto found = file.metadata().find(prefix + key);
    if (found == file.metadata().end()) found = file.metadata().find(prefix + other_key);
    return found == file.metadata().end() ? std::string() : found->second;
  };
  network.origin = words("origin", "source");
  network.licence = words("licence", "license");
  network.truncate(complete);
  const torch::NoGradGuard no_gradients;
  for (const auto& [own, name] : present) {
    const TensorView& view = file.tensors().at(prefix + name);
    torch::Tensor target = arrays.at(own);
    if (view.type == DType::kI8) {
      const auto scale = in_place(*scale_of(name), torch::kFloat32);
      if (!torch::isfinite(scale).logical_and(scale > 0).all().item<bool>())
        throw FormatError("'" + file.path().string() + "' is damaged: array '" + name + std::string(kScale) +
                          "' has values that are not positive numbers; fetch or convert the file again");
      target.copy_(scaled_back({in_place(view, torch::kInt8), scale}));
    } else {
      target.copy_(in_place(view, *scalar_type(view.type)));
    }
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

/// Symmetric int8: the largest weight of each output channel becomes 127.
Stored quantized(const torch::Tensor& values) {
  constexpr double kLargest = 127;
  // With the few digits of bfloat16, 127 times a scale is exact: what was read from int8 is written as the same int8.
  auto scale = (values.flatten(1).abs().amax(1) / kLargest).to(torch::kBFloat16).to(torch::kFloat32);
  scale = scale.where(scale > 0, torch::ones_like(scale));
  return {(values / scale.view({-1, 1, 1, 1})).round().clamp(-kLargest, kLargest).to(torch::kInt8), scale};
}

/// What stands in a file of this element type for the array `name`.
Stored stored(const Network& network, const std::string& name, const torch::Tensor& values, DType type) {
  if (type != DType::kF32 && type != DType::kF16 && type != DType::kBF16 && type != DType::kI8)
    throw InvalidArgumentError("weights are written as F32, F16, BF16 or I8, not as " + std::string(name_of(type)));
  const torch::Tensor here = values.to(torch::kCPU, torch::kFloat32);
  if (here.dim() == 1) return {here.contiguous(), {}};
  Stored result = type == DType::kI8 ? quantized(here) : Stored{here.to(*scalar_type(type)), {}};
  const bool finite = torch::isfinite(type == DType::kI8 ? scaled_back(result) : result.values).all().item<bool>();
  if (!finite)
    throw InvalidArgumentError("weight " + name + " of " + network.network() + " is too large for " +
                               std::string(name_of(type)) + "; choose F32");
  result.values = result.values.contiguous();
  return result;
}

}  // namespace

void round_weights(Network& network, std::size_t steps, DType type) {
  const torch::NoGradGuard no_gradients;
  const auto arrays = network.arrays();
  for (const Network::Step& step : std::span(network.steps()).first(steps))
    for (const std::string& name : step.arrays) {
      torch::Tensor values = arrays.at(name);
      const Stored rounded = stored(network, name, values, type);
      values.copy_(rounded.scale.defined() ? scaled_back(rounded) : rounded.values);
    }
}

void save_weights(const Network& network, std::size_t steps, SafetensorsWriter& writer, const std::string& prefix,
                  DType type) {
  const torch::NoGradGuard no_gradients;
  const auto arrays = network.arrays();
  const auto add = [&](const std::string& name, DType of, const torch::Tensor& values) {
    const auto array = std::make_shared<const torch::Tensor>(values);
    writer.add(prefix + name, of, array->sizes().vec(),
               std::span(static_cast<const std::byte*>(array->const_data_ptr()), array->nbytes()));
    writer.keep(array);
  };
  for (const Network::Step& step : std::span(network.steps()).first(steps)) {
    for (const std::string& name : step.arrays) {
      const Stored array = stored(network, name, arrays.at(name), type);
      add(name, array.values.dim() == 1 ? DType::kF32 : type, array.values);
      if (array.scale.defined()) add(name + std::string(kScale), DType::kF32, array.scale);
    }
  }
  const Preprocessing& p = network.preprocessing;
  writer.set_metadata(prefix + "network", network.network());
  writer.set_metadata(prefix + "preprocessing",
                      json{{"mean", p.mean}, {"deviation", p.deviation}, {"long_side_px", p.long_side_px}}.dump());
}

}  // namespace venloc
