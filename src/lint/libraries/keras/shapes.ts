/** Sizes of a tensor's axes without the batch; null for an axis whose size is not known. */
export type TensorShape = readonly (number | null)[];

/** What a layer adds: its parameters and the shape that it gives; null where that is not known. */
export interface LayerEffect {
  readonly parameters: number | null;
  readonly output: TensorShape | null;
}

export const unknownEffect: LayerEffect = { parameters: null, output: null };

export const keeps = (input: TensorShape | null): LayerEffect => ({ parameters: 0, output: input });

/** The product of all; null if one is not known. */
export function multiply(sizes: readonly (number | null)[]): number | null {
  return sizes.reduce<number | null>((all, size) => (all === null || size === null ? null : all * size), 1);
}

export function lastOf(shape: TensorShape | null): number | null {
  return shape?.at(-1) ?? null;
}

/** How a window moves over an axis. */
interface KernelWindow {
  readonly size: number | null;
  readonly stride: number | null;
  readonly dilation: number | null;
}

/** The length of an axis after a convolution or pooling. */
export function windowed(
  length: number | null,
  { size, stride, dilation }: KernelWindow,
  padding: string | null,
): number | null {
  if (length === null || size === null || stride === null || dilation === null) return null;
  const reach = (size - 1) * dilation + 1;
  if (padding === 'same' || padding === 'causal') return Math.ceil(length / stride);
  return padding === 'valid' && length >= reach ? Math.floor((length - reach) / stride) + 1 : null;
}

/** The length of an axis after a transposed convolution. */
export function transposed(
  length: number | null,
  { size, stride }: KernelWindow,
  padding: string | null,
): number | null {
  if (length === null || size === null || stride === null) return null;
  if (padding === 'same') return length * stride;
  return padding === 'valid' ? length * stride + Math.max(size - stride, 0) : null;
}
