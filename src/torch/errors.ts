/** An error from LibTorch or from the binding: which operator, what it said, what it was given. */
export class TorchError extends Error {
  override readonly name: string = 'TorchError';
}

/** A tensor was used after it was freed; the message names the operator that made it. */
export class DisposedTensorError extends TorchError {
  override readonly name = 'DisposedTensorError';
}

/** LibTorch or the addon could not be loaded; the message says what was tried, what was found and what to type. */
export class LibTorchNotFoundError extends TorchError {
  override readonly name = 'LibTorchNotFoundError';
}

/** A tensor's shape does not fit; the message says what was expected and what came. */
export class ShapeError extends TorchError {
  override readonly name = 'ShapeError';
}
