// Batch normalization in training, for maps in memory as rows of channels: the operator patchwork::train_batch_norm.
//
// LibTorch 1.13's own took 44 % of a PyramidNet's training step. Here the statistics come from one reading: a piece that
// stays in the processor's cache gives its mean and the squares about it, and pieces are put together as in Chan, Golub
// and LeVeque, "Updating formulae and a pairwise algorithm for computing sample variances" (1979). Pieces are the same
// for any number of threads, and so are the bytes.
#include <algorithm>
#include <cmath>
#include <vector>

#include "batch-norm-rows.h"
#include "torch.h"

namespace patchwork {

namespace {

// What stays in a processor's cache, but of wide rows enough for what is done once a piece not to count.
constexpr int64_t valuesOfPiece = 32768;
constexpr int64_t leastRows = 64;

struct Pieces {
  int64_t rows, channels, period, rowsOfPiece, count;

  explicit Pieces(const at::Tensor& map) : channels(map.size(1)) {
    rows = map.numel() / channels;
    period = rowsOfPeriod(channels) * channels;
    rowsOfPiece = std::max(leastRows, valuesOfPiece / channels);
    count = (rows + rowsOfPiece - 1) / rowsOfPiece;
  }

  // body(index of the piece, its first value, how many values), on several threads.
  template <typename Body>
  void each(const Body& body) const {
    at::parallel_for(0, count, 1, [&](int64_t begin, int64_t end) {
      for (int64_t piece = begin; piece < end; ++piece) body(piece, piece * rowsOfPiece * channels, rowsIn(piece) * channels);
    });
  }

  int64_t rowsIn(int64_t piece) const { return std::min(rowsOfPiece, rows - piece * rowsOfPiece); }

  // What is known for each channel, once for every value of the period.
  std::vector<float> repeat(const float* ofChannel) const {
    std::vector<float> repeated(period);
    for (int64_t p = 0; p < period; p += channels) std::copy_n(ofChannel, channels, &repeated[p]);
    return repeated;
  }

  // The sums of a period's values, as sums of channels.
  void fold(const std::vector<float>& ofPeriod, float* ofChannel) const {
    std::copy_n(ofPeriod.data(), channels, ofChannel);
    for (int64_t p = channels; p < period; p += channels)
      for (int64_t c = 0; c < channels; ++c) ofChannel[c] += ofPeriod[p + c];
  }
};

// A value for each channel of each piece.
struct PieceValues {
  const int64_t count, channels;
  std::vector<float> values;

  explicit PieceValues(const Pieces& pieces) : count(pieces.count), channels(pieces.channels), values(count * channels) {}

  float* of(int64_t piece) { return &values[piece * channels]; }

