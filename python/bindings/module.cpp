// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <pybind11/pybind11.h>

#include "errors.hpp"
#include "rooms.hpp"

PYBIND11_MODULE(_core, m) {
  using namespace venloc::python;
  m.doc() = "The C++ library behind the package venloc.";
  translate_errors();
  bind_core(m);
  bind_geo(m);
  bind_image(m);
  bind_gallery(m);
  bind_features(m);
  bind_backbone(m);
  bind_retrieval(m);
  bind_ranking(m);
  bind_locators(m);
  bind_network_locators(m);
  bind_evaluation(m);
}
