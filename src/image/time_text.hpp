// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace venloc {

/// A time as EXIF, XMP and label files write it ("2019:07:14 18:03:22", "2019-07-14T18:03:22.25+02:00") as ISO 8601;
/// nothing when it is not complete to the minute or impossible. `fraction` are the digits of SubSecTime and `offset`
/// that of OffsetTime, for texts that have none themselves.
std::optional<std::string> iso_time(std::string_view text, std::string_view fraction = {},
                                    std::string_view offset = {});

/// Seconds since 1970 in UTC as ISO 8601; nothing outside the years 1 to 9999.
std::optional<std::string> iso_time_of_seconds(long long seconds);

}  // namespace venloc
