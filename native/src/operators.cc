#include "operators.h"

#include "problem.h"

namespace patchwork {

namespace {

// Names are plain integers to the dispatcher; only the type that the schema was written with tells them.
Kind kindOf(const c10::TypePtr& type, const c10::TypePtr& written) {
  switch (written->kind()) {
    case c10::TypeKind::ScalarTypeType: return Kind::dtype;
    case c10::TypeKind::MemoryFormatType: return Kind::memoryFormat;
    case c10::TypeKind::LayoutType: return Kind::layout;
    default: break;
  }
  if (isIntKind(type->kind())) return Kind::integer;
  switch (type->kind()) {
    case c10::TypeKind::TensorType: return Kind::tensor;
    case c10::TypeKind::NumberType: return Kind::scalar;
    case c10::TypeKind::FloatType: return Kind::real;
    case c10::TypeKind::BoolType: return Kind::boolean;
    case c10::TypeKind::StringType: return Kind::string;
    case c10::TypeKind::DeviceObjType: return Kind::device;
    case c10::TypeKind::GeneratorType: return Kind::generator;
    default: return Kind::unsupported;
  }
}

c10::TypePtr withoutOptional(const c10::TypePtr& type, bool& wasOptional) {
  wasOptional = type->kind() == c10::TypeKind::OptionalType;
  return wasOptional ? type->containedTypes()[0] : type;
}

Parameter describe(const c10::Argument& argument) {
  Parameter parameter{};
  parameter.name = argument.name();
  parameter.typeName = argument.type()->str();
  c10::TypePtr type = withoutOptional(argument.type(), parameter.isOptional);
  if (type->kind() == c10::TypeKind::ListType) {
    parameter.isList = true;
    type = withoutOptional(type->containedTypes()[0], parameter.elementIsOptional);
  }
  bool ignored = false;
  parameter.kind = kindOf(type, withoutOptional(argument.real_type(), ignored));
  parameter.fixedLength = argument.N() ? *argument.N() : 0;
  parameter.hasDefault = static_cast<bool>(argument.default_value());
  if (parameter.hasDefault) parameter.defaultValue = *argument.default_value();
  return parameter;
}

}  // namespace

uint32_t Operators::find(const std::string& name, const std::string& overload) {
  const std::string key = name + "." + overload;
  if (const auto known = indices_.find(key); known != indices_.end()) return known->second;
  auto handle = c10::Dispatcher::singleton().findSchema({name, overload});
  if (!handle) {
    throw Problem("ERR_PATCHWORK_OPERATOR", "LibTorch " TORCH_VERSION " has no operator " + name +
                                                (overload.empty() ? "" : " with overload " + overload));
  }
  const auto colons = name.find("::");
  std::string shortName = colons == std::string::npos ? name : name.substr(colons + 2);
  if (!overload.empty()) shortName += "." + overload;
  auto entry = std::make_unique<Operator>(Operator{*handle, shortName, {}, {}});
  for (const auto& argument : handle->schema().arguments()) entry->parameters.push_back(describe(argument));
  for (const auto& result : handle->schema().returns())
    entry->returnIsArgument.push_back(result.alias_info() && result.alias_info()->isWrite());
  const auto index = static_cast<uint32_t>(operators_.size());
  operators_.push_back(std::move(entry));
  indices_.emplace(key, index);
  return index;
}

const Operator& Operators::at(int64_t index) const {
  if (index < 0 || static_cast<size_t>(index) >= operators_.size()) throw typeProblem("expected an operator index, got something else");
  return *operators_[index];
}

}  // namespace patchwork
