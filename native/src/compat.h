// What differs between the LibTorch versions this addon compiles against (1.13 to 2.x). Nothing else tests versions.
#pragma once

#define PATCHWORK_TORCH_AT_LEAST(major, minor) \
  (TORCH_VERSION_MAJOR > (major) || (TORCH_VERSION_MAJOR == (major) && TORCH_VERSION_MINOR >= (minor)))

namespace patchwork {

// c10::optional became std::optional in 2.4.
#if PATCHWORK_TORCH_AT_LEAST(2, 4)
template <typename T>
using Optional = std::optional<T>;
#else
template <typename T>
using Optional = c10::optional<T>;
#endif

// Allocator::allocate lost its const in 2.3, and two functions became pure virtual.
#if PATCHWORK_TORCH_AT_LEAST(2, 3)
#define PATCHWORK_ALLOCATE_CONST
#else
#define PATCHWORK_ALLOCATE_CONST const
#endif

struct AutocastState {
  bool enabled;
  c10::ScalarType dtype;
};

// Autocast of any device took a device in 2.4. The dtype is set first: only that can be refused.
inline AutocastState autocastState(c10::DeviceType device) {
#if PATCHWORK_TORCH_AT_LEAST(2, 4)
  return {at::autocast::is_autocast_enabled(device), at::autocast::get_autocast_dtype(device)};
#else
  if (device == c10::DeviceType::CUDA) return {at::autocast::is_enabled(), at::autocast::get_autocast_gpu_dtype()};
  return {at::autocast::is_cpu_enabled(), at::autocast::get_autocast_cpu_dtype()};
#endif
}

inline void setAutocast(c10::DeviceType device, AutocastState state) {
#if PATCHWORK_TORCH_AT_LEAST(2, 4)
  at::autocast::set_autocast_dtype(device, state.dtype);
  at::autocast::set_autocast_enabled(device, state.enabled);
#else
  if (device == c10::DeviceType::CUDA) {
    at::autocast::set_autocast_gpu_dtype(state.dtype);
    at::autocast::set_enabled(state.enabled);
  } else {
    at::autocast::set_autocast_cpu_dtype(state.dtype);
    at::autocast::set_cpu_enabled(state.enabled);
  }
#endif
}

// The kinds of integers in schemas: symbolic integers joined in 2.0 and take plain ones.
inline bool isIntKind(c10::TypeKind kind) {
#if PATCHWORK_TORCH_AT_LEAST(1, 13)
  return kind == c10::TypeKind::IntType || kind == c10::TypeKind::SymIntType ||
         kind == c10::TypeKind::ScalarTypeType || kind == c10::TypeKind::LayoutType ||
         kind == c10::TypeKind::MemoryFormatType;
#else
  return kind == c10::TypeKind::IntType;
#endif
}

}  // namespace patchwork
