// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include <doctest/doctest.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <algorithm>
#include <array>
#include <csignal>
#include <cstring>
#include <limits>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/files.hpp"
#include "venloc/core/error.hpp"
#include "venloc/core/safetensors.hpp"

using namespace venloc;

namespace {

std::string with_header(const std::string& header, const std::string& payload = {}) {
  const std::uint64_t length = header.size();
  std::string bytes(sizeof length, '\0');
  std::memcpy(bytes.data(), &length, sizeof length);
  return bytes + header + payload;
}

/// The message that a file of these bytes is refused with; empty when it opens.
std::string refusal_of(const std::string& bytes) {
  const TemporaryFolder folder;
  write_bytes(folder / "x.safetensors", bytes);
  return message_of<FormatError>([&] { SafetensorsFile::open(folder / "x.safetensors"); });
}

std::string entry(const std::string& type, const std::string& shape, const std::string& offsets) {
  return R"({"dtype":)" + type + R"(,"shape":)" + shape + R"(,"data_offsets":)" + offsets + "}";
}

template <typename T>
void check_round_trip(const std::string& type_name) {
  const TemporaryFolder folder;
  const std::vector<T> values{T(0), T(1), std::numeric_limits<T>::lowest(), std::numeric_limits<T>::max(), T(4), T(5)};
  SafetensorsWriter writer;
  writer.add<T>("values", {2, 3}, values);
  writer.write(folder / "x");
  const auto file = SafetensorsFile::open(folder / "x");
  const TensorView& view = file.tensors().at("values");
  CHECK(name_of(view.type) == type_name);
  CHECK(size_of(view.type) == sizeof(T));
  CHECK(view.shape == std::vector<std::int64_t>{2, 3});
  CHECK(view.count() == 6);
  CHECK(std::ranges::equal(file.get<T>("values", {2, 3}), values));
  CHECK(std::ranges::equal(file.get<T>("values", {-1, 3}), values));
}

}  // namespace

TEST_CASE("safetensors: names may be as long as the system allows, and links stay links") {
  const TemporaryFolder folder;
  const std::vector<float> values = {1};
  SafetensorsWriter writer;
  writer.add<float>("x", {1}, values);
  const auto file = folder / (std::string(251, 'a') + ".ven");
  writer.write(file);
  CHECK(SafetensorsFile::open(file).tensors().size() == 1);

  std::filesystem::create_directory(folder / "kept");
  std::filesystem::create_symlink("kept/model", folder / "second");
  std::filesystem::create_symlink(folder / "second", folder / "first");
  writer.write(folder / "first");
  CHECK(std::filesystem::is_symlink(folder / "first"));
  CHECK(std::filesystem::is_symlink(folder / "second"));
  CHECK(std::filesystem::is_regular_file(folder / "kept/model"));
  CHECK(SafetensorsFile::open(folder / "first").tensors().size() == 1);

  std::filesystem::create_symlink("circle", folder / "circle");
  CHECK_THROWS_AS(writer.write(folder / "circle"), IoError);
  CHECK(std::filesystem::is_symlink(folder / "circle"));
}

TEST_CASE("safetensors: each element type comes back bit for bit") {
  check_round_trip<std::uint8_t>("U8");
  check_round_trip<std::int8_t>("I8");
  check_round_trip<std::uint16_t>("U16");
  check_round_trip<std::int16_t>("I16");
  check_round_trip<std::uint32_t>("U32");
  check_round_trip<std::int32_t>("I32");
  check_round_trip<std::uint64_t>("U64");
  check_round_trip<std::int64_t>("I64");
  check_round_trip<float>("F32");
  check_round_trip<double>("F64");
}

