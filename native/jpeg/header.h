// What a JPEG says of itself before its pixels, as the decoder reads it.
#pragma once

#include <cstddef>
#include <cstdint>

namespace patchwork_jpeg {

struct Header {
  // As it is stored, before it is turned.
  int width = 0;
  int height = 0;
  // Whether `decode` makes red, green and blue of it: gray or color, Huffman codes.
  bool decodable = false;
  // EXIF's, 1 .. 8; 1 where there is none.
  int orientation = 1;
};

// @throws std::runtime_error with libjpeg's message
Header readHeader(const uint8_t* bytes, size_t length);

}  // namespace patchwork_jpeg