  std::vector<double> total() {
    std::vector<double> sums(channels);
    for (int64_t piece = 0; piece < count; ++piece)
      for (int64_t c = 0; c < channels; ++c) sums[c] += of(piece)[c];
    return sums;
  }
};

template <typename T>
const T* valuesOf(const at::Tensor& tensor) {
  return static_cast<const T*>(tensor.data_ptr());
}

float* floats(const at::Tensor& tensor) { return static_cast<float*>(tensor.data_ptr()); }

// Of each channel.
struct Statistics {
  std::vector<double> mean;
  // The sum of (x - mean)^2.
  std::vector<double> squares;
};

template <typename T>
Statistics statistics(const Pieces& pieces, const T* x) {
  PieceValues centers(pieces), deviations(pieces), squares(pieces);
  pieces.each([&](int64_t piece, int64_t start, int64_t size) {
    std::vector<float> sum(pieces.period), deviation(pieces.period), square(pieces.period);
    float* center = centers.of(piece);
    addValues(x + start, size, pieces.period, sum.data());
    pieces.fold(sum, center);
    for (int64_t c = 0; c < pieces.channels; ++c) center[c] /= pieces.rowsIn(piece);
    addDeviations(x + start, size, pieces.period, pieces.repeat(center).data(), deviation.data(), square.data());
    pieces.fold(deviation, deviations.of(piece));
    pieces.fold(square, squares.of(piece));
  });
  // A piece's mean in single precision is a little off; what is left of its deviations says by how much.
  const auto meanOf = [&](int64_t piece, int64_t c) {
    return centers.of(piece)[c] + static_cast<double>(deviations.of(piece)[c]) / pieces.rowsIn(piece);
  };
  Statistics of{std::vector<double>(pieces.channels), squares.total()};
  for (int64_t piece = 0; piece < pieces.count; ++piece) {
    const double share = static_cast<double>(pieces.rowsIn(piece)) / pieces.rows;
    for (int64_t c = 0; c < pieces.channels; ++c) of.mean[c] += share * meanOf(piece, c);
  }
  for (int64_t piece = 0; piece < pieces.count; ++piece) {
    for (int64_t c = 0; c < pieces.channels; ++c) {
      const double own = deviations.of(piece)[c], distance = meanOf(piece, c) - of.mean[c];
      of.squares[c] += pieces.rowsIn(piece) * distance * distance - own * own / pieces.rowsIn(piece);
    }
  }
  return of;
}

template <typename T>
Statistics forwardRows(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, double epsilon,
                       const at::Tensor& mean, const at::Tensor& inverse, const at::Tensor& output) {
  const Pieces pieces(input);
  const T* x = valuesOf<T>(input);
  T* y = static_cast<T*>(output.data_ptr());
  const Statistics found = statistics(pieces, x);
  std::vector<float> scales(pieces.channels);
  for (int64_t c = 0; c < pieces.channels; ++c) {
    floats(mean)[c] = static_cast<float>(found.mean[c]);
    floats(inverse)[c] = static_cast<float>(1 / std::sqrt(found.squares[c] / pieces.rows + epsilon));
    scales[c] = floats(weight)[c] * floats(inverse)[c];
  }
  const auto center = pieces.repeat(floats(mean)), scale = pieces.repeat(scales.data()), shift = pieces.repeat(floats(bias));
  pieces.each([&](int64_t, int64_t start, int64_t size) {
    normalize(x + start, size, pieces.period, center.data(), scale.data(), shift.data(), y + start);
  });
  return found;
}

template <typename T>
void backwardRows(const at::Tensor& gradient, const at::Tensor& input, const at::Tensor& weight, const at::Tensor& mean,
                  const at::Tensor& inverse, const at::Tensor& ofInput, const at::Tensor& ofWeight, const at::Tensor& ofBias) {
  const Pieces pieces(input);
  const T* x = valuesOf<T>(input);
  const T* g = valuesOf<T>(gradient);
  T* result = static_cast<T*>(ofInput.data_ptr());
  const auto center = pieces.repeat(floats(mean));
  PieceValues sums(pieces), products(pieces);
  pieces.each([&](int64_t piece, int64_t start, int64_t size) {
    std::vector<float> sum(pieces.period), product(pieces.period);
    addGradients(g + start, x + start, size, pieces.period, center.data(), sum.data(), product.data());
    pieces.fold(sum, sums.of(piece));
    pieces.fold(product, products.of(piece));
  });
  const auto sum = sums.total(), product = products.total();
  std::vector<float> scales(pieces.channels), slopes(pieces.channels), shifts(pieces.channels);
  for (int64_t c = 0; c < pieces.channels; ++c) {
    const double inverted = floats(inverse)[c];
    const double scale = floats(weight)[c] * inverted;
    floats(ofWeight)[c] = static_cast<float>(product[c] * inverted);
    floats(ofBias)[c] = static_cast<float>(sum[c]);
    scales[c] = static_cast<float>(scale);
    slopes[c] = static_cast<float>(-scale * product[c] * inverted * inverted / pieces.rows);
    shifts[c] = static_cast<float>(-scale * sum[c] / pieces.rows);
  }
  const auto scale = pieces.repeat(scales.data()), slope = pieces.repeat(slopes.data()), shift = pieces.repeat(shifts.data());
  pieces.each([&](int64_t, int64_t start, int64_t size) {
    inputGradient(g + start, x + start, size, pieces.period, center.data(), scale.data(), slope.data(), shift.data(), result + start);
  });
}

using OptionalTensor = Optional<at::Tensor>;

struct TrainBatchNorm : torch::autograd::Function<TrainBatchNorm> {
  static at::Tensor forward(torch::autograd::AutogradContext* context, const at::Tensor& input, const at::Tensor& weight,
                            const at::Tensor& bias, const OptionalTensor& runningMean, const OptionalTensor& runningVar,
                            double momentum, double epsilon) {
    const int64_t channels = input.size(1), rows = input.numel() / channels;
    const at::Tensor output = at::empty_like(input);
    const at::Tensor mean = at::empty({channels}, weight.options()), inverse = at::empty({channels}, weight.options());
    const auto run = input.scalar_type() == at::kFloat ? forwardRows<float> : forwardRows<Bfloat16>;
    const Statistics found = run(input, weight, bias, epsilon, mean, inverse, output);
    const auto move = [&](const OptionalTensor& running, const std::vector<double>& values, int64_t divisor) {
      if (!running) return;
      for (int64_t c = 0; c < channels; ++c) {
        float& value = floats(*running)[c];
        value = static_cast<float>((1 - momentum) * value + momentum * values[c] / divisor);
      }
    };
    move(runningMean, found.mean, 1);
    move(runningVar, found.squares, rows - 1);
    context->save_for_backward({input, weight, mean, inverse});
    context->saved_data["epsilon"] = epsilon;
    return output;
  }

