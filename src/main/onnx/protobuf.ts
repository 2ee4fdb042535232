/** ONNX messages: the parts of the schema we write, and their bytes. The only import of onnx-proto. */

import proto from 'onnx-proto'

export type NodeProto = proto.onnx.INodeProto
export type TensorProto = proto.onnx.ITensorProto
export type ValueInfoProto = proto.onnx.IValueInfoProto
export type AttributeProto = proto.onnx.IAttributeProto
export type GraphProto = proto.onnx.IGraphProto

/** Opset 20 is the first with Gelu; IR 9 belongs to it. */
const opset = 20
const irVersion = 9

/** TensorProto.DataType. */
export const dataType = { float32: 1, int32: 6, int64: 7, bool: 9, float16: 10, bfloat16: 16 } as const

export function encodeModel(graph: GraphProto): Uint8Array {
  return proto.onnx.ModelProto.encode({
    irVersion,
    producerName: 'mmedit-workbench',
    opsetImport: [{ domain: '', version: opset }],
    graph,
  }).finish()
}
