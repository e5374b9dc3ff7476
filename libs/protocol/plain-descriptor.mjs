// Writes the descriptor into the generated module as a plain object. To read it from its binary form would take the
// descriptor of descriptors along, which nobody needs at run time: 5 kB gzipped of the edge SDK.
import { readFileSync, writeFileSync } from 'node:fs';
import { fileDesc } from '@bufbuild/protobuf/codegenv2';

const PATH = 'src/gen/foreshadow/link/v1/link_pb.ts';

const source = readFileSync(PATH, 'utf8');
const [call, encoded] = /fileDesc\("([^"]+)"\)/.exec(source);
const { proto } = fileDesc(encoded);
if (proto.dependency.length + proto.service.length + proto.extension.length > 0) {
  throw new Error(`${proto.name} has more than messages and enumerations: write its descriptor in full`);
}

/** Own properties alone: what stands on the prototype is not set. */
function fieldOf({ $typeName: _, options, ...field }) {
  return { ...field, ...(options === undefined ? {} : { options: { packed: options.packed } }) };
}

function enumOf({ name, value }) {
  return { name, value: value.map((v) => ({ name: v.name, number: v.number })) };
}

function messageOf({ name, field, nestedType, enumType }) {
  if (nestedType.some((nested) => nested.oneofDecl.length > 0)) throw new Error(`a oneof nested in ${name}`);
  return {
    name,
    field: field.map(fieldOf),
    nestedType: nestedType.map(messageOf),
    enumType: enumType.map(enumOf),
  };
}

const file = {
  name: proto.name,
  package: proto.package,
  syntax: proto.syntax,
  messageType: proto.messageType.map(messageOf),
  enumType: proto.enumType.map(enumOf),
};
const oneofs = Object.fromEntries(
  proto.messageType
    .filter((message) => message.oneofDecl.length > 0)
    .map((message) => [message.name, message.oneofDecl.map((oneof) => oneof.name)]),
);
const plain = source
  .replace(call, `fileOf(${JSON.stringify(file)}, ${JSON.stringify(oneofs)})`)
  .replace(
    'import { fileDesc, messageDesc }',
    "import { fileOf } from '../../../../file-descriptor.ts';\nimport { messageDesc }",
  );
writeFileSync(PATH, plain);
