// What the addon throws: the name of the JavaScript error class, a machine-readable code, and the message.
#pragma once

#include <stdexcept>
#include <string>

namespace patchwork {

struct Problem : std::runtime_error {
  const char* code;
  bool isTypeError;
  Problem(const char* code, const std::string& message, bool isTypeError = false)
      : std::runtime_error(message), code(code), isTypeError(isTypeError) {}
};

inline Problem typeProblem(const std::string& message) { return Problem("ERR_PATCHWORK_TYPE", message, true); }
inline Problem disposedProblem(const std::string& message) { return Problem("ERR_PATCHWORK_DISPOSED", message); }

// A JavaScript exception is already pending in the environment: unwind without replacing it.
struct PendingException {};

}  // namespace patchwork
