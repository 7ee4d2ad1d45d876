// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "image/xmp_properties.hpp"

#include <expat.h>

#include <cstddef>
#include <memory>
#include <new>
#include <string>
#include <type_traits>
#include <utility>

#include "image/metadata_parts.hpp"

namespace venloc::metadata {
namespace {

constexpr std::size_t kLargestPacket = std::size_t{16} << 20;  // [bytes]
constexpr std::size_t kLongestText = std::size_t{64} << 10;    // [bytes] of one value; the rest is left out
constexpr std::size_t kDeepest = 64;                           // elements within each other
constexpr std::size_t kMostValues = 100'000;

constexpr std::string_view kRdf = "http://www.w3.org/1999/02/22-rdf-syntax-ns#|";
constexpr std::string_view kLanguage = "http://www.w3.org/XML/1998/namespace|lang";

/// Expat calls these functions for each element; its C code must not be left by an exception.
class Reader {
 public:
  std::vector<XmpValue> values;
  std::string problem;

  explicit Reader(XML_Parser parser) : parser_(parser) {
    XML_SetUserData(parser, this);
    XML_SetElementHandler(parser, &Reader::begin, &Reader::end);
    XML_SetCharacterDataHandler(parser, &Reader::characters);
    // XMP has no document type definition; without one there are no entities that could grow.
    XML_SetStartDoctypeDeclHandler(parser, [](void* self, const XML_Char*, const XML_Char*, const XML_Char*, int) {
      static_cast<Reader*>(self)->stop("it has a document type definition, which XMP does not allow");
    });
  }

 private:
  struct Element {
    bool in_path = false;  // a property, not the syntax of RDF
    std::size_t path_size = 0;
    bool is_list = false;
    std::size_t item = 0;
    std::size_t items = 0;  // of a list
    std::string language;
    std::string text;
    bool has_children = false;
  };

  static void begin(void* self, const XML_Char* name, const XML_Char** attributes) {
    auto& reader = *static_cast<Reader*>(self);
    try {
      reader.begin_element(name, attributes);
    } catch (const std::bad_alloc&) {
      reader.stop("it takes too much memory");
    }
  }
  static void end(void* self, const XML_Char*) {
    auto& reader = *static_cast<Reader*>(self);
    try {
      reader.end_element();
    } catch (const std::bad_alloc&) {
      reader.stop("it takes too much memory");
    }
  }
  static void characters(void* self, const XML_Char* text, int size) {
    auto& reader = *static_cast<Reader*>(self);
    if (reader.open_.empty()) return;
    auto& element = reader.open_.back();
    const auto count = static_cast<std::size_t>(size);
    try {
      if (element.text.size() + count <= kLongestText) element.text.append(text, count);
    } catch (const std::bad_alloc&) {
      reader.stop("it takes too much memory");
    }
  }

  void begin_element(std::string_view name, const XML_Char** attributes) {
    if (open_.size() >= kDeepest) return stop("its elements are nested too deeply");
    Element element;
    element.path_size = path_.size();
    if (!open_.empty()) {
      auto& parent = open_.back();
      parent.has_children = true;
      element.item = parent.is_list && lists_ == 1 ? parent.items++ : parent.item;
      element.language = parent.language;
    }
    if (name.starts_with(kRdf)) {
      const auto local = name.substr(kRdf.size());
      if (local == "RDF") inside_ = true;
      element.is_list = local == "Bag" || local == "Seq" || local == "Alt";
      if (element.is_list) ++lists_;
    } else if (inside_) {
      element.in_path = true;
      path_ += (path_.empty() ? "" : " ") + std::string(name);
    }
    open_.push_back(std::move(element));
    for (; *attributes != nullptr; attributes += 2) {
      const std::string_view attribute(attributes[0]);
      if (attribute == kLanguage)
        open_.back().language = attributes[1];
      else if (inside_ && !attribute.starts_with(kRdf) && attribute.find('|') != std::string_view::npos)
        add(path_ + (path_.empty() ? "" : " ") + std::string(attribute), open_.back(), attributes[1]);
    }
  }

  void end_element() {
    auto& element = open_.back();
    if (inside_ && !element.has_children && !path_.empty()) add(path_, element, element.text);
    if (element.is_list) --lists_;
    path_.resize(element.path_size);
    open_.pop_back();
  }

  void add(std::string path, const Element& element, std::string_view text) {
    if (values.size() >= kMostValues) return stop("it has too many values");
    auto cleaned = clean_text(text.substr(0, kLongestText));
    if (!cleaned.empty()) values.push_back({std::move(path), element.language, element.item, std::move(cleaned)});
  }

  void stop(const char* reason) {
    problem = reason;
    XML_StopParser(parser_, XML_FALSE);
  }

  XML_Parser parser_;
  std::vector<Element> open_;
  std::string path_;
  std::size_t lists_ = 0;
  bool inside_ = false;
};

}  // namespace

std::vector<XmpValue> xmp_values(std::string_view packet) {
  // Behind a packet there may be zeros.
  while (!packet.empty() && packet.back() == '\0' && !packet.starts_with("\xFF\xFE") && !packet.starts_with("\xFE\xFF"))
    packet.remove_suffix(1);
  if (packet.size() > kLargestPacket) throw Damaged{"it is larger than 16 MiB"};
  if (packet.find_first_not_of(" \t\r\n") == std::string_view::npos) throw Damaged{"it is empty"};
  const std::unique_ptr<std::remove_pointer_t<XML_Parser>, void (*)(XML_Parser)> parser(
      XML_ParserCreateNS(nullptr, '|'), &XML_ParserFree);
  if (!parser) throw std::bad_alloc();
  Reader reader(parser.get());
  if (XML_Parse(parser.get(), packet.data(), static_cast<int>(packet.size()), XML_TRUE) == XML_STATUS_ERROR)
    throw Damaged{reader.problem.empty() ? std::string("its XML is damaged at line ") +
                                               std::to_string(XML_GetCurrentLineNumber(parser.get())) + " (" +
                                               XML_ErrorString(XML_GetErrorCode(parser.get())) + ")"
                                         : reader.problem};
  return std::move(reader.values);
}

}  // namespace venloc::metadata
