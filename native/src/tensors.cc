// Tensors in and out of JavaScript memory, what they are, and how long they live.
#include <cstring>

#include "convert.h"

namespace patchwork {

namespace {

struct Bytes {
  void* data = nullptr;
  size_t length = 0;
};

Bytes viewBytes(const Call& call, size_t index) {
  Bytes bytes;
  bool matches = false;
  napi_value value = call.arguments[index];
  check(call.env, napi_is_typedarray(call.env, value, &matches));
  if (matches) {
    napi_typedarray_type type;
    size_t length = 0;
    check(call.env, napi_get_typedarray_info(call.env, value, &type, &length, &bytes.data, nullptr, nullptr));
    switch (type) {
      case napi_int16_array: case napi_uint16_array: bytes.length = length * 2; break;
      case napi_int32_array: case napi_uint32_array: case napi_float32_array: bytes.length = length * 4; break;
      case napi_float64_array: case napi_bigint64_array: case napi_biguint64_array: bytes.length = length * 8; break;
      default: bytes.length = length;
    }
    return bytes;
  }
  throw typeProblem("expected a typed array, got " + describeValue(call.env, value));
}

// fromBytes(view, dtype, shape): copies the bytes of a typed array into a new CPU tensor.
napi_value fromBytes(Call& call) {
  const Bytes bytes = viewBytes(call, 0);
  const c10::ScalarType dtype = parseDtype(call.string(1));
  const std::vector<int64_t> shape = call.integers(2);
  at::Tensor tensor = at::empty(shape, at::TensorOptions().dtype(dtype));
  if (tensor.nbytes() != bytes.length)
    throw Problem("ERR_PATCHWORK_SHAPE", "tensor: " + describeTensor(tensor) + " needs " + std::to_string(tensor.nbytes()) +
                                             " bytes, got " + std::to_string(bytes.length));
  if (bytes.length > 0) std::memcpy(tensor.data_ptr(), bytes.data, bytes.length);
  return fromTensor(call, std::move(tensor));
}

// toBytes(tensor): a new ArrayBuffer with the elements in row-major order.
napi_value toBytes(Call& call) {
  const at::Tensor tensor = call.tensor(0).detach().to(at::kCPU).contiguous();
  void* data = nullptr;
  napi_value buffer;
  check(call.env, napi_create_arraybuffer(call.env, tensor.nbytes(), &data, &buffer));
  if (tensor.nbytes() > 0) std::memcpy(data, tensor.data_ptr(), tensor.nbytes());
  return buffer;
}

napi_value numbers(napi_env env, at::IntArrayRef values) {
  napi_value array;
  check(env, napi_create_array_with_length(env, values.size(), &array));
  for (uint32_t i = 0; i < values.size(); ++i)
    check(env, napi_set_element(env, array, i, fromNumber(env, static_cast<double>(values[i]))));
  return array;
}

napi_value shape(Call& call) { return numbers(call.env, call.tensor(0).sizes()); }
napi_value strides(Call& call) { return numbers(call.env, call.tensor(0).strides()); }
napi_value dtype(Call& call) { return fromString(call.env, dtypeName(call.tensor(0).scalar_type())); }
napi_value device(Call& call) { return fromString(call.env, call.tensor(0).device().str()); }
napi_value memoryFormat(Call& call) {
  switch (call.tensor(0).suggest_memory_format()) {
    case c10::MemoryFormat::ChannelsLast: return fromString(call.env, "channels_last");
    case c10::MemoryFormat::ChannelsLast3d: return fromString(call.env, "channels_last_3d");
    default: return fromString(call.env, "contiguous_format");
  }
}
napi_value describe(Call& call) { return fromString(call.env, describeTensor(call.tensor(0))); }

// The value of a one-element tensor as a number.
napi_value item(Call& call) {
  const at::Tensor& tensor = call.tensor(0);
  if (tensor.numel() != 1)
    throw Problem("ERR_PATCHWORK_SHAPE", "item: expected a tensor with one element, got " + describeTensor(tensor));
  return fromNumber(call.env, tensor.item().toDouble());
}

napi_value release(Call& call) {
  call.context->handles.release(call.handle(0));
  return undefinedValue(call.env);
}
napi_value isLive(Call& call) { return fromBoolean(call.env, call.context->handles.isLive(call.handle(0))); }
napi_value setOwned(Call& call) {
  call.context->handles.setOwned(call.handle(0));
  return undefinedValue(call.env);
}
napi_value enterScope(Call& call) {
  call.context->handles.enterScope();
  return undefinedValue(call.env);
}
napi_value leaveScope(Call& call) {
  call.context->handles.leaveScope(call.handleList(0));
  return undefinedValue(call.env);
}
napi_value scopeDepth(Call& call) { return fromNumber(call.env, static_cast<double>(call.context->handles.scopeDepth())); }
napi_value liveTensors(Call& call) { return fromNumber(call.env, static_cast<double>(call.context->handles.liveTensors())); }

}  // namespace

std::vector<Export> tensorExports() {
  return {{"fromBytes", entry<fromBytes>},   {"toBytes", entry<toBytes>},       {"shape", entry<shape>},
          {"strides", entry<strides>},       {"dtype", entry<dtype>},           {"device", entry<device>},
          {"memoryFormat", entry<memoryFormat>}, {"describe", entry<describe>}, {"item", entry<item>},
          {"release", entry<release>},       {"isLive", entry<isLive>},         {"setOwned", entry<setOwned>},
          {"enterScope", entry<enterScope>}, {"leaveScope", entry<leaveScope>}, {"scopeDepth", entry<scopeDepth>},
          {"liveTensors", entry<liveTensors>}};
}

}  // namespace patchwork
