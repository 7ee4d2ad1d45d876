// SPDX-FileCopyrightText: 2026 The venloc authors
// SPDX-License-Identifier: Apache-2.0
#include "ranking/picture_notes.hpp"

#include <string>
#include <vector>

#include "venloc/image/content.hpp"

namespace venloc {

void add_picture_notes(Prediction& out, const Image& picture) {
  out.content = content_of(picture);
  std::vector<std::string> notes(picture.notes().begin(), picture.notes().end());
  if (out.content != PictureContent::kPicture) notes.push_back("The picture " + content_text(out.content) + ".");
  out.notes.insert(out.notes.begin(), notes.begin(), notes.end());
}

}  // namespace venloc
