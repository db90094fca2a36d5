/** Field numbers of onnx.proto3, as far as graphs are read and changed here. */
export const MODEL = { graph: 7, opsetImport: 8 };
export const OPSET = { domain: 1, version: 2 };
export const GRAPH = { node: 1, initializer: 5, output: 12 };
export const NODE = { input: 1, output: 2, name: 3, opType: 4, attribute: 5, domain: 7 };
export const ATTRIBUTE = { name: 1, int: 3, tensor: 5, ints: 8, type: 20 };
export const VALUE = { name: 1 };
export const TENSOR = { name: 8, rawData: 9, externalData: 13, dataLocation: 14 };
export const ENTRY = { key: 1, value: 2 };

/** AttributeProto.AttributeType */
export const INT_ATTRIBUTE = 2;
/** TensorProto.DataLocation */
export const EXTERNAL_DATA = 1;
