// Thread-local modes and process-wide settings: gradients, inference, autocast, threads, determinism, versions.
#include "convert.h"

namespace patchwork {

namespace {

napi_value setGradEnabled(Call& call) {
  const bool before = at::GradMode::is_enabled();
  at::GradMode::set_enabled(call.boolean(0));
  return fromBoolean(call.env, before);
}

napi_value enterInference(Call& call) {
  call.context->inferenceModes.push_back(std::make_unique<c10::InferenceMode>(true));
  return undefinedValue(call.env);
}

napi_value leaveInference(Call& call) {
  if (call.context->inferenceModes.empty()) throw Problem("ERR_PATCHWORK_MODE", "inference mode is not on");
  call.context->inferenceModes.pop_back();
  return undefinedValue(call.env);
}

// enterAutocast(device, dtype): eligible operators run in dtype; weights are cast once and cached until the outermost leave.
napi_value enterAutocast(Call& call) {
  at::autocast::increment_nesting();
  setAutocast(c10::Device(call.string(0)).type(), true, parseDtype(call.string(1)));
  return undefinedValue(call.env);
}

napi_value leaveAutocast(Call& call) {
  setAutocast(c10::Device(call.string(0)).type(), false, parseDtype(call.string(1)));
  if (at::autocast::decrement_nesting() == 0) at::autocast::clear_cache();
  return undefinedValue(call.env);
}

napi_value setThreads(Call& call) {
  const int64_t threads = call.integer(0);
  if (threads < 1) throw typeProblem("expected at least 1 thread, got " + std::to_string(threads));
  at::set_num_threads(static_cast<int>(threads));
  return undefinedValue(call.env);
}
napi_value threads(Call& call) { return fromNumber(call.env, at::get_num_threads()); }

napi_value setDeterministic(Call& call) {
  at::globalContext().setDeterministicAlgorithms(call.boolean(0), false);
  return undefinedValue(call.env);
}

napi_value version(Call& call) { return fromString(call.env, TORCH_VERSION); }
napi_value buildConfiguration(Call& call) { return fromString(call.env, at::show_config()); }
napi_value parallelInfo(Call& call) { return fromString(call.env, at::get_parallel_info()); }
napi_value cudaDevices(Call& call) {
  return fromNumber(call.env, at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0);
}

}  // namespace

std::vector<Export> modeExports() {
  return {{"setGradEnabled", entry<setGradEnabled>},
          {"enterInference", entry<enterInference>},
          {"leaveInference", entry<leaveInference>},
          {"enterAutocast", entry<enterAutocast>},
          {"leaveAutocast", entry<leaveAutocast>},
          {"setThreads", entry<setThreads>},
          {"threads", entry<threads>},
          {"setDeterministic", entry<setDeterministic>},
          {"version", entry<version>},
          {"buildConfiguration", entry<buildConfiguration>},
          {"parallelInfo", entry<parallelInfo>},
          {"cudaDevices", entry<cudaDevices>}};
}

}  // namespace patchwork