  static torch::autograd::variable_list backward(torch::autograd::AutogradContext* context,
                                                 torch::autograd::variable_list gradients) {
    const auto saved = context->get_saved_variables();
    const at::Tensor &input = saved[0], &weight = saved[1], &mean = saved[2], &inverse = saved[3];
    const at::Tensor none;
    // Gradients of gradients: LibTorch's own backward has them.
    if (at::GradMode::is_enabled()) {
      const auto [ofInput, ofWeight, ofBias] = at::native_batch_norm_backward(
          gradients[0], input, weight, {}, {}, mean, inverse, true, context->saved_data["epsilon"].toDouble(), {true, true, true});
      return {ofInput, ofWeight, ofBias, none, none, none, none};
    }
    const at::Tensor gradient = gradients[0].contiguous(at::MemoryFormat::ChannelsLast);
    const at::Tensor ofInput = at::empty_like(input);
    const at::Tensor ofWeight = at::empty_like(weight), ofBias = at::empty_like(weight);
    const auto run = input.scalar_type() == at::kFloat ? backwardRows<float> : backwardRows<Bfloat16>;
    run(gradient, input, weight, mean, inverse, ofInput, ofWeight, ofBias);
    return {ofInput, ofWeight, ofBias, none, none, none, none};
  }
};

bool isRowsOfChannels(const at::Tensor& map) {
  return map.device().is_cpu() && map.dim() == 4 && map.numel() > map.size(1) && map.is_contiguous(at::MemoryFormat::ChannelsLast) &&
         (map.scalar_type() == at::kFloat || map.scalar_type() == at::kBFloat16);
}

bool isFloatPerChannel(const at::Tensor& tensor, int64_t channels) {
  return tensor.defined() && tensor.device().is_cpu() && tensor.scalar_type() == at::kFloat && tensor.dim() == 1 &&
         tensor.size(0) == channels && tensor.is_contiguous();
}

at::Tensor trainBatchNorm(const at::Tensor& input, const at::Tensor& weight, const at::Tensor& bias, const OptionalTensor& runningMean,
                          const OptionalTensor& runningVar, double momentum, double epsilon) {
  const auto fits = [&](const at::Tensor& tensor) { return isFloatPerChannel(tensor, input.size(1)); };
  const auto mayFit = [&](const OptionalTensor& tensor) { return !tensor || fits(*tensor); };
  if (isRowsOfChannels(input) && fits(weight) && fits(bias) && mayFit(runningMean) && mayFit(runningVar))
    return TrainBatchNorm::apply(input, weight, bias, runningMean, runningVar, momentum, epsilon);
  return at::batch_norm(input, weight, bias, runningMean, runningVar, true, momentum, epsilon, true);
}

}  // namespace

// Where a second copy of the addon is in the process, the first one's is there already, and does.
void registerBatchNorm() {
  if (c10::Dispatcher::singleton().findSchema({"patchwork::train_batch_norm", ""})) return;
  static torch::Library library(torch::Library::FRAGMENT, "patchwork", {}, __FILE__, __LINE__);
  library.def(
      "train_batch_norm(Tensor input, Tensor weight, Tensor bias, Tensor? running_mean, Tensor? running_var, float momentum, "
      "float eps) -> Tensor",
      trainBatchNorm);
}

}  // namespace patchwork
