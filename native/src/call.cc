#include "call.h"

#include <cmath>
#include <new>

namespace patchwork {

void check(napi_env env, napi_status status) {
  if (status == napi_ok) return;
  bool pending = false;
  napi_is_exception_pending(env, &pending);
  if (pending) throw PendingException{};
  const napi_extended_error_info* info = nullptr;
  napi_get_last_error_info(env, &info);
  throw Problem("ERR_PATCHWORK_NODE_API", info && info->error_message ? info->error_message : "Node-API call failed");
}

Call::Call(napi_env env, napi_callback_info info) : env(env) {
  void* data = nullptr;
  check(env, napi_get_cb_info(env, info, &count, arguments, nullptr, &data));
  context = static_cast<Context*>(data);
  if (count > kMaxArguments) throw typeProblem("too many arguments: " + std::to_string(count));
}

napi_valuetype typeOf(napi_env env, napi_value value) {
  napi_valuetype type;
  check(env, napi_typeof(env, value, &type));
  return type;
}

std::string toString(napi_env env, napi_value value) {
  size_t length = 0;
  if (napi_get_value_string_utf8(env, value, nullptr, 0, &length) != napi_ok)
    throw typeProblem("expected a string, got " + describeValue(env, value));
  std::string text(length, '\0');
  check(env, napi_get_value_string_utf8(env, value, text.data(), length + 1, &length));
  return text;
}

std::string describeValue(napi_env env, napi_value value) {
  bool isArray = false;
  napi_is_array(env, value, &isArray);
  if (isArray) return "an array";
  switch (typeOf(env, value)) {
    case napi_undefined: return "undefined";
    case napi_null: return "null";
    case napi_boolean: return "a boolean";
    case napi_number: {
      double number = 0;
      napi_get_value_double(env, value, &number);
      std::string text = std::to_string(number);
      if (number == std::trunc(number) && std::abs(number) < 1e15) text = std::to_string(static_cast<int64_t>(number));
      return "the number " + text;
    }
    case napi_string: return "the string \"" + toString(env, value) + "\"";
    case napi_bigint: return "a bigint";
    case napi_function: return "a function";
    case napi_symbol: return "a symbol";
    default: return "an object";
  }
}

double Call::number(size_t index) const {
  double value = 0;
  if (index >= count || napi_get_value_double(env, arguments[index], &value) != napi_ok)
    throw typeProblem("argument " + std::to_string(index + 1) + ": expected a number, got " +
                      (index < count ? describeValue(env, arguments[index]) : "nothing"));
  return value;
}

int64_t Call::integer(size_t index) const {
  const double value = number(index);
  if (value != std::trunc(value) || std::abs(value) > 9007199254740991.0)
    throw typeProblem("argument " + std::to_string(index + 1) + ": expected an integer, got " + std::to_string(value));
  return static_cast<int64_t>(value);
}

bool Call::boolean(size_t index) const {
  bool value = false;
  if (index >= count || napi_get_value_bool(env, arguments[index], &value) != napi_ok)
    throw typeProblem("argument " + std::to_string(index + 1) + ": expected a boolean, got " +
                      (index < count ? describeValue(env, arguments[index]) : "nothing"));
  return value;
}

std::string Call::string(size_t index) const {
  if (index >= count) throw typeProblem("argument " + std::to_string(index + 1) + ": expected a string, got nothing");
  return toString(env, arguments[index]);
}

bool Call::isNullish(size_t index) const {
  if (index >= count) return true;
  const napi_valuetype type = typeOf(env, arguments[index]);
  return type == napi_undefined || type == napi_null;
}

std::optional<Handle> asHandle(napi_env env, napi_value value) {
  double number = 0;
  if (napi_get_value_double(env, value, &number) != napi_ok) return std::nullopt;
  // Beyond 64 bits the conversion would be undefined, and beyond 53 a handle would not be exact.
  if (!(number >= 0) || number > 9007199254740991.0 || number != std::trunc(number)) return std::nullopt;
  return static_cast<Handle>(number);
}

Handle toHandle(napi_env env, napi_value value, const char* expected) {
  if (const auto handle = asHandle(env, value)) return *handle;
  throw typeProblem(std::string("expected a ") + expected + ", got " + describeValue(env, value));
}

Handle Call::handle(size_t index) const {
  if (index >= count) throw typeProblem("argument " + std::to_string(index + 1) + ": expected a tensor, got nothing");
  return toHandle(env, arguments[index], "tensor");
}

std::vector<Handle> Call::handleList(size_t index) const {
  bool isArray = false;
  if (index < count) check(env, napi_is_array(env, arguments[index], &isArray));
  if (!isArray) throw typeProblem("argument " + std::to_string(index + 1) + ": expected an array of tensors");
  uint32_t length = 0;
  check(env, napi_get_array_length(env, arguments[index], &length));
  std::vector<Handle> handles(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    check(env, napi_get_element(env, arguments[index], i, &element));
    handles[i] = toHandle(env, element, "tensor");
  }
  return handles;
}

std::vector<at::Tensor> Call::tensorList(size_t index) const {
  std::vector<at::Tensor> tensors;
  for (const Handle handle : handleList(index)) tensors.push_back(context->handles.tensor(handle));
  return tensors;
}

std::vector<int64_t> Call::integers(size_t index) const {
  bool isArray = false;
  if (index < count) check(env, napi_is_array(env, arguments[index], &isArray));
  if (!isArray) throw typeProblem("argument " + std::to_string(index + 1) + ": expected an array of integers");
  uint32_t length = 0;
  check(env, napi_get_array_length(env, arguments[index], &length));
  std::vector<int64_t> values(length);
  for (uint32_t i = 0; i < length; ++i) {
    napi_value element;
    double value = 0;
    check(env, napi_get_element(env, arguments[index], i, &element));
    if (napi_get_value_double(env, element, &value) != napi_ok || value != std::trunc(value) ||
        std::abs(value) > 9007199254740991.0)
      throw typeProblem("expected an integer, got " + describeValue(env, element));
    values[i] = static_cast<int64_t>(value);
  }
  return values;
}

napi_value fromNumber(napi_env env, double value) {
  napi_value result;
  check(env, napi_create_double(env, value, &result));
  return result;
}

napi_value fromBoolean(napi_env env, bool value) {
  napi_value result;
  check(env, napi_get_boolean(env, value, &result));
  return result;
}

napi_value fromString(napi_env env, const std::string& value) {
  napi_value result;
  check(env, napi_create_string_utf8(env, value.data(), value.size(), &result));
  return result;
}

napi_value undefinedValue(napi_env env) {
  napi_value result;
  check(env, napi_get_undefined(env, &result));
  return result;
}

napi_value nullValue(napi_env env) {
  napi_value result;
  check(env, napi_get_null(env, &result));
  return result;
}

napi_value fromTensor(const Call& call, at::Tensor tensor) {
  if (!tensor.defined()) return nullValue(call.env);
  return fromNumber(call.env, static_cast<double>(call.context->handles.add(std::move(tensor))));
}

Problem currentProblem() {
  try {
    throw;
  } catch (const Problem& problem) {
    return problem;
  } catch (const c10::OutOfMemoryError& error) {  // of a GPU
    return Problem("ERR_PATCHWORK_MEMORY", error.what_without_backtrace());
  } catch (const c10::Error& error) {
    return Problem("ERR_PATCHWORK_TORCH", error.what_without_backtrace());
  } catch (const std::bad_alloc&) {
    return Problem("ERR_PATCHWORK_MEMORY", "out of memory");
  } catch (const std::exception& error) {
    return Problem("ERR_PATCHWORK_TORCH", error.what());
  } catch (...) {
    return Problem("ERR_PATCHWORK_TORCH", "LibTorch threw something that is not an exception");
  }
}

void throwCurrentException(napi_env env) {
  try {
    throw;
  } catch (const PendingException&) {
  } catch (...) {
    const Problem problem = currentProblem();
    if (problem.isTypeError) napi_throw_type_error(env, problem.code, problem.what());
    else napi_throw_error(env, problem.code, problem.what());
  }
}

}  // namespace patchwork
