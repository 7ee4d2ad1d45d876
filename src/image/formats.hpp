// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "image/container.hpp"
#include "image/reduction.hpp"

// The table of picture formats: what the rest of the library knows of them comes from here.
namespace venloc {

/// A kind of picture file. Formats that this build cannot read have no functions.
struct Format {
  std::string_view id;          ///< PictureFormat::format
  std::string_view name;        ///< PictureFormat::name
  std::string_view media_type;  ///< PictureFormat::media_type
  std::string_view endings;     ///< separated by spaces
  std::string_view remedy;      ///< for a build that cannot read it
  container::Head (*read_head)(const Encoded& file, const std::string& name) = nullptr;
  DecodedPicture (*decode)(const DecodeJob& job, const container::Head& head) = nullptr;
};

/// All formats, those that are read first.
std::span<const Format> formats();

/// Whether this build reads it, on this machine.
bool is_readable(const Format& format);

/// The format by the first bytes of a file; null for none of the table.
const Format* format_of(std::span<const std::byte> encoded);

/// Throws ImageError that names what the file is, where it is no picture that is read here.
[[noreturn]] void refuse_format(std::span<const std::byte> encoded, const std::string& name);

// Of libraries that this build may lack; all throw CutShort for damaged files.
bool can_decode_heif(bool avif);
container::Head read_heif_head(const Encoded& file, const std::string& name);
container::Head read_jxl_head(const Encoded& file, const std::string& name);
container::Head read_jp2_head(const Encoded& file, const std::string& name);
container::Head read_raw_head(const Encoded& file, const std::string& name);

}  // namespace venloc