TEST_CASE("safetensors: scalars, empty arrays, half floats, metadata and odd names come back") {
  const TemporaryFolder folder;
  const std::array<double, 1> scalar{2.5};
  const std::array<std::byte, 4> halves{std::byte{1}, std::byte{2}, std::byte{3}, std::byte{4}};
  SafetensorsWriter writer;
  writer.add<double>("scalar", {}, scalar);
  writer.add<float>("empty", {0, 128}, {});
  writer.add("halves", DType::kF16, {2}, halves);
  writer.add<double>("caffè \"Florian\"\n", {1}, scalar);
  writer.set_metadata("", "empty key");
  writer.set_metadata("note", "à\\ \"quoted\" \x01");
  writer.write(folder / "x");

  const auto file = SafetensorsFile::open(folder / "x");
  CHECK(file.path() == folder / "x");
  CHECK(file.tensors().size() == 4);  // padding arrays are hidden
  CHECK(file.get<double>("scalar", {})[0] == 2.5);
  CHECK(file.get<float>("empty", {-1, 128}).empty());
  CHECK(std::ranges::equal(file.tensors().at("halves").bytes, halves));
  CHECK(file.contains("caffè \"Florian\"\n"));
  CHECK_FALSE(file.contains("other"));
  CHECK(file.metadata() == std::map<std::string, std::string>{{"", "empty key"}, {"note", "à\\ \"quoted\" \x01"}});
}

TEST_CASE("safetensors: a file without arrays opens") {
  const TemporaryFolder folder;
  SafetensorsWriter().write(folder / "x");
  const auto file = SafetensorsFile::open(folder / "x");
  CHECK(file.tensors().empty());
  CHECK(file.metadata().empty());
}

TEST_CASE("safetensors: arrays are 64-byte aligned and cover the payload without holes") {
  const TemporaryFolder folder;
  std::vector<std::vector<std::uint8_t>> arrays;
  for (const std::size_t size : {1, 64, 0, 63, 65, 200, 128}) arrays.emplace_back(size, std::uint8_t(size));
  SafetensorsWriter writer;
  for (std::size_t i = 0; i < arrays.size(); ++i)
    writer.add<std::uint8_t>("array " + std::to_string(i), {std::int64_t(arrays[i].size())}, arrays[i]);
  writer.write(folder / "x");

  const auto file = SafetensorsFile::open(folder / "x");
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const auto values = file.get<std::uint8_t>("array " + std::to_string(i), {-1});
    CHECK(reinterpret_cast<std::uintptr_t>(values.data()) % 64 == 0);
    CHECK(std::ranges::equal(values, arrays[i]));
  }

  // Read independently of the reader under test.
  const std::string bytes = read_bytes(folder / "x");
  std::uint64_t length = 0;
  std::memcpy(&length, bytes.data(), sizeof length);
  CHECK((8 + length) % 64 == 0);
  CHECK(bytes[8] == '{');
  const auto header = nlohmann::json::parse(bytes.substr(8, length));
  std::vector<std::array<std::size_t, 2>> ranges;
  for (const auto& [name, value] : header.items()) ranges.push_back(value["data_offsets"]);
  std::ranges::sort(ranges);
  std::size_t covered = 0;
  for (const auto& [begin, end] : ranges) {
    CHECK(begin == covered);
    covered = end;
  }
  CHECK(covered == bytes.size() - 8 - length);
}

TEST_CASE("safetensors: same content, same bytes, whatever the order of adding, and stream gives what write writes") {
  const TemporaryFolder folder;
  const std::vector<float> a{1, 2, 3}, b{4};
  SafetensorsWriter first, second;
  first.add<float>("a", {3}, a);
  first.add<float>("b", {1}, b);
  first.set_metadata("x", "1");
  first.set_metadata("y", "2");
  second.set_metadata("y", "other");
  second.set_metadata("y", "2");
  second.set_metadata("x", "1");
  second.add<float>("b", {1}, b);
  second.add<float>("a", {3}, a);
  first.write(folder / "1");
  second.write(folder / "2");
  CHECK(read_bytes(folder / "1") == read_bytes(folder / "2"));
  std::string streamed;
  first.stream([&](std::span<const std::byte> bytes) {
    streamed.append(reinterpret_cast<const char*>(bytes.data()), bytes.size());
  });
  CHECK(streamed == read_bytes(folder / "1"));
  CHECK(std::ranges::equal(std::as_bytes(std::span(streamed)), SafetensorsFile::open(folder / "1").file_bytes()));
}

