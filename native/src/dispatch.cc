// The boxed call: operator index and arguments in, results out. Everything else in the addon is there for this.
#include <algorithm>

#include "convert.h"

namespace patchwork {

namespace {

// What a value given for a tensor or a list of tensors is; empty where it is neither.
std::string describeGiven(const Call& call, napi_value value) {
  const Handles& handles = call.context->handles;
  if (const auto handle = asHandle(call.env, value)) return handles.isLive(*handle) ? describeTensor(handles.tensor(*handle)) : "";
  bool isArray = false;
  uint32_t length = 0;
  if (napi_is_array(call.env, value, &isArray) != napi_ok || !isArray) return "";
  check(call.env, napi_get_array_length(call.env, value, &length));
  constexpr uint32_t kShown = 4;
  std::string text = "[";
  for (uint32_t i = 0; i < std::min(length, kShown); ++i) {
    napi_value element;
    check(call.env, napi_get_element(call.env, value, i, &element));
    text += (i ? ", " : "") + describeGiven(call, element);
  }
  return text + (length > kShown ? ", ...]" : "]");
}

// "conv2d: Given groups=1 ... (input: float32[8, 3, 32, 32] cpu, weight: ...)": what LibTorch said, and to whom.
std::string describeFailure(const Call& call, const Operator& op, const std::string& message) {
  std::string given;
  for (size_t i = 0; i < op.parameters.size() && i + 1 < call.count; ++i) {
    if (op.parameters[i].kind != Kind::tensor) continue;
    const std::string text = describeGiven(call, call.arguments[i + 1]);
    if (!text.empty()) given += (given.empty() ? "" : ", ") + op.parameters[i].name + ": " + text;
  }
  return op.name + ": " + message + (given.empty() ? "" : " (" + given + ")");
}

napi_value givenArgument(const Call& call, const Operator& op, const at::Tensor& result) {
  for (size_t i = 0; i < op.parameters.size() && i + 1 < call.count; ++i) {
    if (op.parameters[i].kind != Kind::tensor || op.parameters[i].isList || call.isNullish(i + 1)) continue;
    if (call.tensor(i + 1).is_same(result)) return call.arguments[i + 1];
  }
  return fromTensor(call, result);
}

napi_value result(const Call& call, const Operator& op, const c10::IValue& value, size_t index) {
  return op.returnIsArgument[index] && value.isTensor() ? givenArgument(call, op, value.toTensor()) : fromIValue(call, value);
}

// call(operator, ...arguments): trailing arguments may be left out, `undefined` takes the schema's default.
napi_value call(Call& call) {
  const Operator& op = call.context->operators.at(call.integer(0));
  const size_t given = call.count - 1;
  if (given > op.parameters.size())
    throw typeProblem(op.name + ": takes " + std::to_string(op.parameters.size()) + " arguments, got " + std::to_string(given));
  torch::jit::Stack stack;
  stack.reserve(op.parameters.size());
  for (size_t i = 0; i < op.parameters.size(); ++i) {
    const Parameter& parameter = op.parameters[i];
    try {
      if (i < given) stack.push_back(toIValue(call, call.arguments[i + 1], parameter));
      else if (parameter.hasDefault) stack.push_back(parameter.defaultValue);
      else if (parameter.isOptional) stack.emplace_back();
      else throw typeProblem("is missing");
    } catch (const Problem& problem) {
      throw Problem(problem.code, op.name + ": " + parameter.name + ": " + problem.what(), problem.isTypeError);
    }
  }
  try {
    op.handle.callBoxed(&stack);
  } catch (...) {
    const Problem problem = currentProblem();
    throw Problem(problem.code, describeFailure(call, op, problem.what()), problem.isTypeError);
  }
  if (stack.empty()) return undefinedValue(call.env);
  if (stack.size() == 1) return result(call, op, stack[0], 0);
  napi_value results;
  check(call.env, napi_create_array_with_length(call.env, stack.size(), &results));
  for (size_t i = 0; i < stack.size(); ++i)
    check(call.env, napi_set_element(call.env, results, static_cast<uint32_t>(i), result(call, op, stack[i], i)));
  return results;
}

napi_value findOperator(Call& call) {
  return fromNumber(call.env, call.context->operators.find(call.string(0), call.string(1)));
}

napi_value operatorSchema(Call& call) {
  std::ostringstream text;
  text << call.context->operators.at(call.integer(0)).handle.schema();
  return fromString(call.env, text.str());
}

napi_value operatorNames(Call& call) {
  std::vector<std::string> names;
  for (const auto& name : c10::Dispatcher::singleton().getAllOpNames())
    if (c10::Dispatcher::singleton().findSchema(name))
      names.push_back(name.name + (name.overload_name.empty() ? "" : "." + name.overload_name));
  napi_value array;
  check(call.env, napi_create_array_with_length(call.env, names.size(), &array));
  for (uint32_t i = 0; i < names.size(); ++i) check(call.env, napi_set_element(call.env, array, i, fromString(call.env, names[i])));
  return array;
}

}  // namespace

std::vector<Export> dispatchExports() {
  return {{"call", entry<call>},
          {"findOperator", entry<findOperator>},
          {"operatorSchema", entry<operatorSchema>},
          {"operatorNames", entry<operatorNames>}};
}

}  // namespace patchwork
