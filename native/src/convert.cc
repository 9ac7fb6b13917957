#include "convert.h"

#include <array>
#include <cmath>
#include <sstream>
#include <utility>

namespace patchwork {

namespace {

constexpr std::array<std::pair<const char*, c10::ScalarType>, 11> kDtypes{{
    {"float32", c10::ScalarType::Float},
    {"float64", c10::ScalarType::Double},
    {"float16", c10::ScalarType::Half},
    {"bfloat16", c10::ScalarType::BFloat16},
    {"int64", c10::ScalarType::Long},
    {"int32", c10::ScalarType::Int},
    {"int16", c10::ScalarType::Short},
    {"int8", c10::ScalarType::Char},
    {"uint8", c10::ScalarType::Byte},
    {"bool", c10::ScalarType::Bool},
    {"complex64", c10::ScalarType::ComplexFloat},
}};

constexpr std::array<std::pair<const char*, c10::MemoryFormat>, 4> kMemoryFormats{{
    {"contiguous_format", c10::MemoryFormat::Contiguous},
    {"preserve_format", c10::MemoryFormat::Preserve},
    {"channels_last", c10::MemoryFormat::ChannelsLast},
    {"channels_last_3d", c10::MemoryFormat::ChannelsLast3d},
}};

int64_t parseMemoryFormat(const std::string& name) {
  for (const auto& [text, format] : kMemoryFormats)
    if (name == text) return static_cast<int64_t>(format);
  throw typeProblem("unknown memory format \"" + name + "\"");
}

int64_t parseLayout(const std::string& name) {
  if (name == "strided") return static_cast<int64_t>(c10::Layout::Strided);
  throw typeProblem("expected the layout strided, got \"" + name + "\"");
}

[[noreturn]] void fail(const Call& call, napi_value value, const char* expected) {
  throw typeProblem(std::string("expected ") + expected + ", got " + describeValue(call.env, value));
}

int64_t toInteger(const Call& call, napi_value value) {
  double number = 0;
  if (napi_get_value_double(call.env, value, &number) == napi_ok) {
    if (number != std::trunc(number) || std::abs(number) > 9007199254740991.0) fail(call, value, "an integer");
    return static_cast<int64_t>(number);
  }
  int64_t big = 0;
  bool lossless = false;
  if (napi_get_value_bigint_int64(call.env, value, &big, &lossless) == napi_ok) {
    if (!lossless) fail(call, value, "an integer of 64 bits");
    return big;
  }
  fail(call, value, "an integer");
}

double toReal(const Call& call, napi_value value) {
  double number = 0;
  if (napi_get_value_double(call.env, value, &number) != napi_ok) fail(call, value, "a number");
  return number;
}

bool toBoolean(const Call& call, napi_value value) {
  bool boolean = false;
  if (napi_get_value_bool(call.env, value, &boolean) != napi_ok) fail(call, value, "a boolean");
  return boolean;
}

// A JavaScript number with no fraction becomes an integer scalar, as Python's 2 does: it never turns integer tensors
// into floating ones, and floating tensors take it as it is.
c10::Scalar toScalar(const Call& call, napi_value value) {
  double number = 0;
  if (napi_get_value_double(call.env, value, &number) == napi_ok) {
    if (number == std::trunc(number) && std::abs(number) <= 9007199254740991.0 && !(number == 0 && std::signbit(number)))
      return c10::Scalar(static_cast<int64_t>(number));
    return c10::Scalar(number);
  }
  bool boolean = false;
  if (napi_get_value_bool(call.env, value, &boolean) == napi_ok) return c10::Scalar(boolean);
  int64_t big = 0;
  bool lossless = false;
  if (napi_get_value_bigint_int64(call.env, value, &big, &lossless) == napi_ok && lossless) return c10::Scalar(big);
  fail(call, value, "a number");
}

bool isNull(const Call& call, napi_value value) {
  const napi_valuetype type = typeOf(call.env, value);
  return type == napi_null || type == napi_undefined;
}

c10::IValue toElement(const Call& call, napi_value value, Kind kind) {
  switch (kind) {
    case Kind::tensor: return call.context->handles.tensor(toHandle(call.env, value, "tensor"));
    case Kind::generator: return call.context->handles.generator(toHandle(call.env, value, "generator"));
    case Kind::scalar: return toScalar(call, value);
    case Kind::integer: return toInteger(call, value);
    case Kind::real: return toReal(call, value);
    case Kind::boolean: return toBoolean(call, value);
    case Kind::string: return toString(call.env, value);
    case Kind::device: return c10::Device(toString(call.env, value));
    case Kind::dtype: return static_cast<int64_t>(parseDtype(toString(call.env, value)));
    case Kind::memoryFormat: return parseMemoryFormat(toString(call.env, value));
    case Kind::layout: return parseLayout(toString(call.env, value));
    case Kind::unsupported: break;
  }
  throw typeProblem("arguments of this type cannot be given from JavaScript");
}

template <typename List, typename Convert>
c10::IValue fill(const Call& call, napi_value value, const Parameter& parameter, List list, Convert convert) {
  bool isArray = false;
  check(call.env, napi_is_array(call.env, value, &isArray));
  if (!isArray) {
    // `int[2] stride`: one number stands for every element.
    if (parameter.fixedLength == 0 || parameter.kind == Kind::tensor) fail(call, value, ("an array for " + parameter.typeName).c_str());
    for (int32_t i = 0; i < parameter.fixedLength; ++i) list.push_back(convert(value));
    return list;
  }
  uint32_t length = 0;
  check(call.env, napi_get_array_length(call.env, value, &length));
  list.reserve(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(call.env, napi_get_element(call.env, value, i, &element));
    list.push_back(convert(element));
  }
  return list;
}

c10::IValue toList(const Call& call, napi_value value, const Parameter& parameter) {
  const auto tensorOf = [&](napi_value element) { return call.context->handles.tensor(toHandle(call.env, element, "tensor")); };
  switch (parameter.kind) {
    case Kind::tensor:
      if (parameter.elementIsOptional)
        return fill(call, value, parameter, c10::List<Optional<at::Tensor>>(), [&](napi_value element) {
          return isNull(call, element) ? Optional<at::Tensor>() : Optional<at::Tensor>(tensorOf(element));
        });
      return fill(call, value, parameter, c10::List<at::Tensor>(), tensorOf);
    case Kind::integer:
      return fill(call, value, parameter, c10::List<int64_t>(), [&](napi_value e) { return toInteger(call, e); });
    case Kind::real:
      return fill(call, value, parameter, c10::List<double>(), [&](napi_value e) { return toReal(call, e); });
    case Kind::boolean:
      return fill(call, value, parameter, c10::List<bool>(), [&](napi_value e) { return toBoolean(call, e); });
    case Kind::scalar:
      return fill(call, value, parameter, c10::impl::GenericList(c10::NumberType::get()),
                  [&](napi_value e) { return c10::IValue(toScalar(call, e)); });
    default: throw typeProblem("lists of this type cannot be given from JavaScript");
  }
}

template <typename Range, typename Convert>
napi_value toArray(napi_env env, const Range& range, Convert convert) {
  napi_value array;
  check(env, napi_create_array_with_length(env, range.size(), &array));
  uint32_t index = 0;
  for (const auto& element : range) check(env, napi_set_element(env, array, index++, convert(element)));
  return array;
}

}  // namespace

c10::IValue toIValue(const Call& call, napi_value value, const Parameter& parameter) {
  if (parameter.kind == Kind::tensor && !parameter.isList) {  // the common case first
    double number = 0;
    if (napi_get_value_double(call.env, value, &number) == napi_ok)
      return call.context->handles.tensor(toHandle(call.env, value, "tensor"));
  }
  const napi_valuetype type = typeOf(call.env, value);
  if (type == napi_undefined) {
    if (parameter.hasDefault) return parameter.defaultValue;
    if (parameter.isOptional) return c10::IValue();
    throw typeProblem("is missing");
  }
  if (type == napi_null) {
    if (parameter.isOptional) return c10::IValue();
    throw typeProblem("expected " + parameter.typeName + ", got null");
  }
  return parameter.isList ? toList(call, value, parameter) : toElement(call, value, parameter.kind);
}

napi_value fromIValue(const Call& call, const c10::IValue& value) {
  napi_env env = call.env;
  if (value.isTensor()) return fromTensor(call, value.toTensor());
  if (value.isNone()) return nullValue(env);
  if (value.isBool()) return fromBoolean(env, value.toBool());
  if (value.isInt()) return fromNumber(env, static_cast<double>(value.toInt()));
  if (value.isDouble()) return fromNumber(env, value.toDouble());
  if (value.isString()) return fromString(env, value.toStringRef());
  if (value.isDevice()) return fromString(env, value.toDevice().str());
  if (value.isTensorList())
    return toArray(env, value.toTensorVector(), [&](const at::Tensor& tensor) { return fromTensor(call, tensor); });
  if (value.isIntList())
    return toArray(env, value.toIntVector(), [&](int64_t element) { return fromNumber(env, static_cast<double>(element)); });
  if (value.isDoubleList())
    return toArray(env, value.toDoubleVector(), [&](double element) { return fromNumber(env, element); });
  if (value.isList())
    return toArray(env, value.toListRef(), [&](const c10::IValue& element) { return fromIValue(call, element); });
  if (value.isTuple())
    return toArray(env, value.toTupleRef().elements(), [&](const c10::IValue& element) { return fromIValue(call, element); });
  throw Problem("ERR_PATCHWORK_RETURN", "returned a " + value.tagKind() + ", which has no JavaScript form");
}

c10::ScalarType parseDtype(const std::string& name) {
  for (const auto& [text, dtype] : kDtypes)
    if (name == text) return dtype;
  throw typeProblem("unknown dtype \"" + name + "\"");
}

const char* dtypeName(c10::ScalarType dtype) {
  for (const auto& [text, candidate] : kDtypes)
    if (candidate == dtype) return text;
  return c10::toString(dtype);
}

std::string describeTensor(const at::Tensor& tensor) {
  if (!tensor.defined()) return "undefined tensor";
  std::ostringstream text;
  text << dtypeName(tensor.scalar_type()) << "[";
  for (int64_t i = 0; i < tensor.dim(); ++i) text << (i ? ", " : "") << tensor.size(i);
  text << "] " << tensor.device().str();
  return text.str();
}

}  // namespace patchwork
