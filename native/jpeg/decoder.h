// A part of a JPEG, decoded by libjpeg-turbo and resampled on the way: no more of it is decoded than is shown.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

namespace patchwork_jpeg {

// For each pixel of the result: the first of `count` neighboring input pixels, and their weights in units of 2^-22.
struct Taps {
  const int32_t* first;
  const int32_t* weights;
  int size;
  int count;
};

// What is decoded: the picture at 1 / denominator of its size, and of that the pixels that the taps refer to.
struct Region {
  // Of the whole picture, as `readHeader` read it and the caller decided how much memory and time it may take.
  int pictureWidth;
  int pictureHeight;
  int denominator;
  int left;
  int top;
  int width;
  int height;
  // Read to the end of the file, to see whether all of it is whole, though the region may end before.
  bool wholeFile;
};

// The result as vertical.size rows of horizontal.size pixels, each 3 bytes: red, green and blue. Taps may come in any order:
// reversed, they mirror.
// @returns libjpeg's warning, where it met an oddity that damages no pixel; else an empty text
// @throws std::runtime_error with libjpeg's message, for errors and for warnings that mean damaged pixels; for a picture of
//   another size than was said, and one of more scans than any encoder makes
std::string decode(const uint8_t* bytes, size_t length, const Region& region, const Taps& horizontal, const Taps& vertical,
                   uint8_t* target);

}  // namespace patchwork_jpeg