TEST_CASE("safetensors: views outlive the file's name, its replacement and the first object") {
  const TemporaryFolder folder;
  const std::vector<int> old_values(5000, 7), new_values{1};
  SafetensorsWriter writer;
  writer.add<int>("a", {5000}, old_values);
  writer.write(folder / "x");
  auto original = std::make_unique<SafetensorsFile>(SafetensorsFile::open(folder / "x"));
  const SafetensorsFile copy = *original;
  const auto values = original->get<int>("a", {-1});
  original.reset();
  SafetensorsWriter next;
  next.add<int>("a", {1}, new_values);
  next.write(folder / "x");
  CHECK(std::ranges::equal(values, old_values));
  CHECK(SafetensorsFile::open(folder / "x").get<int>("a", {-1})[0] == 1);
  std::filesystem::remove(folder / "x");
  CHECK(std::ranges::equal(copy.get<int>("a", {5000}), old_values));
}

TEST_CASE("safetensors: arrays that another writer left unaligned are read all the same") {
  const TemporaryFolder folder;
  const std::array<double, 2> doubles{1.25, -3.5};
  const std::array<std::uint16_t, 1> words{0x1234};
  std::string payload = "!";
  payload.append(reinterpret_cast<const char*>(words.data()), 2)
      .append(reinterpret_cast<const char*>(doubles.data()), 16);
  for (std::size_t spaces = 0; spaces < 8; ++spaces) {
    write_bytes(folder / "x", with_header(R"({"b":)" + entry(R"("U8")", "[1]", "[0,1]") + R"(,"w":)" +
                                              entry(R"("U16")", "[1]", "[1,3]") + R"(,"d":)" +
                                              entry(R"("F64")", "[2]", "[3,19]") + "}" + std::string(spaces, ' '),
                                          payload));
    const auto file = SafetensorsFile::open(folder / "x");
    const auto read = file.get<double>("d", {2});
    CHECK(reinterpret_cast<std::uintptr_t>(read.data()) % alignof(double) == 0);
    CHECK(std::ranges::equal(read, doubles));
    CHECK(file.get<std::uint16_t>("w", {1})[0] == 0x1234);
    CHECK(file.get<std::uint8_t>("b", {1})[0] == '!');
  }
}

TEST_CASE("safetensors: get refuses a missing array, another type and another shape, and names it") {
  const TemporaryFolder folder;
  const std::vector<float> values(6);
  SafetensorsWriter writer;
  writer.add<float>("weights", {2, 3}, values);
  writer.write(folder / "net.safetensors");
  const auto file = SafetensorsFile::open(folder / "net.safetensors");
  const auto missing = message_of<FormatError>([&] { (void)file.get<float>("bias", {3}); });
  CHECK(missing.find("net.safetensors") != std::string::npos);
  CHECK(missing.find("'bias' is missing") != std::string::npos);
  const auto type = message_of<FormatError>([&] { (void)file.get<std::uint8_t>("weights", {2, 3}); });
  CHECK(type.find("is F32 [2, 3], expected U8 [2, 3]") != std::string::npos);
  const auto shape = message_of<FormatError>([&] { (void)file.get<float>("weights", {3, -1}); });
  CHECK(shape.find("is F32 [2, 3], expected F32 [3, -1]") != std::string::npos);
  CHECK_THROWS_AS((void)file.get<float>("weights", {-1}), FormatError);
  CHECK_THROWS_AS((void)file.get<float>("weights", {2, 3, 1}), FormatError);
}

TEST_CASE("safetensors: the writer refuses wrong shapes, repeated and reserved names and text that is not UTF-8") {
  const TemporaryFolder folder;
  const std::vector<float> values(6);
  SafetensorsWriter writer;
  writer.add<float>("a", {6}, values);
  CHECK_THROWS_AS(writer.add<float>("a", {6}, values), InvalidArgumentError);
  CHECK_THROWS_AS(writer.add<float>("b", {5}, values), InvalidArgumentError);
  CHECK_THROWS_AS(writer.add<float>("b", {-2, -3}, values), InvalidArgumentError);
  CHECK_THROWS_AS(writer.add<float>("b", {std::int64_t{1} << 62, 4}, {}), InvalidArgumentError);
  CHECK_THROWS_AS(writer.add<float>("__pad0", {6}, values), InvalidArgumentError);
  CHECK_THROWS_AS(writer.add<float>("__metadata__", {6}, values), InvalidArgumentError);
  writer.set_metadata("city", "Venezi\xe0");
  CHECK_THROWS_AS(writer.write(folder / "x"), InvalidArgumentError);
  CHECK(folder.entries() == 0);
}

