// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#pragma once

#include <pybind11/pybind11.h>
#include <pybind11/stl.h>
#include <pybind11/stl/filesystem.h>

#include <algorithm>
#include <array>
#include <cstddef>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <type_traits>
#include <utility>
#include <vector>

#include "core/field_table.hpp"
#include "docs.hpp"
#include "errors.hpp"
#include "venloc/geo/lat_lng.hpp"

/// Everything that Python sees of a plain struct of the public headers (keyword constructor, properties, repr, ==,
/// to_dict, pickle, signature in the stubs, docstrings) is made from its table of fields (core/field_table.hpp) and
/// from the comments in its header (docs.hpp). Templates are instantiated once for each type of a member, not for each
/// member: what is done with the members of a struct goes through FieldAccess, which is independent of types, and is
/// compiled once in fields.cpp.
namespace venloc::python {

namespace py = pybind11;

/// The extension that a struct is bound in.
template <typename T>
inline constexpr const char* kModule = "venloc._core.";

template <typename T>
inline constexpr bool is_vector = false;
template <typename T>
inline constexpr bool is_vector<std::vector<T>> = true;
template <typename T>
inline constexpr bool is_optional = false;
template <typename T>
inline constexpr bool is_optional<std::optional<T>> = true;

/// The known name that `name` is most likely a misspelling of; empty when none is near.
std::string near_match(std::string_view name, const std::vector<std::string>& known);

/// Text for an unknown keyword of `owner`.
std::string unknown_name(std::string_view owner, std::string_view name, const std::vector<std::string>& known);

/// The comment that the header has for a field. Evaluated when the bindings are compiled.
template <typename T>
inline constexpr auto kFieldDocs =
    std::apply([](const auto&... fields) { return std::array{member_doc(FieldTable<T>::name, fields.name)...}; },
               FieldTable<T>::fields);

/// The comment that the header has for a struct.
template <typename T>
inline constexpr const char* kStructDoc = doc_of(FieldTable<T>::name);

/// What can be done with a value of one C++ type, whatever struct it is a member of.
struct TypeAccess {
  std::string (*text)(bool input);
  py::object (*read)(const void* value);
  py::object (*view)(void* value, py::handle owner);  // null where values are copied out
  py::object (*plain)(const void* value);
  void (*write)(void* value, py::handle source, const std::string& where);
  bool (*equal)(const void* a, const void* b);
  std::string (*default_text)(const void* value);
  std::string (*values_text)();
};

/// A member of a struct.
struct FieldAccess {
  const char* name;
  const char* doc;
  std::size_t offset;  // from the struct's beginning
  const TypeAccess* type;

  [[nodiscard]] void* in(void* object) const { return static_cast<char*>(object) + offset; }
  [[nodiscard]] const void* in(const void* object) const { return static_cast<const char*>(object) + offset; }
};

/// The members of a struct, in order.
struct StructAccess {
  const char* name;
  std::vector<FieldAccess> fields;

