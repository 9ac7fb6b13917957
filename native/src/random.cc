// Random number generators as handles: seeded, saved and restored; never LibTorch's global one.
#include <cstring>
#include <mutex>

#include "convert.h"

namespace patchwork {

namespace {

at::Generator generatorAt(const Call& call, size_t index) {
  return call.context->handles.generator(toHandle(call.env, call.arguments[index], "generator"));
}

// newGenerator(device, seed)
napi_value newGenerator(Call& call) {
  const c10::Device device(call.string(0));
  at::Generator generator = at::globalContext().defaultGenerator(device).clone();
  generator.set_current_seed(static_cast<uint64_t>(call.integer(1)));
  return fromNumber(call.env, static_cast<double>(call.context->handles.add(std::move(generator))));
}

napi_value seedGenerator(Call& call) {
  at::Generator generator = generatorAt(call, 0);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_current_seed(static_cast<uint64_t>(call.integer(1)));
  return undefinedValue(call.env);
}

// The state as a uint8 tensor, as torch.Generator.get_state() gives it.
napi_value generatorState(Call& call) {
  at::Generator generator = generatorAt(call, 0);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  return fromTensor(call, generator.get_state());
}

napi_value setGeneratorState(Call& call) {
  at::Generator generator = generatorAt(call, 0);
  const std::lock_guard<std::mutex> lock(generator.mutex());
  generator.set_state(call.tensor(1));
  return undefinedValue(call.env);
}

}  // namespace

std::vector<Export> randomExports() {
  return {{"newGenerator", entry<newGenerator>},
          {"seedGenerator", entry<seedGenerator>},
          {"generatorState", entry<generatorState>},
          {"setGeneratorState", entry<setGeneratorState>}};
}

}  // namespace patchwork
