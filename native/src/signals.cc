// Answers to Ctrl-C and the like, written as soon as they come: while the main thread computes, JavaScript hears of no signal.
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <csignal>
#include <cstring>

#include "call.h"

namespace patchwork {

namespace {

// Handlers may touch nothing that is being changed: all is written before they are installed.
struct sigaction before[NSIG];
char answer[512];
size_t length = 0;
std::atomic<bool> isAnswered{true};

void answerOnce(int signal, siginfo_t* info, void* context) {
  const int error = errno;
  if (!isAnswered.exchange(true)) {
    const ssize_t written = write(STDERR_FILENO, answer, length);
    static_cast<void>(written);
  }
  errno = error;
  const struct sigaction& next = before[signal];
  if (next.sa_flags & SA_SIGINFO) {
    next.sa_sigaction(signal, info, context);
  } else if (next.sa_handler != SIG_DFL && next.sa_handler != SIG_IGN) {
    next.sa_handler(signal);
  }
}

bool isOurs(const struct sigaction& action) { return (action.sa_flags & SA_SIGINFO) && action.sa_sigaction == answerOnce; }

// answerSignals(text): of SIGINT and SIGTERM, where a handler of Node listens, which is called next. Once, until called again.
napi_value answerSignals(Call& call) {
  const std::string text = call.string(0).substr(0, sizeof answer);
  isAnswered = true;
  std::memcpy(answer, text.data(), text.size());
  length = text.size();
  for (const int signal : {SIGINT, SIGTERM}) {
    struct sigaction now;
    if (sigaction(signal, nullptr, &now) != 0 || isOurs(now)) continue;
    if (!(now.sa_flags & SA_SIGINFO) && (now.sa_handler == SIG_DFL || now.sa_handler == SIG_IGN)) continue;
    before[signal] = now;
    struct sigaction ours = now;
    ours.sa_flags |= SA_SIGINFO;
    ours.sa_sigaction = answerOnce;
    sigaction(signal, &ours, nullptr);
  }
  isAnswered = false;
  return undefinedValue(call.env);
}

}  // namespace

std::vector<Export> signalExports() { return {{"answerSignals", entry<answerSignals>}}; }

}  // namespace patchwork