  /// Members from a dict. Raises TypeError for unknown names and values of a wrong type.
  void set(void* object, const py::dict& values) const;
  [[nodiscard]] bool equal(const void* a, const void* b) const;
  [[nodiscard]] std::string repr(const void* object) const;
  /// As numbers, strings, lists and dicts only.
  [[nodiscard]] py::dict plain(const void* object) const;
  /// As Python objects, for pickle.
  [[nodiscard]] py::dict state(const void* object) const;
  /// "a: int = 3, b: str = ''" of all members.
  [[nodiscard]] std::string signature(const void* defaults) const;
};

/// The members that the table of T lists; made at the first call.
template <typename T>
const StructAccess& struct_access();

/// The type as a Python annotation: what is accepted (`input`) or returned.
template <typename M>
std::string type_text(bool input = true) {
  if constexpr (std::is_same_v<M, bool>) {
    return "bool";
  } else if constexpr (std::is_enum_v<M>) {
    std::string text = "typing.Literal[";
    for (const auto& [name, value] : EnumNames<M>::names) {
      text += (text.back() == '[' ? "'" : ", '") + std::string(name) + "'";
    }
    return text + "]";
  } else if constexpr (std::is_integral_v<M>) {
    return "int";
  } else if constexpr (std::is_floating_point_v<M>) {
    return "float";
  } else if constexpr (std::is_same_v<M, std::string>) {
    return "str";
  } else if constexpr (std::is_same_v<M, std::filesystem::path>) {
    return input ? "str | os.PathLike[str] | None" : "pathlib.Path | None";
  } else if constexpr (std::is_same_v<M, LatLng>) {
    return input ? "venloc._core.LatLng | tuple[float, float]" : "venloc._core.LatLng";
  } else if constexpr (is_vector<M>) {
    return (input ? "collections.abc.Sequence[" : "list[") + type_text<typename M::value_type>(input) + "]";
  } else if constexpr (is_optional<M>) {
    return type_text<typename M::value_type>(input) + " | None";
  } else {
    const std::string name = std::string(kModule<M>) + FieldTable<M>::name;
    return input && HasFieldTable<M> ? name + " | dict[str, typing.Any]" : name;
  }
}

/// What each value of an enumeration means, as a list; empty for other types.
template <typename M>
std::string values_text() {
  std::string text;
  if constexpr (std::is_enum_v<M>) {
    for (const auto& [name, value] : EnumNames<M>::names)
      if (const char* meaning = found_doc(EnumNames<M>::name, name))
        text += std::string("\n- '") + name + "': " + meaning;
  } else if constexpr (is_vector<M>) {
    return values_text<typename M::value_type>();
  }
  return text;
}

/// The member as a Python object.
template <typename M>
py::object to_python(const M& value) {
  if constexpr (std::is_enum_v<M>) {
    for (const auto& [name, known] : EnumNames<M>::names) {
      if (known == value) {
        return py::str(name);
      }
    }
    throw InvalidArgumentError("not a value of the enumeration");
  } else if constexpr (std::is_same_v<M, std::string>) {
    return text_of(value);
  } else if constexpr (std::is_same_v<M, std::filesystem::path>) {
    // Python has no empty path: pathlib makes it ".".
    return value.empty() ? py::object(py::none()) : py::cast(value);
  } else {
    return py::cast(value);
  }
}

/// The member as numbers, strings, lists and dicts only.
template <typename M>
py::object to_plain(const M& value) {
  if constexpr (HasFieldTable<M>) {
    return struct_access<M>().plain(&value);
  } else if constexpr (is_vector<M>) {
    py::list plain;
    for (const auto& item : value) {
      plain.append(to_plain(item));
    }
    return plain;
  } else if constexpr (is_optional<M>) {
    return value ? to_plain(*value) : py::object(py::none());
  } else if constexpr (std::is_same_v<M, std::filesystem::path>) {
    return value.empty() ? py::object(py::none()) : text_of(value.string());
  } else {
    return to_python(value);
  }
}

template <typename T>
void set_fields(T& object, const py::dict& values) {
  struct_access<T>().set(&object, values);
}

/// The other way; `where` names the field in the TypeError.
template <typename M>
M from_python(py::handle value, const std::string& where) {
  const auto refuse = [&]() {
    return py::type_error(where + " must be " + type_text<M>() + ", not " + std::string(py::repr(value)) + " (" +
                          std::string(py::str(py::type::handle_of(value).attr("__name__"))) + ")");
  };
  if constexpr (std::is_enum_v<M>) {
    if (!py::isinstance<py::str>(value)) {
      throw refuse();
    }
    const auto text = value.cast<std::string>();
    std::vector<std::string> known;
    for (const auto& [name, result] : EnumNames<M>::names) {
      if (text == name) {
        return result;
      }
      known.emplace_back(name);
    }
    throw InvalidArgumentError(unknown_name(where, text, known));
  } else {
    if constexpr (HasFieldTable<M> && std::is_default_constructible_v<M>) {
      if (py::isinstance<py::dict>(value)) {
        M object;
        set_fields(object, py::reinterpret_borrow<py::dict>(value));
        return object;
      }
    }
    if constexpr (std::is_same_v<M, LatLng>) {
      if (py::isinstance<py::tuple>(value) && py::len(value) == 2) {
        const auto pair = py::reinterpret_borrow<py::tuple>(value);
        return {from_python<double>(pair[0], where), from_python<double>(pair[1], where)};
      }
    }
    if constexpr (std::is_same_v<M, std::filesystem::path>) {
      if (value.is_none()) {
        return {};
      }
    }
    if constexpr (is_vector<M>) {
      if constexpr (HasFieldTable<typename M::value_type>) {
        if (!py::isinstance<py::sequence>(value) || py::isinstance<py::str>(value)) {
          throw refuse();
        }
        M items;
        for (const auto item : py::reinterpret_borrow<py::sequence>(value)) {
          items.push_back(from_python<typename M::value_type>(item, where + "[" + std::to_string(items.size()) + "]"));
        }
        return items;
      }
    }
    try {
      return value.cast<M>();
    } catch (const py::cast_error&) {
      throw refuse();
    }
  }
}

/// Some options have nothing that could be out of range.
template <typename T>
void validate(const T& options) {
  if constexpr (requires { options.validate(); }) {
    options.validate();
  }
}

/// Options from an optional object or dict and keywords on top of it, validated.
template <typename T>
T make_options(const py::object& options, const py::kwargs& keywords) {
  T result = options.is_none() ? T{} : from_python<T>(options, "options");
  set_fields(result, keywords);
  validate(result);
  return result;
}

template <typename T>
T make_options(const py::kwargs& keywords) {
  return make_options<T>(py::none(), keywords);
}

template <typename M>
std::string default_text(const M& value) {
  if constexpr (std::is_class_v<M> && !std::is_same_v<M, std::string> && !is_optional<M> &&
                !std::is_same_v<M, std::filesystem::path>) {
    return "...";
  } else {
    return std::string(py::repr(to_python(value)));
  }
}

template <typename M>
bool same(const M& a, const M& b) {
  if constexpr (HasFieldTable<M>) {
    return struct_access<M>().equal(&a, &b);
  } else if constexpr (is_vector<M>) {
    return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const auto& x, const auto& y) { return same(x, y); });
  } else {
    return a == b;
  }
}

