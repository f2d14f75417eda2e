// 64-bit fields as plain numbers: all of Hearth's stay below 2^53. Generated files import this first.
import protobuf from 'protobufjs/minimal.js';

protobuf.util.Long = undefined;
protobuf.configure();