TEST_CASE("safetensors: what is no file is not found") {
  const TemporaryFolder folder;
  CHECK_THROWS_AS(SafetensorsFile::open(folder / "absent"), FileNotFoundError);
  CHECK_THROWS_AS(SafetensorsFile::open(folder.path()), FileNotFoundError);
  CHECK_THROWS_AS(SafetensorsFile::open("/dev/null"), FileNotFoundError);
  REQUIRE(::mkfifo((folder / "pipe").c_str(), 0600) == 0);
  CHECK_THROWS_AS(SafetensorsFile::open(folder / "pipe"), FileNotFoundError);
}

TEST_CASE("safetensors: a well-formed hand-made file opens") {
  CHECK(refusal_of(with_header("{}")) == "");
  CHECK(refusal_of(with_header(R"({"a":)" + entry(R"("U8")", "[2]", "[0,2]") + "}  ", "ab")) == "");
  // Order of the header need not be the order of the payload.
  CHECK(refusal_of(with_header(
            R"({"a":)" + entry(R"("U8")", "[1]", "[1,2]") + R"(,"b":)" + entry(R"("U8")", "[1]", "[0,1]") + "}",
            "ab")) == "");
}

TEST_CASE("safetensors: each kind of broken file is refused with its reason") {
  const auto one = [](const std::string& type, const std::string& shape, const std::string& offsets) {
    return with_header(R"({"a":)" + entry(type, shape, offsets) + "}", "12345678");
  };
  const auto two = [](const std::string& first, const std::string& second) {
    return with_header(R"({"a":)" + first + R"(,"b":)" + second + "}", "12345678");
  };
  const std::string u8 = R"("U8")";
  std::string long_header(8, '\0');
  const std::uint64_t over = 100'000'001;
  std::memcpy(long_header.data(), &over, 8);

  const std::vector<std::pair<std::string, std::string>> cases{
      {"", "fewer than the 8"},
      {"1234567", "fewer than the 8"},
      {"this is a text and no array file", "over 100 MB"},
      {std::string(8, '\xff'), "over 100 MB"},
      {long_header, "over 100 MB"},
      {std::string("\x05\0\0\0\0\0\0\0{}", 10), "extends beyond the end of the file"},
      {with_header(""), "not JSON"},
      {with_header("{"), "not JSON"},
      {with_header("{}{"), "not JSON"},
      {with_header("[]"), "not a JSON object"},
      {with_header("3"), "not a JSON object"},
      {with_header(std::string(1'000'000, '[')), "nested too deeply"},
      {with_header("{\"a\xff\":1}"), "not JSON"},
      {with_header(R"({"a":3})"), "not described by a JSON object"},
      {with_header(R"({"a":{"shape":[],"data_offsets":[0,0]}})"), "no 'dtype'"},
      {with_header(R"({"a":{"dtype":"U8","data_offsets":[0,0]}})"), "no 'shape'"},
      {with_header(R"({"a":{"dtype":"U8","shape":[0]}})"), "no 'data_offsets'"},
      {two(entry(u8, "[4]", "[0,4]"), entry(u8, "[4]", "[4,8]") + R"(,"a":)" + entry(u8, "[4]", "[0,4]")), "'a' twice"},
      {with_header(R"({"a":{"dtype":"U8","shape":[0],"shape":[0],"data_offsets":[0,0]}})"), "'shape' twice"},
      {with_header(R"({"__metadata__":{"k":"1","k":"2"}})"), "'k' twice"},
      {one(R"("F128")", "[8]", "[0,8]"), "unknown type \"F128\""},
      {one("8", "[8]", "[0,8]"), "type that is not a string"},
      {one(u8, "[-8]", "[0,8]"), "whole numbers"},
      {one(u8, "[8.0]", "[0,8]"), "whole numbers"},
      {one(u8, "[\"8\"]", "[0,8]"), "whole numbers"},
      {one(u8, "8", "[0,8]"), "whole numbers"},
      {one(u8, "[18446744073709551615]", "[0,8]"), "whole numbers"},
      {one(u8, "[18446744073709551616]", "[0,8]"), "whole numbers"},
      {one(u8, "[4294967296,4294967296,4294967296]", "[0,8]"), "impossible shape"},
      {one(R"("F64")", "[2305843009213693953]", "[0,8]"), "impossible shape"},  // 2^61 + 1: 8 bytes when it wraps
      {one(u8, "[8]", "[0,8,8]"), "two whole numbers"},
      {one(u8, "[8]", "[-1,7]"), "two whole numbers"},
      {one(u8, "[8]", "{}"), "two whole numbers"},
      {one(u8, "[8]", "[8,0]"), "needs 8 bytes"},
      {one(u8, "[7]", "[0,8]"), "needs 7 bytes"},
      {one(R"("U16")", "[8]", "[0,8]"), "needs 16 bytes"},
      {one(u8, "[9]", "[0,9]"), "1 bytes after the end of the file"},
      {one(u8, "[8]", "[9223372036854775799,9223372036854775807]"), "after the end of the file"},
      {one(u8, "[7]", "[0,7]"), "1 bytes before the end of the file"},
      {one(u8, "[7]", "[1,8]"), "leaves a gap"},
      {two(entry(u8, "[4]", "[0,4]"), entry(u8, "[5]", "[3,8]")), "'b' overlaps"},
      {two(entry(u8, "[3]", "[0,3]"), entry(u8, "[4]", "[4,8]")), "'b' leaves a gap"},
      {two(entry(u8, "[8]", "[0,8]"), entry(u8, "[0]", "[3,3]")), "'b' overlaps"},
      {with_header("{}", "x"), "1 bytes before the end of the file"},
      {with_header(R"({"__metadata__":[]})"), "'__metadata__' is not a JSON object"},
      {with_header(R"({"__metadata__":{"k":1}})"), "'k' is not a string"},
      {with_header(R"({"__metadata__":{"k":null}})"), "'k' is not a string"},
  };
  for (const auto& [bytes, reason] : cases) {
    const std::string message = refusal_of(bytes);
    CAPTURE(reason);
    CAPTURE(message);
    CHECK(message.find(reason) != std::string::npos);
    CHECK(message.find("x.safetensors") != std::string::npos);
    CHECK(message.find("fetch or build the file again") != std::string::npos);
  }
}

