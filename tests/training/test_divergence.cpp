// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "training/fit.hpp"
#include "training/heads.hpp"
#undef CHECK  // LibTorch's

#include <doctest/doctest.h>

#include <limits>
#include <string>

#include "core/files.hpp"
#include "features/one_thread.hpp"
#include "venloc/core/error.hpp"

using namespace venloc;

TEST_CASE("fit: a training also stops for the held-out loss or the weights after the last step") {
  const OneThread one;
  TrainingOptions options;
  options.hidden = 4;
  options.max_epochs = 1;
  options.batch = 8;
  const TemporaryFolder folder;
  options.checkpoints = folder / "state";
  PointHead head(3, options);
  Objective objective;
  objective.rows = options.batch;  // one step an epoch
  const auto message = [&] {
    return message_of<Error>([&] { (void)fit(head, objective, options, "toy", "data", {}); });
  };
  objective.loss = [&](const torch::Tensor&, Dropout&) { return head.parameters()[0].square().sum(); };
  objective.validation = [] { return std::numeric_limits<double>::quiet_NaN(); };
  CHECK(message().find("training of toy: the loss is not finite in epoch 1") == 0);
  objective.validation = {};
  // The loss is 0, its gradient 0 times infinity.
  objective.loss = [&](const torch::Tensor&, Dropout&) { return head.parameters()[0].sum().mul(0).sqrt(); };
  CHECK(message().find("training of toy: the loss is not finite in epoch 1") == 0);
  CHECK(std::filesystem::is_empty(options.checkpoints));  // nothing to go on from
}
