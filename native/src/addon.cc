// Registration: one Context per environment (main thread or worker), freed when the environment ends.
#include "call.h"

namespace patchwork {

void installAllocator();
void registerBatchNorm();

namespace {

void registerAll(napi_env env, napi_value exports, Context* context) {
  for (const auto& list : {dispatchExports(), tensorExports(), autogradExports(), modeExports(), randomExports(), signalExports(), memoryExports()}) {
    for (const Export& item : list) {
      napi_value function;
      check(env, napi_create_function(env, item.name, NAPI_AUTO_LENGTH, item.callback, context, &function));
      check(env, napi_set_named_property(env, exports, item.name, function));
    }
  }
}

}  // namespace
}  // namespace patchwork

NAPI_MODULE_INIT() {
  using namespace patchwork;
  try {
    // Reads TORCH_CPP_LOG_LEVEL, as PyTorch does when it is imported.
    c10::initLogging();
    installAllocator();
    registerBatchNorm();
    auto* context = new Context();
    check(env, napi_set_instance_data(env, context, [](napi_env, void* data, void*) { delete static_cast<Context*>(data); }, nullptr));
    registerAll(env, exports, context);
  } catch (...) {
    throwCurrentException(env);
  }
  return exports;
}