TEST_CASE("safetensors: cut at any byte or with any byte changed a file is refused or read, never a crash") {
  const TemporaryFolder folder;
  const std::vector<float> floats{1, 2, 3};
  const std::vector<std::uint8_t> bytes8{4, 5};
  SafetensorsWriter writer;
  writer.add<float>("f", {3}, floats);
  writer.add<std::uint8_t>("u", {2, 1}, bytes8);
  writer.set_metadata("kind", "test");
  writer.write(folder / "whole");
  const std::string whole = read_bytes(folder / "whole");
  for (std::size_t size = 0; size < whole.size(); ++size) {
    CAPTURE(size);
    CHECK(refusal_of(whole.substr(0, size)) != "");
  }
  CHECK(refusal_of(whole + '\0') != "");
  std::uint64_t header = 0;
  std::memcpy(&header, whole.data(), 8);
  std::size_t opened = 0;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    for (const char mask : {'\x01', '\x20', '\x80', '\xff'}) {
      std::string changed = whole;
      changed[at] = static_cast<char>(changed[at] ^ mask);
      const bool accepted = refusal_of(changed).empty();  // any other exception than FormatError fails the test
      opened += accepted;
      if (at >= 8 + header) CHECK(accepted);  // the plain container has no checksum, the model file has
    }
  }
  CHECK(opened > 0);
}

TEST_CASE("safetensors: writing replaces a file, leaves no other file and obeys the umask") {
  const TemporaryFolder folder;
  const std::vector<int> values{1, 2, 3};
  SafetensorsWriter writer;
  writer.add<int>("a", {3}, values);
  const mode_t before = ::umask(027);
  writer.write(folder / "x");
  ::umask(before);
  struct stat status {};
  REQUIRE(::stat((folder / "x").c_str(), &status) == 0);
  CHECK((status.st_mode & 0777) == 0640);
  const std::string bytes = read_bytes(folder / "x");
  write_bytes(folder / "x", "something older and longer" + std::string(1000, '.'));
  writer.write(folder / "x");
  CHECK(read_bytes(folder / "x") == bytes);
  CHECK(folder.entries() == 1);
}

