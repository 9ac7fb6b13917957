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

bool isExif(const jpeg_saved_marker_ptr marker) {
  return marker->data_length >= 14 && std::memcmp(marker->data, "Exif\0\0", 6) == 0;
}

// Bytes of a whole number of TIFF's types; 0 for its other types.
int bytesOfType(uint32_t type) {
  switch (type) {
    case 1: case 6: return 1;
    case 3: case 8: return 2;
    case 4: case 9: return 4;
    default: return 0;
  }
}

// Tag 0x0112 of the first directory, taken from what stands in the entry itself; 1 where there is none.
int exifOrientation(const uint8_t* segment, size_t length) {
  const Tiff tiff{segment + 6, length - 6, segment[6] == 'I'};
  if (tiff.number(2, 2) != 42) return 1;
  const size_t directory = tiff.number(4, 4);
  const int entries = static_cast<int>(tiff.number(directory, 2));
  for (int i = 0; i < entries; ++i) {
    const size_t entry = directory + 2 + 12 * static_cast<size_t>(i);
    if (entry > tiff.length) return 1;
    if (tiff.number(entry, 2) != 0x0112) continue;
    const int size = bytesOfType(tiff.number(entry + 2, 2));
    const uint32_t count = tiff.number(entry + 4, 4);
    if (size == 0 || count < 1 || count > 4u / size) return 1;
    const uint32_t value = tiff.number(entry + 8, size);
    return value >= 1 && value <= 8 ? static_cast<int>(value) : 1;
  }
  return 1;
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
  // Of several the first counts, as in libvips and Pillow.
  auto marker = info.marker_list;
  while (marker != nullptr && !isExif(marker)) marker = marker->next;
  if (marker != nullptr) header.orientation = exifOrientation(marker->data, marker->data_length);
  return header;
}

}  // namespace patchwork_jpeg
