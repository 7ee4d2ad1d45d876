// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "venloc/core/safetensors.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cerrno>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <optional>
#include <set>
#include <system_error>
#include <utility>

#include "core/atomic_file.hpp"
#include "core/platform.hpp"
#include "venloc/core/error.hpp"

namespace venloc {
namespace {

static_assert(std::endian::native == std::endian::little, "safetensors files are little-endian and read in place");

using nlohmann::json;

constexpr std::size_t kAlignment = 64;                // [bytes] a cache line, and more than any SIMD load needs
constexpr std::size_t kMaxHeaderBytes = 100'000'000;  // the limit of the reference implementation
constexpr std::string_view kReserved = "__";
constexpr std::string_view kPadding = "__pad";

struct TypeInfo {
  DType type;
  std::string_view name;
  std::size_t bytes;
};
constexpr std::array<TypeInfo, 13> kTypes{{{DType::kBool, "BOOL", 1},
                                           {DType::kU8, "U8", 1},
                                           {DType::kI8, "I8", 1},
                                           {DType::kU16, "U16", 2},
                                           {DType::kI16, "I16", 2},
                                           {DType::kF16, "F16", 2},
                                           {DType::kBF16, "BF16", 2},
                                           {DType::kU32, "U32", 4},
                                           {DType::kI32, "I32", 4},
                                           {DType::kF32, "F32", 4},
                                           {DType::kU64, "U64", 8},
                                           {DType::kI64, "I64", 8},
                                           {DType::kF64, "F64", 8}}};

const TypeInfo& info_of(DType type) {
  const auto* found = std::ranges::find(kTypes, type, &TypeInfo::type);
  if (found == kTypes.end()) throw InvalidArgumentError("unknown DType " + std::to_string(static_cast<int>(type)));
  return *found;
}

template <typename T>
constexpr DType type_of() {
  if constexpr (std::is_same_v<T, std::uint8_t>) return DType::kU8;
  if constexpr (std::is_same_v<T, std::int8_t>) return DType::kI8;
  if constexpr (std::is_same_v<T, std::uint16_t>) return DType::kU16;
  if constexpr (std::is_same_v<T, std::int16_t>) return DType::kI16;
  if constexpr (std::is_same_v<T, std::uint32_t>) return DType::kU32;
  if constexpr (std::is_same_v<T, std::int32_t>) return DType::kI32;
  if constexpr (std::is_same_v<T, std::uint64_t>) return DType::kU64;
  if constexpr (std::is_same_v<T, std::int64_t>) return DType::kI64;
  if constexpr (std::is_same_v<T, float>) return DType::kF32;
  if constexpr (std::is_same_v<T, double>) return DType::kF64;
}

std::string to_text(std::span<const std::int64_t> shape) {
  std::string text = "[";
  for (std::size_t i = 0; i < shape.size(); ++i) text += (i ? ", " : "") + std::to_string(shape[i]);
  return text + "]";
}

/// Bytes of an array; nothing when an extent is negative or the product does not fit into 64 bits.
std::optional<std::uint64_t> bytes_of(DType type, std::span<const std::int64_t> shape) {
  std::uint64_t bytes = size_of(type);
  for (const std::int64_t extent : shape)
    if (extent < 0 || __builtin_mul_overflow(bytes, static_cast<std::uint64_t>(extent), &bytes)) return std::nullopt;
  return bytes;
}

[[noreturn]] void refuse(const std::filesystem::path& file, const std::string& reason) {
  throw FormatError("'" + file.string() + "' is not a complete safetensors file: " + reason +
                    "; fetch or build the file again");
}

/// The header as JSON. nlohmann::json keeps the last of two equal keys, so they are looked for while parsing; the depth
/// limit keeps a header made of brackets from eating the memory.
json parse_header(std::string_view text, const std::filesystem::path& file) {
  constexpr int kMaxDepth = 3;  // {"name": {"shape": [...]}}
  std::vector<std::set<std::string>> keys;
  const auto watch = [&](int depth, json::parse_event_t event, json& value) {
    switch (event) {
      case json::parse_event_t::object_start:
        keys.emplace_back();
        [[fallthrough]];
      case json::parse_event_t::array_start:
        if (depth >= kMaxDepth) refuse(file, "its header is nested too deeply");
        break;
      case json::parse_event_t::object_end:
        keys.pop_back();
        break;
      case json::parse_event_t::key:
        if (!keys.back().insert(value.get<std::string>()).second)
          refuse(file, "its header has '" + value.get<std::string>() + "' twice");
        break;
      default:
        break;
    }
    return true;
  };
  try {
    json header = json::parse(text.begin(), text.end(), watch);
    if (!header.is_object()) refuse(file, "its header is not a JSON object");
    return header;
  } catch (const json::exception& error) {
    refuse(file, std::string("its header is not JSON (") + error.what() + ")");
  }
}

struct Placed {
  TensorView view;
  std::uint64_t begin = 0, end = 0;  // [bytes] from the start of the payload
};

Placed parse_tensor(const std::string& name, const json& entry, const std::filesystem::path& file) {
  const std::string array = "array '" + name + "' ";
  if (!entry.is_object()) refuse(file, array + "is not described by a JSON object");
  for (const char* key : {"dtype", "shape", "data_offsets"})
    if (!entry.contains(key)) refuse(file, array + "has no '" + key + "'");
  const json& type = entry["dtype"];
  const json& shape = entry["shape"];
  const json& offsets = entry["data_offsets"];

  Placed placed;
  if (!type.is_string()) refuse(file, array + "has a type that is not a string");
  const auto* known = std::ranges::find(kTypes, type.get_ref<const std::string&>(), &TypeInfo::name);
  if (known == kTypes.end()) refuse(file, array + "has the unknown type " + type.dump());
  placed.view.type = known->type;

  constexpr auto kMax = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  const auto is_extent = [&](const json& value) {
    return value.is_number_unsigned() && value.get<std::uint64_t>() <= kMax;
  };
  if (!shape.is_array() || !std::ranges::all_of(shape, is_extent))
    refuse(file, array + "has the shape " + shape.dump() + " where whole numbers >= 0 are needed");
  for (const json& extent : shape) placed.view.shape.push_back(extent.get<std::int64_t>());
  const auto bytes = bytes_of(placed.view.type, placed.view.shape);
  if (!bytes) refuse(file, array + "has the impossible shape " + to_text(placed.view.shape));

  if (!offsets.is_array() || offsets.size() != 2 || !std::ranges::all_of(offsets, is_extent))
    refuse(file, array + "has the data_offsets " + offsets.dump() + " where two whole numbers >= 0 are needed");
  placed.begin = offsets[0].get<std::uint64_t>();
  placed.end = offsets[1].get<std::uint64_t>();
  if (placed.end < placed.begin || placed.end - placed.begin != *bytes)
    refuse(file, array + "of type " + std::string(known->name) + " and shape " + to_text(placed.view.shape) +
                     " needs " + std::to_string(*bytes) + " bytes, its data_offsets are " + offsets.dump());
  return placed;
}

}  // namespace

/// Pages of a file, mapped for reading.
class MappedBytes {
 public:
  explicit MappedBytes(const std::filesystem::path& file) : mapped_(platform::map_file(file)) {
    const int error = mapped_.error;
    if (error == ENOENT || error == ENOTDIR)
      throw FileNotFoundError("'" + file.string() + "' does not exist: check the path");
    if (error != 0)
      throw IoError("'" + file.string() + "': cannot read (" + std::generic_category().message(error) +
                    "); check its permissions");
    if (!mapped_.regular) throw FileNotFoundError("'" + file.string() + "' is a folder or a device, a file is needed");
  }
  ~MappedBytes() { platform::unmap(mapped_.bytes); }
  MappedBytes(const MappedBytes&) = delete;
  MappedBytes& operator=(const MappedBytes&) = delete;