template <typename M>
py::object view(void* value, py::handle owner) {
  return py::cast(static_cast<M*>(value), py::return_value_policy::reference_internal, owner);
}

template <typename M>
constexpr auto view_of() -> py::object (*)(void*, py::handle) {
  if constexpr (HasFieldTable<M>) {
    return &view<M>;
  } else {
    return nullptr;
  }
}

template <typename M>
inline constexpr TypeAccess kTypeAccess = {
    &type_text<M>,
    [](const void* value) { return to_python(*static_cast<const M*>(value)); },
    view_of<M>(),
    [](const void* value) { return to_plain(*static_cast<const M*>(value)); },
    [](void* value, py::handle source, const std::string& where) {
      *static_cast<M*>(value) = from_python<M>(source, where);
    },
    [](const void* a, const void* b) { return same(*static_cast<const M*>(a), *static_cast<const M*>(b)); },
    [](const void* value) { return default_text(*static_cast<const M*>(value)); },
    &values_text<M>};

template <typename T>
const StructAccess& struct_access() {
  static const StructAccess access = [] {
    StructAccess made{FieldTable<T>::name, {}};
    const T probe{};
    auto doc = kFieldDocs<T>.begin();
    for_each_field<T>([&](const auto& f) {
      using M = typename std::decay_t<decltype(f)>::Member;
      const auto* member = reinterpret_cast<const char*>(&(probe.*(f.member)));
      made.fields.push_back(
          {f.name, *doc++, static_cast<std::size_t>(member - reinterpret_cast<const char*>(&probe)), &kTypeAccess<M>});
    });
    return made;
  }();
  return access;
}

