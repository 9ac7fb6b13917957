// JavaScript values to and from IValues, led by the operator's live schema.
#pragma once

#include "call.h"

namespace patchwork {

c10::IValue toIValue(const Call& call, napi_value value, const Parameter& parameter);
napi_value fromIValue(const Call& call, const c10::IValue& value);

c10::ScalarType parseDtype(const std::string& name);
const char* dtypeName(c10::ScalarType dtype);
std::string describeTensor(const at::Tensor& tensor);  // "float32[8, 3, 32, 32] cpu"

}  // namespace patchwork
