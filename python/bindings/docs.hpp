// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <algorithm>
#include <array>
#include <cstddef>
#include <string>
#include <string_view>
#include <utility>

#include "header_docs.hpp"  // written by tools/docstrings.py when the module is built
#include "venloc/core/error.hpp"

/// Docstrings that are the comments of the public headers.
namespace venloc::python {

/// The comment of this name in the headers, null when there is none.
constexpr const char* found_doc(std::string_view name) {
  const auto* const found =
      std::ranges::lower_bound(kHeaderDocs, name, {}, [](const auto& item) { return item.first; });
  return found == kHeaderDocs.end() || found->first != name ? nullptr : found->second;
}

/// That of a member of a struct, class or enumeration.
constexpr const char* found_doc(std::string_view owner, std::string_view member) {
  constexpr std::size_t kLongest = 100;
  std::array<char, kLongest> name{};
  auto* end = std::ranges::copy(owner, name.begin()).out;
  *end++ = '.';
  end = std::ranges::copy(member, end).out;
  return found_doc({name.data(), static_cast<std::size_t>(end - name.begin())});
}

/// The same, where a missing comment must not compile.
constexpr const char* doc_of(std::string_view name) {
  const char* found = found_doc(name);
  return found != nullptr ? found : throw InvalidArgumentError("the headers have no comment of this name");
}
constexpr const char* member_doc(std::string_view owner, std::string_view member) {
  const char* found = found_doc(owner, member);
  return found != nullptr ? found : throw InvalidArgumentError("the headers have no comment of this member");
}

/// The comment of a function, class or member by its name: doc("Posterior.mode"); "/2" at the end is that of the second
/// function of the name.
consteval const char* doc(std::string_view name) { return doc_of(name); }

/// A docstring that begins with a signature.
inline std::string documented(std::string_view signature, std::string_view text) {
  return std::string(signature) + "\n\n" + std::string(text);
}

}  // namespace venloc::python
