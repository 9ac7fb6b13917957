// One call from JavaScript: typed access to its arguments, and the single place where C++ exceptions become errors.
#pragma once

#include <node_api.h>

#include <optional>
#include <string>
#include <vector>

#include "context.h"

namespace patchwork {

inline constexpr size_t kMaxArguments = 32;

class Call {
 public:
  Call(napi_env env, napi_callback_info info);

  napi_env env;
  Context* context = nullptr;
  size_t count = kMaxArguments;
  napi_value arguments[kMaxArguments];

  double number(size_t index) const;
  int64_t integer(size_t index) const;
  bool boolean(size_t index) const;
  std::string string(size_t index) const;
  bool isNullish(size_t index) const;
  Handle handle(size_t index) const;
  const at::Tensor& tensor(size_t index) const { return context->handles.tensor(handle(index)); }
  std::vector<Handle> handleList(size_t index) const;
  std::vector<at::Tensor> tensorList(size_t index) const;
  std::vector<int64_t> integers(size_t index) const;
};

void check(napi_env env, napi_status status);
napi_valuetype typeOf(napi_env env, napi_value value);
std::string toString(napi_env env, napi_value value);
std::string describeValue(napi_env env, napi_value value);  // for messages: "a string", "an array", "null"
std::optional<Handle> asHandle(napi_env env, napi_value value);  // nothing for what cannot be one
Handle toHandle(napi_env env, napi_value value, const char* expected);

napi_value fromNumber(napi_env env, double value);
napi_value fromBoolean(napi_env env, bool value);
napi_value fromString(napi_env env, const std::string& value);
napi_value fromTensor(const Call& call, at::Tensor tensor);  // undefined tensor: null
napi_value undefinedValue(napi_env env);
napi_value nullValue(napi_env env);

// Both inside a catch block: what was thrown, as a problem; and thrown again, as a JavaScript error.
Problem currentProblem();
void throwCurrentException(napi_env env);

// Wraps `napi_value function(Call&)` as a Node-API callback.
template <napi_value (*function)(Call&)>
napi_value entry(napi_env env, napi_callback_info info) {
  try {
    Call call(env, info);
    return function(call);
  } catch (...) {
    throwCurrentException(env);
    return nullptr;
  }
}

struct Export {
  const char* name;
  napi_callback callback;
};

std::vector<Export> dispatchExports();
std::vector<Export> tensorExports();
std::vector<Export> autogradExports();
std::vector<Export> modeExports();
std::vector<Export> randomExports();
std::vector<Export> signalExports();
std::vector<Export> memoryExports();

}  // namespace patchwork
