// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "work.hpp"

#include <chrono>
#include <condition_variable>
#include <deque>
#include <exception>
#include <mutex>
#include <string>
#include <thread>

#include "venloc/core/error.hpp"

namespace py = pybind11;

namespace venloc::python {

namespace {

constexpr auto kLook = std::chrono::milliseconds(50);

struct Report {
  std::string stage;
  std::size_t done = 0;
  std::size_t total = 0;
};

struct State {
  std::mutex mutex;
  std::condition_variable changed;
  std::deque<Report> reports;
  std::exception_ptr error;
  bool finished = false;
  bool cancelled = false;
};

}  // namespace

void run_work(const py::object& callback, const std::function<void(const ProgressCallback&)>& function) {
  State state;
  const bool listening = !callback.is_none();
  const auto progress = [&](const Progress& p) {
    const std::lock_guard lock(state.mutex);
    if (listening) {
      if (!state.reports.empty() && state.reports.back().stage == p.stage) {
        state.reports.back() = {std::string(p.stage), p.done, p.total};
      } else {
        state.reports.push_back({std::string(p.stage), p.done, p.total});
      }
    }
    return !state.cancelled;
  };

  std::exception_ptr python_error;
  const auto cancel = [&] {
    const std::lock_guard lock(state.mutex);
    state.cancelled = true;
  };
  // With the GIL held: whether to continue.
  const auto hand_on = [&](const std::deque<Report>& reports) {
    try {
      if (PyErr_CheckSignals() != 0) {
        throw py::error_already_set();
      }
      for (const Report& report : reports) {
        if (callback(report.stage, report.done, report.total).is(py::bool_(false))) {
          cancel();
          return;
        }
      }
    } catch (py::error_already_set&) {
      python_error = std::current_exception();
      cancel();
    }
  };

  {
    const py::gil_scoped_release release;
    std::thread worker([&] {
      std::exception_ptr error;
      try {
        function(progress);
      } catch (...) {
        error = std::current_exception();
      }
      const std::lock_guard lock(state.mutex);
      state.error = error;
      state.finished = true;
      state.changed.notify_all();
    });
    for (bool finished = false; !finished;) {
      std::deque<Report> reports;
      bool cancelled = false;
      {
        std::unique_lock lock(state.mutex);
        state.changed.wait_for(lock, kLook, [&] { return state.finished; });
        finished = state.finished;
        cancelled = state.cancelled;
        reports.swap(state.reports);
      }
      if (!cancelled && (!finished || !reports.empty())) {
        const py::gil_scoped_acquire acquire;
        hand_on(reports);
      }
    }
    worker.join();
  }
  if (python_error) {
    std::rethrow_exception(python_error);
  }
  if (state.error) {
    std::rethrow_exception(state.error);
  }
  if (state.cancelled) {
    throw CancelledError("the progress callback requested cancellation");
  }
}

}  // namespace venloc::python
