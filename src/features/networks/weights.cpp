// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <algorithm>
#include <cmath>
#include <cstring>
#include <memory>
#include <nlohmann/json.hpp>
#include <numbers>
#include <numeric>

#include "core/random.hpp"
#include "core/small_floats.hpp"
#include "features/networks/network.hpp"
#include "venloc/core/error.hpp"

namespace venloc {

namespace {

using nlohmann::json;

bool is_floating(DType type) {
  return type == DType::kF16 || type == DType::kBF16 || type == DType::kF32 || type == DType::kF64;
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

/// The numbers of an array of a file as float32.
std::vector<float> numbers(const TensorView& view) {
  std::vector<float> out(view.count());
  const auto each = [&]<typename T>(T /*type*/, auto&& convert) {
    for (std::size_t i = 0; i < out.size(); ++i) {
      T value;
      std::memcpy(&value, view.bytes.data() + i * sizeof(T), sizeof(T));
      out[i] = convert(value);
    }
  };
  switch (view.type) {
    case DType::kF16:
      each(std::uint16_t{}, from_half);
      break;
    case DType::kBF16:
      each(std::uint16_t{}, from_bfloat16);
      break;
    case DType::kF64:
      each(double{}, [](double value) { return static_cast<float>(value); });
      break;
    case DType::kI8:
      each(std::int8_t{}, [](std::int8_t value) { return static_cast<float>(value); });
      break;
    default:
      each(float{}, [](float value) { return value; });
  }
  return out;
}

bool all_finite(std::span<const float> values) {
  return std::ranges::all_of(values, [](float value) { return std::isfinite(value); });
}

/// Each output channel times its scale.
void multiply(std::span<float> values, std::span<const float> scale) {
  const std::size_t each = values.size() / scale.size();
  for (std::size_t i = 0; i < values.size(); ++i) values[i] *= scale[i / each];
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
    throw refuse("has a mean that is not a number or a deviation that is not positive");
  if (result.long_side_px < 32 || result.long_side_px > 4096) throw refuse("has a long_side_px outside 32 to 4096");
  return result;
}

/// What a file holds of a network.
struct Inventory {
  std::map<std::string, std::string> present;  ///< the network's name of an array -> the file's
  std::vector<std::string> unexpected, misfits;
};

/// The factors of an array of I8, one for each channel; null where there are none.
const TensorView* scale_of(const SafetensorsFile& file, const std::string& prefix, const std::string& name) {
  const auto found = file.tensors().find(prefix + name + std::string(kScale));
  return found == file.tensors().end() ? nullptr : &found->second;
}

/// Why an array cannot be taken for one of this shape; empty where it can.
std::string misfit(const SafetensorsFile& file, const std::string& prefix, const std::string& name,
                   std::span<const std::int64_t> wanted) {
  const TensorView& view = file.tensors().at(prefix + name);
  if (view.type == DType::kI8 && wanted.size() == 4 && std::ranges::equal(view.shape, wanted)) {
    const TensorView* scale = scale_of(file, prefix, name);
    const std::array<std::int64_t, 1> channels = {wanted[0]};
    if (scale == nullptr || scale->type != DType::kF32 || !std::ranges::equal(scale->shape, channels))
      return name + " is I8 without " + name + std::string(kScale) + ", F32 " + shape_text(channels);
  } else if (!is_floating(view.type) || !std::ranges::equal(view.shape, wanted)) {
    return name + " is " + std::string(name_of(view.type)) + " " + shape_text(view.shape) +
           " where floating-point numbers " + shape_text(wanted) + " are needed";
  }
  return {};
}

Inventory inventory(const Network& network, const SafetensorsFile& file, const std::string& prefix) {
  Inventory out;
  for (const auto& [stored, view] : file.tensors()) {
    if (!stored.starts_with(prefix)) continue;
    const std::string name = stored.substr(prefix.size());
    if (name.ends_with("num_batches_tracked") ||
        std::ranges::any_of(network.ignored, [&](const auto& head) { return name.starts_with(head); }))
      continue;
    if (name.ends_with(kScale)) {
      const auto scaled = file.tensors().find(stored.substr(0, stored.size() - kScale.size()));
      if (scaled != file.tensors().end() && scaled->second.type == DType::kI8) continue;
    }
    const auto alias = network.aliases.find(name);
    const std::string& own = alias == network.aliases.end() ? name : alias->second;
    const auto known = network.arrays().find(own);
    if (known == network.arrays().end()) {
      out.unexpected.push_back(name);
      continue;
    }
    out.present.emplace(own, name);
    if (auto problem = misfit(file, prefix, name, known->second.shape); !problem.empty())
      out.misfits.push_back(std::move(problem));
  }
  return out;
}

/// How many steps are whole, and what is missing: a file may end after any step, but not have holes.
std::pair<std::size_t, std::vector<std::string>> complete_steps(const Network& network, const Inventory& found) {
  const auto has = [&](const std::string& name) { return found.present.contains(name); };
  const auto& steps = network.steps();
  std::size_t complete = 0, begun = 1;
  while (complete < steps.size() && std::ranges::all_of(steps[complete].arrays, has)) ++complete;
  for (std::size_t i = 0; i < steps.size(); ++i)
    if (std::ranges::any_of(steps[i].arrays, has)) begun = i + 1;
  std::vector<std::string> missing;
  for (std::size_t i = complete; i < begun; ++i)
    std::ranges::remove_copy_if(steps[i].arrays, std::back_inserter(missing), has);
  return {complete, std::move(missing)};
}

/// The numbers of an array, those of I8 times their factors.
std::vector<float> stored_values(const SafetensorsFile& file, const std::string& prefix, const std::string& name) {
  const TensorView& view = file.tensors().at(prefix + name);
  const auto refuse = [&](const std::string& array, const std::string& problem) {
    throw FormatError("'" + file.path().string() + "' is damaged: array '" + array + "' has values that are not " +
                      problem + "; fetch or convert the file again");
  };
  auto values = numbers(view);
  if (view.type == DType::kI8) {
    const auto scale = numbers(*scale_of(file, prefix, name));
    if (!std::ranges::all_of(scale, [](float value) { return std::isfinite(value) && value > 0; }))
      refuse(name + std::string(kScale), "positive numbers");
    multiply(values, scale);
  }
  if (!all_finite(values)) refuse(name, "finite in float32");
  return values;
}

}  // namespace

std::string network_of(const SafetensorsFile& file, const std::string& prefix) {
  const auto found = file.metadata().find(prefix + "network");
  if (found == file.metadata().end())
    throw FormatError("'" + file.path().string() +
                      "' does not state the network of its weights: pass the name of the network");
  return found->second;
}

void load_weights(Network& network, const SafetensorsFile& file, const std::string& prefix) {
  const Inventory found = inventory(network, file, prefix);
  const auto [complete, missing] = complete_steps(network, found);
  std::string problems;
  const auto add = [&](const char* what, const std::vector<std::string>& names) {
    if (!names.empty()) problems += (problems.empty() ? "" : "; ") + std::string(what) + listed(names);
  };
  add("missing: ", missing);
  add("unexpected: ", found.unexpected);
  add("", found.misfits);
  if (!problems.empty())
    throw FormatError("'" + file.path().string() + "' does not hold weights of " + network.name() + " (" + problems +
                      "); fetch or convert the weights of this network, or pass the right network");

  network.preprocessing = stored_preprocessing(file, prefix, network.preprocessing);
  const auto words = [&](const char* key, const char* other_key) {
    auto entry = file.metadata().find(prefix + key);
    if (entry == file.metadata().end()) entry = file.metadata().find(prefix + other_key);
    return entry == file.metadata().end() ? std::string() : entry->second;
  };
  network.origin = words("origin", "source");
  network.licence = words("licence", "license");
  network.truncate(complete);
  for (const auto& [own, name] : found.present)
    if (network.arrays().contains(own))
      std::ranges::copy(stored_values(file, prefix, name), network.values(own).begin());
}

void randomize_weights(Network& network, std::uint64_t seed) {
  Random random(seed);
  for (const auto& [name, array] : network.arrays()) {
    if (array.shape.size() != 4) continue;
    const auto values = network.values(name);
    const double fan_in = static_cast<double>(values.size()) / static_cast<double>(array.shape[0]);
    for (float& value : values) {
      // Box and Muller 1958; 1 - u is never 0.
      const double radius = std::sqrt(-2 * std::log(1 - random.uniform()));
      value = static_cast<float>(radius * std::cos(2 * std::numbers::pi * random.uniform()) * std::sqrt(2 / fan_in));
    }
  }
}

namespace {

/// What a file of some element type holds for an array.
struct Stored {
  DType type = DType::kF32;
  std::vector<std::byte> bytes;
  std::vector<float> scale;   ///< for each output channel; of int8 only
  std::vector<float> values;  ///< what is read again
};

template <typename T>
void put(Stored& stored, std::size_t i, T value) {
  std::memcpy(stored.bytes.data() + i * sizeof(T), &value, sizeof(T));
}

/// Symmetric int8: the largest weight of each output channel becomes 127.
void quantize(Stored& stored, std::size_t channels) {
  constexpr float kLargest = 127;
  const std::size_t each = stored.values.size() / channels;
  for (std::size_t c = 0; c < channels; ++c) {
    const auto own = std::span(stored.values).subspan(c * each, each);
    float largest = 0;
    for (const float value : own) largest = std::max(largest, std::abs(value));
    // With the few digits of bfloat16, 127 times a scale is exact: what was read from int8 is written as the same int8.
    float scale = from_bfloat16(to_bfloat16(largest / kLargest));
    if (!(scale > 0)) scale = 1;
    stored.scale.push_back(scale);
    for (std::size_t i = 0; i < each; ++i) {
      const auto level = static_cast<std::int8_t>(std::clamp(std::nearbyint(own[i] / scale), -kLargest, kLargest));
      put(stored, c * each + i, level);
      own[i] = static_cast<float>(level) * scale;  // from the whole number, which has no negative zero
    }
  }
}

Stored stored(const Network& network, const std::string& name, DType type) {
  if (type != DType::kF32 && type != DType::kF16 && type != DType::kBF16 && type != DType::kI8)
    throw InvalidArgumentError("weights are written as F32, F16, BF16 or I8, not as " + std::string(name_of(type)));
  const NetworkArray& array = network.arrays().at(name);
  Stored out;
  out.values = array.values;
  if (array.shape.size() > 1) out.type = type;
  out.bytes.resize(out.values.size() * size_of(out.type));
  if (out.type == DType::kI8) quantize(out, static_cast<std::size_t>(array.shape[0]));
  for (std::size_t i = 0; i < out.values.size() && out.type != DType::kI8; ++i) {
    float& value = out.values[i];
    if (out.type == DType::kF32) put(out, i, value);
    if (out.type == DType::kF16) put(out, i, to_half(value));
    if (out.type == DType::kBF16) put(out, i, to_bfloat16(value));
    if (out.type == DType::kF16) value = from_half(to_half(value));
    if (out.type == DType::kBF16) value = from_bfloat16(to_bfloat16(value));
  }
  if (array.shape.size() > 1 && !all_finite(out.values))
    throw InvalidArgumentError("weight " + name + " of " + network.name() + " is too large for " +
                               std::string(name_of(type)) + "; choose F32");
  return out;
}

}  // namespace

void round_weights(Network& network, std::size_t steps, DType type) {
  for (std::size_t i = 0; i < steps; ++i)
    for (const std::string& name : network.steps()[i].arrays)
      std::ranges::copy(stored(network, name, type).values, network.values(name).begin());
}

void save_weights(const Network& network, std::size_t steps, SafetensorsWriter& writer, const std::string& prefix,
                  DType type) {
  for (const Network::Step& step : std::span(network.steps()).first(steps)) {
    for (const std::string& name : step.arrays) {
      const auto array = std::make_shared<const Stored>(stored(network, name, type));
      writer.add(prefix + name, array->type, network.arrays().at(name).shape, array->bytes);
      if (!array->scale.empty())
        writer.add<float>(prefix + name + std::string(kScale), {static_cast<std::int64_t>(array->scale.size())},
                          array->scale);
      writer.keep(array);
    }
  }
  const Preprocessing& p = network.preprocessing;
  writer.set_metadata(prefix + "network", network.name());
  writer.set_metadata(prefix + "preprocessing",
                      json{{"mean", p.mean}, {"deviation", p.deviation}, {"long_side_px", p.long_side_px}}.dump());
}

}  // namespace venloc