TEST_CASE("safetensors: a relative file name without a folder is written into the current folder") {
  const TemporaryFolder folder;
  const auto before = std::filesystem::current_path();
  std::filesystem::current_path(folder.path());
  SafetensorsWriter().write("x");
  std::filesystem::current_path(before);
  CHECK(std::filesystem::exists(folder / "x"));
}

TEST_CASE("safetensors: a write that cannot be done reports why and leaves everything as it was") {
  const TemporaryFolder folder;
  const SafetensorsWriter writer;
  const auto absent = message_of<IoError>([&] { writer.write(folder / "absent" / "x"); });
  CHECK(absent.find("No such file or directory") != std::string::npos);
  CHECK(absent.find("create the folder first") != std::string::npos);
  write_bytes(folder / "file", "old");
  CHECK_THROWS_AS(writer.write(folder / "file" / "x"), IoError);
  CHECK_THROWS_AS(writer.write(folder.path() / ""), InvalidArgumentError);
  std::filesystem::create_directory(folder / "folder");
  const auto onto_folder = message_of<IoError>([&] { writer.write(folder / "folder"); });
  CHECK(onto_folder.find("Is a directory") != std::string::npos);
  CHECK(read_bytes(folder / "file") == "old");
  CHECK(folder.entries() == 2);
}

TEST_CASE("safetensors: a folder that may not be written to keeps its file") {
  if (::geteuid() == 0) {
    MESSAGE("skipped: permissions do not bind the superuser");
    return;
  }
  const TemporaryFolder folder;
  write_bytes(folder / "x", "old");
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0500));
  const auto message = message_of<IoError>([&] { SafetensorsWriter().write(folder / "x"); });
  std::filesystem::permissions(folder.path(), std::filesystem::perms(0700));
  CHECK(message.find("Permission denied") != std::string::npos);
  CHECK(read_bytes(folder / "x") == "old");
}

TEST_CASE("safetensors: when the system stops the writing half-way the old file stays and no other is left") {
  const TemporaryFolder folder;
  write_bytes(folder / "x", "old");
  const std::vector<std::uint8_t> values(1 << 20);
  SafetensorsWriter writer;
  writer.add<std::uint8_t>("a", {1 << 20}, values);
  // A limit on file size fails in the middle of the writing as a full disk does; in a child, for it cannot be taken
  // back.
  const pid_t child = ::fork();
  REQUIRE(child >= 0);
  if (child == 0) {
    const struct rlimit limit { 100'000, 100'000 };
    std::signal(SIGXFSZ, SIG_IGN);
    int result = 1;
    if (::setrlimit(RLIMIT_FSIZE, &limit) == 0) {
      const std::string message = message_of<IoError>([&] { writer.write(folder / "x"); });
      result = message.find("File too large") != std::string::npos &&
                       message.find("free disk space") != std::string::npos &&
                       message.find("unchanged") != std::string::npos
                   ? 0
                   : 2;
    }
    ::_exit(result);
  }
  int status = -1;
  REQUIRE(::waitpid(child, &status, 0) == child);
  CHECK(status == 0);
  CHECK(read_bytes(folder / "x") == "old");
  CHECK(folder.entries() == 1);
}

TEST_CASE("safetensors: a full disk leaves the old file") {
  const TemporaryFolder folder;
  if (::mount("none", folder.path().c_str(), "tmpfs", 0, "size=256k") != 0) {
    MESSAGE("skipped: a small disk can be mounted by the superuser only");
    return;
  }
  write_bytes(folder / "x", "old");
  const std::vector<std::uint8_t> values(1 << 20);
  SafetensorsWriter writer;
  writer.add<std::uint8_t>("a", {1 << 20}, values);
  const auto message = message_of<IoError>([&] { writer.write(folder / "x"); });
  const std::string kept = read_bytes(folder / "x");
  const std::size_t entries = folder.entries();
  CHECK(::umount(folder.path().c_str()) == 0);
  CHECK(message.find("No space left on device") != std::string::npos);
  CHECK(kept == "old");
  CHECK(entries == 1);
}
