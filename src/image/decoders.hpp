// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>

#include "image/container.hpp"
#include "image/reduction.hpp"

// One decoder for each kind of file. Each reduces while it decodes where the format allows, and otherwise refuses what
// does not fit into max_decoded_pixels. All throw ImageError that names the picture; `head` is the file's.
namespace venloc {

DecodedPicture decode_jpeg(const DecodeJob& job, const container::Head& head);
DecodedPicture decode_png(const DecodeJob& job, const container::Head& head);
DecodedPicture decode_tiff(const DecodeJob& job, const container::Head& head);
DecodedPicture decode_pnm(const DecodeJob& job, const container::Head& head);
/// WebP and BMP.
DecodedPicture decode_by_opencv(const DecodeJob& job, const container::Head& head);
DecodedPicture decode_heif(const DecodeJob& job, const container::Head& head);
DecodedPicture decode_jxl(const DecodeJob& job, const container::Head& head);
DecodedPicture decode_jp2(const DecodeJob& job, const container::Head& head);
/// Raw files whose structure only LibRaw knows.
DecodedPicture decode_raw(const DecodeJob& job, const container::Head& head);

/// The message of all decoders for a file whose pixels make no sense.
[[noreturn]] void refuse_damaged(const std::string& name);
/// The same for one that ends too early.
[[noreturn]] void refuse_cut_short(const std::string& name);

}  // namespace venloc
