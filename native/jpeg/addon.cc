// patchwork-jpeg.node:
//   readHeader(bytes, header), which fills header = Int32Array [width, height, decodable, orientation];
//   decodeRegion(bytes, region, horizontalFirst, horizontalWeights, verticalFirst, verticalWeights, target), with region =
//   Int32Array [pictureWidth, pictureHeight, denominator, left, top, width, height, wholeFile], which returns a warning or ''.
// Stateless, so any number of threads may call them. They trust no argument: whatever is wrong is an error and touches no
// memory.
#include <node_api.h>

#include <stdexcept>
#include <string>

#include "decoder.h"
#include "header.h"

namespace patchwork_jpeg {

namespace {

constexpr int kLargestPicture = 65500;  // libjpeg's own limit, JPEG_MAX_DIMENSION

struct Array {
  void* data = nullptr;
  size_t length = 0;
};

void require(bool condition, const char* message) {
  if (!condition) throw std::runtime_error(message);
}

Array typedArray(napi_env env, napi_value value, napi_typedarray_type wanted, const char* message) {
  Array array;
  napi_typedarray_type type;
  const napi_status status = napi_get_typedarray_info(env, value, &type, &array.length, &array.data, nullptr, nullptr);
  require(status == napi_ok && type == wanted, message);
  return array;
}

Region regionOf(napi_env env, napi_value value) {
  const Array array = typedArray(env, value, napi_int32_array, "region: expected an Int32Array");
  require(array.length == 8, "region: expected 8 numbers");
  const int32_t* n = static_cast<const int32_t*>(array.data);
  const Region region{n[0], n[1], n[2], n[3], n[4], n[5], n[6], n[7] != 0};
  const int denominator = region.denominator;
  require(denominator == 1 || denominator == 2 || denominator == 4 || denominator == 8,
          "region: expected a denominator of 1, 2, 4 or 8");
  for (const int start : {region.left, region.top})
    require(start >= 0 && start < kLargestPicture, "region: expected a corner inside the picture");
  for (const int length : {region.width, region.height})
    require(length > 0 && length <= kLargestPicture, "region: expected a size inside the picture");
  return region;
}

// Taps that stay in 0 .. limit-1.
Taps tapsOf(napi_env env, napi_value firstValue, napi_value weightsValue, int limit) {
  const Array first = typedArray(env, firstValue, napi_int32_array, "taps: expected an Int32Array");
  const Array weights = typedArray(env, weightsValue, napi_int32_array, "taps: expected an Int32Array");
  require(first.length > 0 && first.length <= kLargestPicture && weights.length > 0, "taps: expected some");
  require(weights.length % first.length == 0, "taps: expected as many weights for each pixel");
  const size_t count = weights.length / first.length;
  require(count <= static_cast<size_t>(limit), "taps: expected no more than there are pixels");
  const Taps taps{static_cast<const int32_t*>(first.data), static_cast<const int32_t*>(weights.data),
                  static_cast<int>(first.length), static_cast<int>(count)};
  for (int i = 0; i < taps.size; ++i)
    require(taps.first[i] >= 0 && taps.first[i] <= limit - taps.count, "taps: expected them inside the region");
  return taps;
}

template <size_t N>
void getArguments(napi_env env, napi_callback_info callback, napi_value (&arguments)[N], const char* message) {
  size_t count = N;
  require(napi_get_cb_info(env, callback, &count, arguments, nullptr, nullptr) == napi_ok && count == N, message);
}

napi_value fillHeader(napi_env env, napi_callback_info callback) {
  try {
    napi_value arguments[2];
    getArguments(env, callback, arguments, "readHeader: expected 2 arguments");
    const Array bytes = typedArray(env, arguments[0], napi_uint8_array, "bytes: expected a Uint8Array");
    const Array filled = typedArray(env, arguments[1], napi_int32_array, "header: expected an Int32Array");
    require(filled.length == 4, "header: expected room for 4 numbers");
    const Header header = readHeader(static_cast<const uint8_t*>(bytes.data), bytes.length);
    int32_t* numbers = static_cast<int32_t*>(filled.data);
    numbers[0] = header.width;
    numbers[1] = header.height;
    numbers[2] = header.decodable;
    numbers[3] = header.orientation;
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return nullptr;
}

napi_value decodeRegion(napi_env env, napi_callback_info callback) {
  napi_value warning = nullptr;
  try {
    napi_value arguments[7];
    getArguments(env, callback, arguments, "decodeRegion: expected 7 arguments");
    const Array bytes = typedArray(env, arguments[0], napi_uint8_array, "bytes: expected a Uint8Array");
    const Region region = regionOf(env, arguments[1]);
    const Taps horizontal = tapsOf(env, arguments[2], arguments[3], region.width);
    const Taps vertical = tapsOf(env, arguments[4], arguments[5], region.height);
    const Array target = typedArray(env, arguments[6], napi_uint8_array, "target: expected a Uint8Array");
    require(target.length == 3 * static_cast<size_t>(horizontal.size) * vertical.size,
            "target: expected 3 bytes for each of the taps' pixels");
    const std::string text = decode(static_cast<const uint8_t*>(bytes.data), bytes.length, region, horizontal, vertical,
                                    static_cast<uint8_t*>(target.data));
    require(napi_create_string_utf8(env, text.data(), text.size(), &warning) == napi_ok, "decodeRegion: no text");
  } catch (const std::exception& error) {
    napi_throw_error(env, nullptr, error.what());
  }
  return warning;
}

bool offer(napi_env env, napi_value exports, const char* name, napi_callback body) {
  napi_value function;
  return napi_create_function(env, name, NAPI_AUTO_LENGTH, body, nullptr, &function) == napi_ok &&
         napi_set_named_property(env, exports, name, function) == napi_ok;
}

}  // namespace
}  // namespace patchwork_jpeg

NAPI_MODULE_INIT() {
  using namespace patchwork_jpeg;
  if (!offer(env, exports, "readHeader", fillHeader) || !offer(env, exports, "decodeRegion", decodeRegion))
    napi_throw_error(env, nullptr, "patchwork-jpeg: cannot register");
  return exports;
}
