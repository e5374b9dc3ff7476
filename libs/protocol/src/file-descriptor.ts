import { createFileRegistry } from '@bufbuild/protobuf';
import { bootFileDescriptorProto, type GenFile } from '@bufbuild/protobuf/codegenv2';

/** Typed as the one file that it was made for; it takes any. */
type PlainFile = Parameters<typeof bootFileDescriptorProto>[0];

/**
 * Descriptor of a file from a plain object, which `plain-descriptor.mjs` writes.
 * @param plain a `FileDescriptorProto` without what is not set
 * @param oneofs names of the oneofs of messages that have any
 */
export function fileOf(plain: unknown, oneofs: Readonly<Record<string, readonly string[]>>): GenFile {
  const proto = bootFileDescriptorProto(plain as PlainFile);
  for (const message of proto.messageType) {
    message.oneofDecl = (oneofs[message.name] ?? []).map((name) => ({
      $typeName: 'google.protobuf.OneofDescriptorProto',
      name,
    }));
  }
  return createFileRegistry(proto, () => undefined).getFile(proto.name) as GenFile;
}