  [[nodiscard]] std::span<const std::byte> bytes() const { return mapped_.bytes; }

 private:
  platform::MappedFile mapped_;
};

std::size_t size_of(DType type) { return info_of(type).bytes; }

std::string_view name_of(DType type) { return info_of(type).name; }

std::size_t TensorView::count() const { return bytes.size() / size_of(type); }

struct SafetensorsFile::Mapping {
  explicit Mapping(const std::filesystem::path& file) : path(file), mapped(file) { parse(); }

  void parse() {
    const std::span<const std::byte> bytes = mapped.bytes();
    std::uint64_t header_bytes = 0;
    if (bytes.size() < sizeof header_bytes)
      refuse(path, "it has " + std::to_string(bytes.size()) + " bytes, fewer than the 8 of the header length");
    std::memcpy(&header_bytes, bytes.data(), sizeof header_bytes);
    if (header_bytes > kMaxHeaderBytes)
      refuse(path, "its header length " + std::to_string(header_bytes) + " is over 100 MB");
    if (header_bytes > bytes.size() - sizeof header_bytes)
      refuse(path, "its header of " + std::to_string(header_bytes) + " bytes extends beyond the end of the file");
    const auto payload = bytes.subspan(sizeof header_bytes + static_cast<std::size_t>(header_bytes));
    const json header = parse_header(
        {reinterpret_cast<const char*>(bytes.data()) + sizeof header_bytes, static_cast<std::size_t>(header_bytes)},
        path);

    struct Range {
      std::uint64_t begin, end;
      std::string name;
    };
    std::vector<Range> ranges;
    for (const auto& [name, entry] : header.items()) {
      if (name == "__metadata__") {
        parse_metadata(entry);
        continue;
      }
      Placed placed = parse_tensor(name, entry, path);
      ranges.push_back({placed.begin, placed.end, name});
      if (placed.end > payload.size())
        refuse(path, "array '" + name + "' ends " + std::to_string(placed.end - payload.size()) +
                         " bytes after the end of the file");
      if (name.starts_with(kPadding)) continue;
      placed.view.bytes = aligned(
          payload.subspan(static_cast<std::size_t>(placed.begin), static_cast<std::size_t>(placed.end - placed.begin)),
          size_of(placed.view.type));
      tensors.emplace(name, std::move(placed.view));
    }

    std::ranges::sort(ranges, {}, [](const Range& range) { return std::pair(range.begin, range.end); });
    std::uint64_t covered = 0;
    for (const Range& range : ranges) {
      if (range.begin != covered)
        refuse(path, "array '" + range.name + (range.begin < covered ? "' overlaps" : "' leaves a gap after") +
                         " the array before it");
      covered = range.end;
    }
    if (covered != payload.size())
      refuse(path, "its arrays end " + std::to_string(payload.size() - covered) + " bytes before the end of the file");
  }

