#include "header.h"

#include <cstring>
#include <stdexcept>

#include "errors.h"

namespace patchwork_jpeg {

namespace {

constexpr int kExif = JPEG_APP0 + 1;

// The TIFF structure that EXIF is. Numbers beyond its end are 0, which no field has that is looked for.
struct Tiff {
  const uint8_t* bytes;
  size_t length;
  bool littleEndian;

  uint32_t number(size_t at, int size) const {
    if (at > length || length - at < static_cast<size_t>(size)) return 0;
    uint32_t value = 0;
    for (int i = 0; i < size; ++i) value = value << 8 | bytes[at + (littleEndian ? size - 1 - i : i)];
    return value;
  }
};

// Tag 0x0112 of the first directory; 0 where there is none.
int exifOrientation(const uint8_t* segment, size_t length) {
  if (length < 14 || std::memcmp(segment, "Exif\0\0", 6) != 0) return 0;
  const Tiff tiff{segment + 6, length - 6, segment[6] == 'I'};
  const size_t directory = tiff.number(4, 4);
  const int entries = static_cast<int>(tiff.number(directory, 2));
  for (int i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * static_cast<size_t>(i);
    if (entry > tiff.length) return 0;
    if (tiff.number(entry, 2) != 0x0112) continue;
    const uint32_t value = tiff.number(entry + 8, 2);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 0;
  }
  return 0;
}

struct Reading {
  jpeg_decompress_struct info{};
  Errors errors{};
  ~Reading() { jpeg_destroy_decompress(&info); }
};

bool read(Reading& reading, const uint8_t* bytes, size_t length) {
  jpeg_decompress_struct& info = reading.info;
  catchErrors(info, reading.errors);
  if (setjmp(reading.errors.escape)) return false;
  jpeg_create_decompress(&info);
  jpeg_save_markers(&info, kExif, 0xffff);
  jpeg_mem_src(&info, const_cast<uint8_t*>(bytes), length);
  jpeg_read_header(&info, TRUE);
  return true;
}

}  // namespace

Header readHeader(const uint8_t* bytes, size_t length) {
  Reading reading;
  if (!read(reading, bytes, length)) throw std::runtime_error(reading.errors.message);
  const jpeg_decompress_struct& info = reading.info;
  Header header;
  header.width = static_cast<int>(info.image_width);
  header.height = static_cast<int>(info.image_height);
  header.decodable = !info.arith_code && (info.num_components == 1 || info.num_components == 3);
  for (auto marker = info.marker_list; marker != nullptr; marker = marker->next) {
    const int found = exifOrientation(marker->data, marker->data_length);
    if (found != 0) header.orientation = found;
  }
  return header;
}

}  // namespace patchwork_jpeg
