// Operators found in LibTorch's dispatcher, with what their live schema says about arguments and returns.
#pragma once

#include "torch.h"

#include <string>
#include <unordered_map>
#include <vector>

namespace patchwork {

// Of these, dtype, memoryFormat and layout are integers in LibTorch and names in JavaScript: LibTorch does not check them.
enum class Kind { tensor, scalar, integer, real, boolean, string, device, generator, dtype, memoryFormat, layout, unsupported };

struct Parameter {
  std::string name;
  Kind kind;
  bool isList;
  bool isOptional;          // the value itself may be null
  bool elementIsOptional;   // elements of the list may be null
  int32_t fixedLength;      // of `int[2]`, where one number stands for all; 0: any
  bool hasDefault;
  c10::IValue defaultValue;
  std::string typeName;
};

struct Operator {
  c10::OperatorHandle handle;
  std::string name;  // "conv2d", "add.Tensor"
  std::vector<Parameter> parameters;
  std::vector<bool> returnIsArgument;  // in-place and out variants return what they were given
};

class Operators {
 public:
  // The index of `aten::add` with overload `Tensor`; throws naming it when this LibTorch has no such operator.
  uint32_t find(const std::string& name, const std::string& overload);
  const Operator& at(int64_t index) const;

 private:
  std::vector<std::unique_ptr<Operator>> operators_;
  std::unordered_map<std::string, uint32_t> indices_;
};

}  // namespace patchwork
