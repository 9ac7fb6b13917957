/** An error from LibTorch or from the binding: which operator, what it said, what it was given. */
export class TorchError extends Error {
  override readonly name: string = 'TorchError';
  /** What went wrong, for programs: `ERR_PATCHWORK_TORCH` where LibTorch refused. */
  readonly code: string;

  constructor(message: string, { code = 'ERR_PATCHWORK_TORCH', ...options }: ErrorOptions & { code?: string } = {}) {
    super(message, options);
    this.code = code;
  }
}

/** A tensor was used after it was freed; the message names the operator that made it. */
export class DisposedTensorError extends TorchError {
  override readonly name = 'DisposedTensorError';
  override readonly code = 'ERR_PATCHWORK_DISPOSED';
}

/** LibTorch or the addon could not be loaded; the message says what was tried, what was found and what to type. */
export class LibTorchNotFoundError extends TorchError {
  override readonly name = 'LibTorchNotFoundError';
  override readonly code = 'ERR_PATCHWORK_LIBTORCH';
}

/** A tensor's shape does not fit; the message says what was expected and what came. */
export class ShapeError extends TorchError {
  override readonly name = 'ShapeError';
  override readonly code = 'ERR_PATCHWORK_SHAPE';
}

/** The machine, or a GPU, has not enough memory for a tensor; the message says for how much. */
export class OutOfMemoryError extends TorchError {
  override readonly name = 'OutOfMemoryError';
  override readonly code = 'ERR_PATCHWORK_MEMORY';
}

/**
 * Turns an error of the addon into the class and words that help; any other error is given back as it is.
 *
 * @param operator the operator, or the function of this folder, that failed
 * @param maker the operator that had made the tensor, where one was used after it was freed
 */
export function errorFrom(error: unknown, operator?: string, maker?: string): unknown {
  if (!(error instanceof Error) || !('code' in error) || typeof error.code !== 'string') return error;
  const { code } = error;
  if (!code.startsWith('ERR_PATCHWORK_') || code === 'ERR_PATCHWORK_TYPE') return error;
  const subject = operator === undefined ? '' : `${operator}: `;
  if (code === 'ERR_PATCHWORK_DISPOSED') {
    const made = maker === undefined ? '' : ` It was made by ${maker}.`;
    return new DisposedTensorError(
      `${subject}a tensor was used after it was freed.${made} Return it from its scope, or call own() on what must outlive it.`,
      { cause: error },
    );
  }
  // What is said of a dispatched call begins with the operator and its overload already.
  const message =
    operator !== undefined && error.message.startsWith(operator) ? error.message : subject + error.message;
  if (code === 'ERR_PATCHWORK_SHAPE') return new ShapeError(message, { cause: error });
  if (code === 'ERR_PATCHWORK_MEMORY') return new OutOfMemoryError(message, { cause: error });
  return new TorchError(message, { code, cause: error });
}