  void parse_metadata(const json& entry) {
    if (!entry.is_object()) refuse(path, "'__metadata__' is not a JSON object");
    for (const auto& [key, value] : entry.items()) {
      if (!value.is_string()) refuse(path, "metadata '" + key + "' is not a string");
      metadata.emplace(key, value.get<std::string>());
    }
  }

  std::span<const std::byte> aligned(std::span<const std::byte> bytes, std::size_t alignment) {
    if (reinterpret_cast<std::uintptr_t>(bytes.data()) % alignment == 0) return bytes;
    if (bytes.empty()) return {};
    copies.push_back(std::make_unique<std::byte[]>(bytes.size()));  // aligned for every element type by operator new
    std::ranges::copy(bytes, copies.back().get());
    return {copies.back().get(), bytes.size()};
  }

  std::filesystem::path path;
  MappedBytes mapped;
  std::map<std::string, std::string> metadata;
  std::map<std::string, TensorView> tensors;
  std::vector<std::unique_ptr<std::byte[]>> copies;
};

SafetensorsFile SafetensorsFile::open(const std::filesystem::path& file) {
  SafetensorsFile result;
  result.mapping_ = std::make_shared<const Mapping>(file);
  return result;
}

const std::filesystem::path& SafetensorsFile::path() const { return mapping_->path; }

const std::map<std::string, std::string>& SafetensorsFile::metadata() const { return mapping_->metadata; }

const std::map<std::string, TensorView>& SafetensorsFile::tensors() const { return mapping_->tensors; }

bool SafetensorsFile::contains(const std::string& name) const { return mapping_->tensors.contains(stored_name(name)); }

SafetensorsFile SafetensorsFile::renamed(Renaming prefixes) const {
  auto out = *this;
  out.renaming_ = std::move(prefixes);
  return out;
}

std::string SafetensorsFile::stored_name(const std::string& name) const {
  if (mapping_->tensors.contains(name)) return name;
  for (const auto& [now, before] : renaming_)
    if (name.starts_with(now)) return before + name.substr(now.size());
  return name;
}

std::span<const std::byte> SafetensorsFile::file_bytes() const { return mapping_->mapped.bytes(); }

template <typename T>
std::span<const T> SafetensorsFile::get(const std::string& name, std::span<const std::int64_t> shape) const {
  const auto stored = stored_name(name);
  const std::string place = "'" + path().string() + "': array '" + stored + "' ";
  const auto found = tensors().find(stored);
  if (found == tensors().end()) throw FormatError(place + "is missing; fetch or build a file of the right kind");
  const TensorView& view = found->second;
  const bool same_shape = std::ranges::equal(
      view.shape, shape, [](std::int64_t have, std::int64_t want) { return want < 0 || have == want; });
  if (view.type != type_of<T>() || !same_shape)
    throw FormatError(place + "is " + std::string(name_of(view.type)) + " " + to_text(view.shape) + ", expected " +
                      std::string(name_of(type_of<T>())) + " " + to_text(shape) +
                      " (-1 = any); fetch or build a file of the right kind");
  return {reinterpret_cast<const T*>(view.bytes.data()), view.count()};
}

void SafetensorsWriter::set_metadata(const std::string& key, std::string value) { metadata_[key] = std::move(value); }

void SafetensorsWriter::add(const std::string& name, DType type, std::vector<std::int64_t> shape,
                            std::span<const std::byte> bytes) {
  if (name.starts_with(kReserved))
    throw InvalidArgumentError("array name '" + name + "' is reserved: choose one that does not begin with '__'");
  if (bytes_of(type, shape) != std::uint64_t{bytes.size()})
    throw InvalidArgumentError("array '" + name + "' of type " + std::string(name_of(type)) + " and shape " +
                               to_text(shape) + " does not match its " + std::to_string(bytes.size()) + " bytes");
  if (!entries_.try_emplace(name, Entry{type, std::move(shape), bytes}).second)
    throw InvalidArgumentError("array '" + name + "' is added twice: give it another name");
}

template <typename T>
void SafetensorsWriter::add(const std::string& name, std::vector<std::int64_t> shape, std::span<const T> values) {
  add(name, type_of<T>(), std::move(shape), std::as_bytes(values));
}

void SafetensorsWriter::stream(const std::function<void(std::span<const std::byte>)>& sink) const {
  static constexpr std::array<std::byte, kAlignment> kZeros{};
  const auto padding_after = [](std::size_t bytes) { return (kAlignment - bytes % kAlignment) % kAlignment; };

  json header = json::object();
  if (!metadata_.empty()) header["__metadata__"] = metadata_;
  std::size_t offset = 0;
  const auto place = [&](const std::string& name, DType type, const std::vector<std::int64_t>& shape,
                         std::size_t bytes) {
    header[name] = {{"dtype", name_of(type)}, {"shape", shape}, {"data_offsets", {offset, offset + bytes}}};
    offset += bytes;
  };
  std::size_t number = 0;
  for (const auto& [name, entry] : entries_) {
    place(name, entry.type, entry.shape, entry.bytes.size());
    const std::size_t padding = padding_after(entry.bytes.size());
    const std::string padding_name = std::string(kPadding) + std::to_string(number++);
    if (padding > 0) place(padding_name, DType::kU8, {static_cast<std::int64_t>(padding)}, padding);
  }

  std::string text;
  try {
    text = header.dump();
  } catch (const json::exception& error) {
    throw InvalidArgumentError(std::string("names and metadata must be UTF-8: ") + error.what());
  }
  text.append(padding_after(sizeof(std::uint64_t) + text.size()), ' ');
  const std::uint64_t header_bytes = text.size();
  if (header_bytes > kMaxHeaderBytes)
    throw InvalidArgumentError("names and metadata need " + std::to_string(header_bytes) + " bytes, over 100 MB");

  sink(std::as_bytes(std::span(&header_bytes, 1)));
  sink(std::as_bytes(std::span(text)));
  for (const auto& [name, entry] : entries_) {
    sink(entry.bytes);
    sink(std::span(kZeros).first(padding_after(entry.bytes.size())));
  }
}

void SafetensorsWriter::write(const std::filesystem::path& file) const {
  AtomicFile out(file);
  stream([&](std::span<const std::byte> bytes) { out.write(bytes); });
  out.commit();
}

#define VENLOC_INSTANTIATE(T)                                                                                   \
  template std::span<const T> SafetensorsFile::get<T>(const std::string&, std::span<const std::int64_t>) const; \
  template void SafetensorsWriter::add<T>(const std::string&, std::vector<std::int64_t>, std::span<const T>);
VENLOC_INSTANTIATE(std::uint8_t)
VENLOC_INSTANTIATE(std::int8_t)
VENLOC_INSTANTIATE(std::uint16_t)
VENLOC_INSTANTIATE(std::int16_t)
VENLOC_INSTANTIATE(std::uint32_t)
VENLOC_INSTANTIATE(std::int32_t)
VENLOC_INSTANTIATE(std::uint64_t)
VENLOC_INSTANTIATE(std::int64_t)
VENLOC_INSTANTIATE(float)
VENLOC_INSTANTIATE(double)
#undef VENLOC_INSTANTIATE

}  // namespace venloc