/// "a: int = 3, b: str = ''" of all fields, for signatures in docstrings (and so in the stubs).
template <typename T>
std::string signature() {
  const T defaults{};
  return struct_access<T>().signature(&defaults);
}

template <typename T>
std::string repr_fields(const T& object) {
  return struct_access<T>().repr(&object);
}

/// Ends the docstring of a function that takes options and keywords.
inline constexpr const char* kKeywordsAboveOptions = "\n\nKeywords stand above `options`; nested options may be dicts.";

/// How a docstring with a signature of its own is added: pybind11's would have **kwargs.
class OwnSignatures {
 public:
  OwnSignatures() { options_.disable_function_signatures(); }

 private:
  py::options options_;
};

/// The C++ object in a Python one. Raises TypeError for one of another class.
using ObjectOf = void* (*)(py::handle);
template <typename T>
void* object_of(py::handle self) {
  py::detail::make_caster<T> caster;
  if (!caster.load(self, false)) throw py::type_error(std::string("not a ") + FieldTable<T>::name);
  return &py::detail::cast_op<T&>(caster);
}

/// Properties, or ==, to_dict and repr, of a bound class. Those of options can be written and have defaults.
void add_properties(py::handle cls, const StructAccess& access, ObjectOf object, const void* defaults);
void add_equal_and_plain(py::handle cls, const StructAccess& access, ObjectOf object);
void add_repr(py::handle cls, const StructAccess& access, ObjectOf object);

template <typename T, typename... Extra>
void add_properties(py::class_<T, Extra...>& cls, bool writable) {
  const T defaults{};
  add_properties(cls, struct_access<T>(), &object_of<T>, writable ? &defaults : nullptr);
}

template <typename T, typename... Extra>
void add_value_methods(py::class_<T, Extra...>& cls) {
  add_equal_and_plain(cls, struct_access<T>(), &object_of<T>);
  cls.def(py::pickle([](const T& self) { return struct_access<T>().state(&self); },
                     [](const py::dict& state) {
                       T object;
                       set_fields(object, state);
                       return object;
                     }));
}

template <typename T>
void add_repr(py::class_<T>& cls) {
  add_repr(cls, struct_access<T>(), &object_of<T>);
}

template <typename T, typename... Extra>
void add_keyword_init(py::class_<T, Extra...>& cls, bool validated) {
  const OwnSignatures own;
  cls.def(
      py::init([validated](const py::kwargs& keywords) {
        T object;
        set_fields(object, keywords);
        if (validated) {
          validate(object);
        }
        return object;
      }),
      (std::string("__init__(self, *, ") + signature<T>() + ") -> None\n\nEach keyword sets the field of its name; " +
       "nested structs may be dicts. An unknown name or a wrong type is a TypeError" +
       (validated ? ", a value out of range an InvalidArgumentError." : "."))
          .c_str());
}

/// A struct of options: keyword constructor that validates, writable fields, ==, repr, to_dict, pickle.
template <typename T>
py::class_<T> bind_options(py::module_& m) {
  py::class_<T> cls(m, FieldTable<T>::name, kStructDoc<T>);
  add_keyword_init(cls, true);
  add_properties(cls, true);
  add_value_methods(cls);
  add_repr(cls);
  cls.def("validate", &validate<T>, "Raises InvalidArgumentError (a ValueError) that names a field out of range.");
  return cls;
}

/// A struct of results: keyword constructor, read-only fields, ==, repr, to_dict, pickle.
template <typename T>
py::class_<T> bind_result(py::module_& m) {
  py::class_<T> cls(m, FieldTable<T>::name, kStructDoc<T>);
  add_keyword_init(cls, false);
  add_properties(cls, false);
  add_value_methods(cls);
  add_repr(cls);
  return cls;
}

}  // namespace venloc::python
