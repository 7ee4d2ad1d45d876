// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>

#include <algorithm>
#include <cstring>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "core/sha256.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/model_file.hpp"
#include "venloc/core/version.hpp"

using namespace venloc;

namespace {

const std::vector<float> kValues{1.5F, -2, 3};

void write_sample(const std::filesystem::path& file) {
  SafetensorsWriter writer;
  writer.add<float>("values", {3}, kValues);
  writer.set_metadata("city", "Venice");
  write_model(writer, "sift", R"({"max_features": 1000, "note": "\"sha256\":\""})", file);
}

std::string sha256_of(const std::string& text) {
  Sha256 hash;
  const auto bytes = std::as_bytes(std::span(text));
  hash.update(bytes.first(text.size() / 3));  // in pieces, to test that too
  hash.update(bytes.subspan(text.size() / 3));
  return hash.finish();
}

std::string refusal_of(const std::string& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / "x.venloc", bytes);
  return message_of<FormatError>([&] { open_model(folder / "x.venloc"); });
}

/// A plain safetensors file with this metadata.
std::string refusal_of(const std::map<std::string, std::string>& metadata) {
  const TemporaryFolder folder;
  SafetensorsWriter writer;
  for (const auto& [key, value] : metadata) writer.set_metadata(key, value);
  writer.write(folder / "x.venloc");
  return message_of<FormatError>([&] { open_model(folder / "x.venloc"); });
}

}  // namespace

TEST_CASE("SHA-256 of the published examples (FIPS 180-4)") {
  CHECK(sha256_of("") == "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  CHECK(sha256_of("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  CHECK(sha256_of("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq") ==
        "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1");
}

TEST_CASE("model file: what is written comes back, with its metadata") {
  const TemporaryFolder folder;
  write_sample(folder / "x.venloc");
  const auto file = open_model(folder / "x.venloc");
  CHECK(std::ranges::equal(file.get<float>("values", {3}), kValues));
  CHECK(file.metadata().at("format") == "venloc");
  CHECK(file.metadata().at("format_version") == std::to_string(kFormatVersion));
  CHECK(file.metadata().at("library_version") == version());
  CHECK(file.metadata().at("kind") == "sift");
  CHECK(file.metadata().at("options") == R"({"max_features": 1000, "note": "\"sha256\":\""})");
  CHECK(file.metadata().at("city") == "Venice");
  CHECK(folder.entries() == 1);
}

TEST_CASE("model file: same content, same bytes") {
  const TemporaryFolder folder;
  write_sample(folder / "1");
  write_sample(folder / "2");
  CHECK(read_bytes(folder / "1") == read_bytes(folder / "2"));
}

TEST_CASE("model file: the digest is that of the file with the digest's digits taken as zeros") {
  const TemporaryFolder folder;
  write_sample(folder / "x");
  const std::string digest = open_model(folder / "x").metadata().at("sha256");
  std::string bytes = read_bytes(folder / "x");
  bytes.replace(bytes.find(digest), digest.size(), digest.size(), '0');
  CHECK(sha256_of(bytes) == digest);
}

TEST_CASE("model file: each single changed byte and each cut is found") {
  const TemporaryFolder folder;
  write_sample(folder / "x");
  const std::string whole = read_bytes(folder / "x");
  CHECK(refusal_of(whole) == "");
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char mask : {'\x01', '\x20', '\xff'}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      CAPTURE(at);
      CHECK(refusal_of(changed) != "");
    }
    CHECK(refusal_of(whole.substr(0, at)) != "");
  }
  std::string changed = whole;
  changed.back() ^= 1;
  const std::string message = refusal_of(changed);
  CHECK(message.find("x.venloc") != std::string::npos);
  CHECK(message.find("SHA-256") != std::string::npos);
  CHECK(message.find("fetch or build the file again") != std::string::npos);
}

TEST_CASE("model file: other formats, newer versions and incomplete metadata are refused with what to do") {
  CHECK(refusal_of(std::map<std::string, std::string>{}).find("not a venloc model") != std::string::npos);
  CHECK(refusal_of({{"format", "pt"}}).find("not a venloc model") != std::string::npos);
  const std::string newer = std::to_string(kFormatVersion + 1);
  const auto message = refusal_of({{"format", "venloc"}, {"format_version", newer}, {"library_version", "9.1.0"}});
  CHECK(message.find("has format version " + newer + " (written by venloc 9.1.0)") != std::string::npos);
  CHECK(message.find("update venloc") != std::string::npos);
  CHECK(refusal_of({{"format", "venloc"}, {"format_version", newer}}).find("update venloc") != std::string::npos);
  CHECK(refusal_of({{"format", "venloc"}}).find("no 'format_version'") != std::string::npos);
  for (const char* bad : {"", "0", "-1", "1.0", "one", "99999999999999999999", "1 "})
    CHECK(refusal_of({{"format", "venloc"}, {"format_version", bad}}).find("is not a number") != std::string::npos);
  CHECK(refusal_of({{"format", "venloc"}, {"format_version", "1"}}).find("no 'sha256'") != std::string::npos);
  CHECK(refusal_of({{"format", "venloc"}, {"format_version", "1"}, {"sha256", "12"}}).find("SHA-256") !=
        std::string::npos);
}

TEST_CASE("model file: options that are not JSON and an empty kind are refused before anything is written") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(write_model({}, "sift", "{", folder / "x"), InvalidArgumentError);
  CHECK_THROWS_AS(write_model({}, "", "{}", folder / "x"), InvalidArgumentError);
  CHECK(folder.entries() == 0);
  CHECK_THROWS_AS(open_model(folder / "x"), FileNotFoundError);
}
