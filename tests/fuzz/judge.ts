/** What may come of an input: a result, or an error with a sentence that was written for people. */

/** What JavaScript's engine, Node and the system say when nobody has foreseen it. */
const bareMessages: readonly RegExp[] = [
  /^Cannot (read|set|convert|mix|destructure|access|assign|delete|redefine|perform)/,
  /^(Maximum call stack|Invalid (array|typed array|string|count|code point|time value|argument)|Reduce of empty)/,
  /^\S+ (is not|are not) (a function|iterable|defined|a constructor|an object|extensible)/,
  /is not (a function or its return value is not iterable|iterable)$/,
  /(Array buffer|ArrayBuffer) allocation|out of bounds|outside (of )?the bounds|start offset of|byte length of/,
  /^The (value|number|"\w+" (argument|property))|must be (of type|an instance of|a string without)|is out of range/,
  /^(Unexpected (token|end|number|string|identifier|non-whitespace)|Expected (property|',|double)|Bad control|Bad escape)/,
  /^(undefined|null|object null|\[object)/,
  /^(EACCES|EAGAIN|EBADF|EEXIST|EFAULT|EFBIG|EINVAL|EIO|EISDIR|ELOOP|EMFILE|ENAMETOOLONG|ENOENT|ENOMEM|ENOSPC|ENOTDIR|ENXIO|EPERM|EROFS|ESPIPE)\b/,
  /^(Do not know how|Converting circular|Illegal|Invalid regular expression|unexpected end of file|incorrect|invalid)/,
  /^(BigInt|Private|Class constructor|Derived|Object prototype|Method )/,
];

/** Why an error is not acceptable; undefined where it is a sentence. */
export function faultOf(error: unknown): string | undefined {
  if (!(error instanceof Error)) return `something was thrown that is no Error: ${JSON.stringify(error)}`;
  const { name, message } = error;
  const [first = ''] = message.split('\n');
  if (first.trim() === '') return `${name} without a message`;
  // LibTorch's own words come behind the operator's name.
  const isTorchs = name === 'TorchError' && /^[\w.]+: /.test(message);
  if (!isTorchs && bareMessages.some((bare) => bare.test(message))) return `bare ${name}: ${first.slice(0, 160)}`;
  // A sentence says what was expected, or what came: it has some words.
  if (first.split(/\s+/).length < 3 && !first.includes(':')) return `no sentence: ${name}: ${first.slice(0, 160)}`;
  return undefined;
}

/** The same fault in other words: names, numbers and quotations are left out. */
export function kindOfFault(fault: string): string {
  return fault
    .replace(/'[^']*'|"[^"]*"|`[^`]*`/g, "'...'")
    .replace(/\S*\/\S*/g, 'PATH')
    .replace(/-?\d+(\.\d+)?(e[+-]?\d+)?/g, 'N')
    .slice(0, 120);
}
