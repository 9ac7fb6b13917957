/** The values of a tensor have the type of the one that is asked for, and gradients are as many as what they are of. */
import { grad, type Tensor, type TypedArray, tensor } from '../../src/torch/index.ts';
import { type Equal, given, same } from './expect.ts';

const values = tensor([1, 2]);
const [float, long, byte] = [values.data('float32'), values.data('int64'), values.data('uint8')];
given<Float32Array>(float);
given<BigInt64Array>(long);
given<Uint8Array>(byte);
// @ts-expect-error 64-bit integers are no numbers
given<ArrayLike<number>>(long);
// @ts-expect-error no such type of values
values.data('float128');
const any: TypedArray = values.data();
// @ts-expect-error of any type: which one is to be said
given<Float32Array>(any);
same<Equal<ReturnType<Tensor['item']>, number>>();
const two = [tensor([1]), tensor([2])] as const;
same<Equal<ReturnType<typeof gradients>, [Tensor, Tensor]>>();
const gradients = () => grad([tensor([1])], two);
const [, maybe] = grad([tensor([1])], two, { allowUnused: true });
// @ts-expect-error null where the result does not depend on it
given<Tensor>(maybe);
// @ts-expect-error no such option
tensor([1, 2], { dtyp: 'float32' });
