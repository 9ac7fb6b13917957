// Automatic differentiation: LibTorch's engine, and the grad field of leaves.
#include "convert.h"

namespace patchwork {

namespace {

torch::autograd::variable_list optionalTensors(const Call& call, size_t index) {
  if (call.isNullish(index)) return {};
  return call.tensorList(index);
}

// backward(roots, gradients | null, retainGraph, createGraph)
napi_value backward(Call& call) {
  torch::autograd::backward(call.tensorList(0), optionalTensors(call, 1), call.boolean(2), call.boolean(3));
  return undefinedValue(call.env);
}

// grad(outputs, inputs, gradients | null, retainGraph, createGraph, allowUnused) -> tensors, null where unused
napi_value grad(Call& call) {
  const auto gradients = torch::autograd::grad(call.tensorList(0), call.tensorList(1), optionalTensors(call, 2),
                                               call.boolean(3), call.boolean(4), call.boolean(5));
  napi_value array;
  check(call.env, napi_create_array_with_length(call.env, gradients.size(), &array));
  for (uint32_t i = 0; i < gradients.size(); ++i)
    check(call.env, napi_set_element(call.env, array, i, fromTensor(call, gradients[i])));
  return array;
}

napi_value gradient(Call& call) { return fromTensor(call, call.tensor(0).grad()); }

// setGradient(tensor, gradient | null)
napi_value setGradient(Call& call) {
  at::Tensor tensor = call.tensor(0), gradient;
  if (call.count < 2 || typeOf(call.env, call.arguments[1]) != napi_null) {
    gradient = call.tensor(1);
    const bool fits = gradient.sizes() == tensor.sizes();
    if (!fits || gradient.scalar_type() != tensor.scalar_type() || gradient.device() != tensor.device())
      throw Problem(fits ? "ERR_PATCHWORK_TYPE" : "ERR_PATCHWORK_SHAPE",
                    "grad: expected " + describeTensor(tensor) + ", got " + describeTensor(gradient), fits);
  }
  tensor.mutable_grad() = gradient;
  return undefinedValue(call.env);
}

// clearGradients(tensors): the next backward makes new gradients instead of adding to old ones.
napi_value clearGradients(Call& call) {
  for (at::Tensor tensor : call.tensorList(0)) tensor.mutable_grad() = at::Tensor();
  return undefinedValue(call.env);
}

napi_value requiresGrad(Call& call) { return fromBoolean(call.env, call.tensor(0).requires_grad()); }
napi_value isLeaf(Call& call) { return fromBoolean(call.env, call.tensor(0).is_leaf()); }

napi_value setRequiresGrad(Call& call) {
  at::Tensor tensor = call.tensor(0);
  tensor.set_requires_grad(call.boolean(1));
  return undefinedValue(call.env);
}

}  // namespace

std::vector<Export> autogradExports() {
  return {{"backward", entry<backward>},
          {"grad", entry<grad>},
          {"gradient", entry<gradient>},
          {"setGradient", entry<setGradient>},
          {"clearGradients", entry<clearGradients>},
          {"requiresGrad", entry<requiresGrad>},
          {"isLeaf", entry<isLeaf>},
          {"setRequiresGrad", entry<setRequiresGrad>}};
}

}  // namespace patchwork
