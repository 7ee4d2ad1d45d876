// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "fields.hpp"

#include <algorithm>
#include <numeric>

namespace venloc::python {

namespace {

// Levenshtein distance.
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row[b.size()];
}

std::vector<std::string> names(const StructAccess& access) {
  std::vector<std::string> names;
  for (const FieldAccess& field : access.fields) names.emplace_back(field.name);
  return names;
}

// The comment of a field in the header, then its type and, of options, its default.
std::string property_doc(const FieldAccess& field, const void* defaults) {
  std::string text = field.doc + field.type->values_text() + "\n\n" + field.type->text(false);
  // A nested struct documents its own defaults.
  if (defaults == nullptr || field.type->view != nullptr) return text;
  return text + ", default " + std::string(py::repr(field.type->plain(field.in(defaults))));
}

// As py::class_::def, for a class whose C++ type is not known. The docstring begins with the signature.
template <typename Function>
void add_method(py::handle cls, const char* name, Function&& function, const std::string& doc) {
  const OwnSignatures own;
  py::setattr(cls, name,
              py::cpp_function(std::forward<Function>(function), py::name(name), py::is_method(cls), doc.c_str()));
}

}  // namespace

std::string near_match(std::string_view name, const std::vector<std::string>& known) {
  std::string best;
  std::size_t best_edits = std::max<std::size_t>(2, name.size() / 3) + 1;
  for (const std::string& candidate : known) {
    const std::size_t distance = edits(name, candidate);
    if (distance < best_edits) {
      best_edits = distance;
      best = candidate;
    }
  }
  return best;
}

std::string unknown_name(std::string_view owner, std::string_view name, const std::vector<std::string>& known) {
  std::string text = std::string(owner) + ": unknown name '" + std::string(name) + "'; ";
  if (const std::string match = near_match(name, known); !match.empty()) {
    return text + "did you mean '" + match + "'?";
  }
  text += "choose one of ";
  for (std::size_t i = 0; i < known.size(); ++i) {
    text += (i == 0 ? "" : ", ") + known[i];
  }
  return text;
}

void StructAccess::set(void* object, const py::dict& values) const {
  for (const auto& [key, value] : values) {
    const auto wanted = py::str(key).cast<std::string>();
    const auto field = std::ranges::find_if(fields, [&](const FieldAccess& f) { return wanted == f.name; });
    if (field == fields.end()) throw py::type_error(unknown_name(name, wanted, names(*this)));
    field->type->write(field->in(object), value, std::string(name) + "." + wanted);
  }
}

bool StructAccess::equal(const void* a, const void* b) const {
  return std::ranges::all_of(fields, [&](const FieldAccess& f) { return f.type->equal(f.in(a), f.in(b)); });
}

std::string StructAccess::repr(const void* object) const {
  std::string text;
  for (const FieldAccess& f : fields)
    text += (text.empty() ? "" : ", ") + std::string(f.name) + "=" + std::string(py::repr(f.type->read(f.in(object))));
  return std::string(name) + "(" + text + ")";
}

py::dict StructAccess::plain(const void* object) const {
  py::dict plain;
  for (const FieldAccess& f : fields) plain[f.name] = f.type->plain(f.in(object));
  return plain;
}

py::dict StructAccess::state(const void* object) const {
  py::dict state;
  for (const FieldAccess& f : fields) state[f.name] = f.type->read(f.in(object));
  return state;
}

std::string StructAccess::signature(const void* defaults) const {
  std::string text;
  for (const FieldAccess& f : fields)
    text += (text.empty() ? "" : ", ") + std::string(f.name) + ": " + f.type->text(true) + " = " +
            f.type->default_text(f.in(defaults));
  return text;
}

void add_properties(py::handle cls, const StructAccess& access, ObjectOf object, const void* defaults) {
  const OwnSignatures own;
  const bool writable = defaults != nullptr;
  const auto property = py::reinterpret_borrow<py::object>(reinterpret_cast<PyObject*>(&PyProperty_Type));
  for (const FieldAccess& field : access.fields) {
    // Nested options are returned by reference, so that options.sift.max_features = 800 works; results are copied out.
    const auto get = [field, object, writable](const py::object& self) {
      void* value = field.in(object(self));
      return writable && field.type->view ? field.type->view(value, self) : field.type->read(value);
    };
    const py::cpp_function read(get, py::is_method(cls), ("(self) -> " + field.type->text(false)).c_str());
    py::object write = py::none();
    if (writable) {
      const std::string where = std::string(access.name) + "." + field.name;
      const auto set = [field, object, where](const py::object& self, const py::object& value) {
        field.type->write(field.in(object(self)), value, where);
      };
      write =
          py::cpp_function(set, py::is_method(cls), ("(self, value: " + field.type->text(true) + ") -> None").c_str());
    }
    py::setattr(cls, field.name, property(read, write, py::none(), property_doc(field, defaults)));
  }
}

void add_equal_and_plain(py::handle cls, const StructAccess& access, ObjectOf object) {
  const auto equal = [&access, object, cls](const py::object& self, const py::object& other) -> py::object {
    if (!py::isinstance(other, cls)) return py::reinterpret_borrow<py::object>(Py_NotImplemented);
    return py::bool_(access.equal(object(self), object(other)));
  };
  add_method(cls, "__eq__", equal, "__eq__(self, other: object) -> bool");
  add_method(
      cls, "to_dict", [&access, object](const py::object& self) { return access.plain(object(self)); },
      "to_dict(self) -> dict[str, typing.Any]\n\nAll fields as numbers, strings, lists and dicts.");
  // As Python itself does for a class with __eq__ only.
  if (!cls.attr("__dict__").contains("__hash__")) py::setattr(cls, "__hash__", py::none());
}

void add_repr(py::handle cls, const StructAccess& access, ObjectOf object) {
  add_method(
      cls, "__repr__", [&access, object](const py::object& self) { return access.repr(object(self)); },
      "__repr__(self) -> str");
}

}  // namespace venloc::python
