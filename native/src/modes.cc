// Thread-local modes and process-wide settings: gradients, inference, autocast, threads, determinism, versions.
#include "convert.h"

namespace patchwork {

namespace {

// OpenMP ends the process where the system refuses it a thread: many more than processors are a slip of the keyboard.
constexpr int64_t kMostThreads = 1024;

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

// enterAutocast(device, enabled, dtype): eligible operators run in dtype; weights are cast once and cached until the outermost
// region is left.
napi_value enterAutocast(Call& call) {
  const c10::Device device(call.string(0));
  const bool enabled = call.boolean(1);
  const c10::ScalarType dtype = parseDtype(call.string(2));
  const bool hasAutocast = device.is_cpu() || device.is_cuda();
  if (enabled && !hasAutocast) throw typeProblem("autocast: expected a device of the type cpu or cuda, got " + device.str());
  if (enabled && dtype != at::kBFloat16 && dtype != at::kHalf)
    throw typeProblem(std::string("autocast: expected the dtype bfloat16 or float16, got ") + dtypeName(dtype));
  call.context->autocastRegions.push_back(hasAutocast ? std::make_unique<AutocastRegion>(device.type(), enabled, dtype) : nullptr);
  return undefinedValue(call.env);
}

napi_value leaveAutocast(Call& call) {
  if (call.context->autocastRegions.empty()) throw Problem("ERR_PATCHWORK_MODE", "autocast is not on");
  call.context->autocastRegions.pop_back();
  return undefinedValue(call.env);
}

napi_value setThreads(Call& call) {
  const int64_t threads = call.integer(0);
  if (threads < 1 || threads > kMostThreads)
    throw typeProblem("expected 1 to " + std::to_string(kMostThreads) + " threads, got " + std::to_string(threads));
  at::set_num_threads(static_cast<int>(threads));
  return undefinedValue(call.env);
}
napi_value threads(Call& call) { return fromNumber(call.env, at::get_num_threads()); }

napi_value version(Call& call) { return fromString(call.env, TORCH_VERSION); }
napi_value buildConfiguration(Call& call) { return fromString(call.env, at::show_config()); }
napi_value parallelInfo(Call& call) { return fromString(call.env, at::get_parallel_info()); }
int numberOfGpus() { return at::hasCUDA() ? at::detail::getCUDAHooks().getNumGPUs() : 0; }

napi_value cudaDevices(Call& call) { return fromNumber(call.env, numberOfGpus()); }

// Of the current device, by its compute capability.
napi_value cudaHasBfloat16(Call& call) {
  return fromBoolean(call.env, numberOfGpus() > 0 && at::detail::getCUDAHooks().supportsBFloat16ConvolutionWithCuDNNv8());
}

// synchronize(device): waits for all that was queued there; what runs on the CPU is done when a call returns.
napi_value synchronize(Call& call) {
  const c10::Device device(call.string(0));
  if (device.is_cuda()) {
    const auto& hooks = at::detail::getCUDAHooks();
    hooks.deviceSynchronize(device.has_index() ? device.index() : hooks.current_device());
  }
  return undefinedValue(call.env);
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
          {"version", entry<version>},
          {"buildConfiguration", entry<buildConfiguration>},
          {"parallelInfo", entry<parallelInfo>},
          {"cudaDevices", entry<cudaDevices>},
          {"cudaHasBfloat16", entry<cudaHasBfloat16>},
          {"synchronize", entry<synchronize>}};
}

}  // namespace patchwork
