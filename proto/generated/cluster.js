/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";
import "../plain-numbers.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["cluster"] || ($protobuf.roots["cluster"] = {});

export const hearth = $root.hearth = (() => {

    /**
     * Namespace hearth.
     * @exports hearth
     * @namespace
     */
    const hearth = {};

    hearth.cluster = (function() {

        /**
         * Namespace cluster.
         * @memberof hearth
         * @namespace
         */
        const cluster = {};

        cluster.Nothing = (function() {

            /**
             * Properties of a Nothing.
             * @typedef {Object} hearth.cluster.Nothing.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Nothing.
             * @memberof hearth.cluster
             * @interface INothing
             * @augments hearth.cluster.Nothing.$Properties
             * @deprecated Use hearth.cluster.Nothing.$Properties instead.
             */

            /**
             * Shape of a Nothing.
             * @typedef {hearth.cluster.Nothing.$Properties} hearth.cluster.Nothing.$Shape
             */

            /**
             * Constructs a new Nothing.
             * @memberof hearth.cluster
             * @classdesc Represents a Nothing.
             * @constructor
             * @param {hearth.cluster.Nothing.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Nothing = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new Nothing instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.Nothing
             * @static
             * @param {hearth.cluster.Nothing.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.Nothing} Nothing instance
             * @type {{
             *   (properties: hearth.cluster.Nothing.$Shape): hearth.cluster.Nothing & hearth.cluster.Nothing.$Shape;
             *   (properties?: hearth.cluster.Nothing.$Properties): hearth.cluster.Nothing;
             * }}
             */
            Nothing.create = function(properties) {
                return new Nothing(properties);
            };

            /**
             * Encodes the specified Nothing message. Does not implicitly {@link hearth.cluster.Nothing.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.Nothing
             * @static
             * @param {hearth.cluster.Nothing.$Properties} message Nothing message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Nothing.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Nothing message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.Nothing
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.Nothing & hearth.cluster.Nothing.$Shape} Nothing
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Nothing.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.Nothing();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return Nothing;
        })();

        cluster.GossipMessage = (function() {

            /**
             * Properties of a GossipMessage.
             * @typedef {Object} hearth.cluster.GossipMessage.$Properties
             * @property {Uint8Array|null} [data] GossipMessage data
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a GossipMessage.
             * @memberof hearth.cluster
             * @interface IGossipMessage
             * @augments hearth.cluster.GossipMessage.$Properties
             * @deprecated Use hearth.cluster.GossipMessage.$Properties instead.
             */

            /**
             * Shape of a GossipMessage.
             * @typedef {hearth.cluster.GossipMessage.$Properties} hearth.cluster.GossipMessage.$Shape
             */

            /**
             * Constructs a new GossipMessage.
             * @memberof hearth.cluster
             * @classdesc Represents a GossipMessage.
             * @constructor
             * @param {hearth.cluster.GossipMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const GossipMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * GossipMessage data.
             * @member {Uint8Array} data
             * @memberof hearth.cluster.GossipMessage
             * @instance
             */
            GossipMessage.prototype.data = $util.newBuffer([]);

            /**
             * Creates a new GossipMessage instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.GossipMessage
             * @static
             * @param {hearth.cluster.GossipMessage.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.GossipMessage} GossipMessage instance
             * @type {{
             *   (properties: hearth.cluster.GossipMessage.$Shape): hearth.cluster.GossipMessage & hearth.cluster.GossipMessage.$Shape;
             *   (properties?: hearth.cluster.GossipMessage.$Properties): hearth.cluster.GossipMessage;
             * }}
             */
            GossipMessage.create = function(properties) {
                return new GossipMessage(properties);
            };

            /**
             * Encodes the specified GossipMessage message. Does not implicitly {@link hearth.cluster.GossipMessage.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.GossipMessage
             * @static
             * @param {hearth.cluster.GossipMessage.$Properties} message GossipMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            GossipMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.data);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a GossipMessage message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.GossipMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.GossipMessage & hearth.cluster.GossipMessage.$Shape} GossipMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            GossipMessage.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.GossipMessage();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return GossipMessage;
        })();

        cluster.NodeInfo = (function() {

            /**
             * Properties of a NodeInfo.
             * @typedef {Object} hearth.cluster.NodeInfo.$Properties
             * @property {string|null} [id] NodeInfo id
             * @property {number|null} [generation] NodeInfo generation
             * @property {string|null} [http] NodeInfo http
             * @property {string|null} [cluster] NodeInfo cluster
             * @property {string|null} [release] NodeInfo release
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a NodeInfo.
             * @memberof hearth.cluster
             * @interface INodeInfo
             * @augments hearth.cluster.NodeInfo.$Properties
             * @deprecated Use hearth.cluster.NodeInfo.$Properties instead.
             */

            /**
             * Shape of a NodeInfo.
             * @typedef {hearth.cluster.NodeInfo.$Properties} hearth.cluster.NodeInfo.$Shape
             */

            /**
             * Constructs a new NodeInfo.
             * @memberof hearth.cluster
             * @classdesc Represents a NodeInfo.
             * @constructor
             * @param {hearth.cluster.NodeInfo.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const NodeInfo = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * NodeInfo id.
             * @member {string} id
             * @memberof hearth.cluster.NodeInfo
             * @instance
             */
            NodeInfo.prototype.id = "";

            /**
             * NodeInfo generation.
             * @member {number} generation
             * @memberof hearth.cluster.NodeInfo
             * @instance
             */
            NodeInfo.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * NodeInfo http.
             * @member {string} http
             * @memberof hearth.cluster.NodeInfo
             * @instance
             */
            NodeInfo.prototype.http = "";

            /**
             * NodeInfo cluster.
             * @member {string} cluster
             * @memberof hearth.cluster.NodeInfo
             * @instance
             */
            NodeInfo.prototype.cluster = "";

            /**
             * NodeInfo release.
             * @member {string} release
             * @memberof hearth.cluster.NodeInfo
             * @instance
             */
            NodeInfo.prototype.release = "";

            /**
             * Creates a new NodeInfo instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.NodeInfo
             * @static
             * @param {hearth.cluster.NodeInfo.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.NodeInfo} NodeInfo instance
             * @type {{
             *   (properties: hearth.cluster.NodeInfo.$Shape): hearth.cluster.NodeInfo & hearth.cluster.NodeInfo.$Shape;
             *   (properties?: hearth.cluster.NodeInfo.$Properties): hearth.cluster.NodeInfo;
             * }}
             */
            NodeInfo.create = function(properties) {
                return new NodeInfo(properties);
            };

            /**
             * Encodes the specified NodeInfo message. Does not implicitly {@link hearth.cluster.NodeInfo.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.NodeInfo
             * @static
             * @param {hearth.cluster.NodeInfo.$Properties} message NodeInfo message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            NodeInfo.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.id);
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.generation);
                if (message.http != null && $Object.hasOwnProperty.call(message, "http") && message.http !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.http);
                if (message.cluster != null && $Object.hasOwnProperty.call(message, "cluster") && message.cluster !== "")
                    writer.uint32(/* id 4, wireType 2 =*/34).string(message.cluster);
                if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.release);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a NodeInfo message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.NodeInfo
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.NodeInfo & hearth.cluster.NodeInfo.$Shape} NodeInfo
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            NodeInfo.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.NodeInfo();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.http = value;
                            else
                                delete message.http;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cluster = value;
                            else
                                delete message.cluster;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.release = value;
                            else
                                delete message.release;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return NodeInfo;
        })();

        cluster.JoinRequest = (function() {

            /**
             * Properties of a JoinRequest.
             * @typedef {Object} hearth.cluster.JoinRequest.$Properties
             * @property {string|null} [clusterId] JoinRequest clusterId
             * @property {hearth.cluster.NodeInfo.$Properties|null} [node] JoinRequest node
             * @property {boolean|null} [forwarded] JoinRequest forwarded
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JoinRequest.
             * @memberof hearth.cluster
             * @interface IJoinRequest
             * @augments hearth.cluster.JoinRequest.$Properties
             * @deprecated Use hearth.cluster.JoinRequest.$Properties instead.
             */

            /**
             * Shape of a JoinRequest.
             * @typedef {hearth.cluster.JoinRequest.$Properties} hearth.cluster.JoinRequest.$Shape
             */

            /**
             * Constructs a new JoinRequest.
             * @memberof hearth.cluster
             * @classdesc Represents a JoinRequest.
             * @constructor
             * @param {hearth.cluster.JoinRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JoinRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JoinRequest clusterId.
             * @member {string} clusterId
             * @memberof hearth.cluster.JoinRequest
             * @instance
             */
            JoinRequest.prototype.clusterId = "";

            /**
             * JoinRequest node.
             * @member {hearth.cluster.NodeInfo.$Properties|null|undefined} node
             * @memberof hearth.cluster.JoinRequest
             * @instance
             */
            JoinRequest.prototype.node = null;

            /**
             * JoinRequest forwarded.
             * @member {boolean} forwarded
             * @memberof hearth.cluster.JoinRequest
             * @instance
             */
            JoinRequest.prototype.forwarded = false;

            /**
             * Creates a new JoinRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.JoinRequest
             * @static
             * @param {hearth.cluster.JoinRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.JoinRequest} JoinRequest instance
             * @type {{
             *   (properties: hearth.cluster.JoinRequest.$Shape): hearth.cluster.JoinRequest & hearth.cluster.JoinRequest.$Shape;
             *   (properties?: hearth.cluster.JoinRequest.$Properties): hearth.cluster.JoinRequest;
             * }}
             */
            JoinRequest.create = function(properties) {
                return new JoinRequest(properties);
            };

            /**
             * Encodes the specified JoinRequest message. Does not implicitly {@link hearth.cluster.JoinRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.JoinRequest
             * @static
             * @param {hearth.cluster.JoinRequest.$Properties} message JoinRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JoinRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.clusterId);
                if (message.node != null && $Object.hasOwnProperty.call(message, "node"))
                    $root.hearth.cluster.NodeInfo.encode(message.node, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.forwarded != null && $Object.hasOwnProperty.call(message, "forwarded") && message.forwarded !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.forwarded);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JoinRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.JoinRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.JoinRequest & hearth.cluster.JoinRequest.$Shape} JoinRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JoinRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.JoinRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clusterId = value;
                            else
                                delete message.clusterId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.node = $root.hearth.cluster.NodeInfo.decode(reader, reader.size(), $undefined, _depth + 1, message.node);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.forwarded = value;
                            else
                                delete message.forwarded;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return JoinRequest;
        })();

        cluster.JoinReply = (function() {

            /**
             * Properties of a JoinReply.
             * @typedef {Object} hearth.cluster.JoinReply.$Properties
             * @property {string|null} [clusterId] JoinReply clusterId
             * @property {number|null} [joinedAt] JoinReply joinedAt
             * @property {Array.<hearth.cluster.NodeInfo.$Properties>|null} [members] JoinReply members
             * @property {Uint8Array|null} [sealingKey] JoinReply sealingKey
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a JoinReply.
             * @memberof hearth.cluster
             * @interface IJoinReply
             * @augments hearth.cluster.JoinReply.$Properties
             * @deprecated Use hearth.cluster.JoinReply.$Properties instead.
             */

            /**
             * Shape of a JoinReply.
             * @typedef {hearth.cluster.JoinReply.$Properties} hearth.cluster.JoinReply.$Shape
             */

            /**
             * Constructs a new JoinReply.
             * @memberof hearth.cluster
             * @classdesc Represents a JoinReply.
             * @constructor
             * @param {hearth.cluster.JoinReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const JoinReply = function (properties) {
                this.members = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * JoinReply clusterId.
             * @member {string} clusterId
             * @memberof hearth.cluster.JoinReply
             * @instance
             */
            JoinReply.prototype.clusterId = "";

            /**
             * JoinReply joinedAt.
             * @member {number} joinedAt
             * @memberof hearth.cluster.JoinReply
             * @instance
             */
            JoinReply.prototype.joinedAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * JoinReply members.
             * @member {Array.<hearth.cluster.NodeInfo.$Properties>} members
             * @memberof hearth.cluster.JoinReply
             * @instance
             */
            JoinReply.prototype.members = $util.emptyArray;

            /**
             * JoinReply sealingKey.
             * @member {Uint8Array} sealingKey
             * @memberof hearth.cluster.JoinReply
             * @instance
             */
            JoinReply.prototype.sealingKey = $util.newBuffer([]);

            /**
             * Creates a new JoinReply instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.JoinReply
             * @static
             * @param {hearth.cluster.JoinReply.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.JoinReply} JoinReply instance
             * @type {{
             *   (properties: hearth.cluster.JoinReply.$Shape): hearth.cluster.JoinReply & hearth.cluster.JoinReply.$Shape;
             *   (properties?: hearth.cluster.JoinReply.$Properties): hearth.cluster.JoinReply;
             * }}
             */
            JoinReply.create = function(properties) {
                return new JoinReply(properties);
            };

            /**
             * Encodes the specified JoinReply message. Does not implicitly {@link hearth.cluster.JoinReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.JoinReply
             * @static
             * @param {hearth.cluster.JoinReply.$Properties} message JoinReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            JoinReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.clusterId);
                if (message.joinedAt != null && $Object.hasOwnProperty.call(message, "joinedAt") && (typeof message.joinedAt === "object" ? message.joinedAt.low || message.joinedAt.high : message.joinedAt !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.joinedAt);
                if (message.members != null && message.members.length)
                    for (let i = 0; i < message.members.length; ++i)
                        $root.hearth.cluster.NodeInfo.encode(message.members[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.sealingKey != null && $Object.hasOwnProperty.call(message, "sealingKey") && message.sealingKey.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.sealingKey);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a JoinReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.JoinReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.JoinReply & hearth.cluster.JoinReply.$Shape} JoinReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            JoinReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.JoinReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clusterId = value;
                            else
                                delete message.clusterId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.joinedAt = value;
                            else
                                delete message.joinedAt;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.members && message.members.length))
                                message.members = [];
                            message.members.push($root.hearth.cluster.NodeInfo.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.sealingKey = value;
                            else
                                delete message.sealingKey;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return JoinReply;
        })();

        cluster.ProposeRequest = (function() {

            /**
             * Properties of a ProposeRequest.
             * @typedef {Object} hearth.cluster.ProposeRequest.$Properties
             * @property {string|null} [clusterId] ProposeRequest clusterId
             * @property {Uint8Array|null} [command] ProposeRequest command
             * @property {boolean|null} [committedOnly] ProposeRequest committedOnly
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ProposeRequest.
             * @memberof hearth.cluster
             * @interface IProposeRequest
             * @augments hearth.cluster.ProposeRequest.$Properties
             * @deprecated Use hearth.cluster.ProposeRequest.$Properties instead.
             */

            /**
             * Shape of a ProposeRequest.
             * @typedef {hearth.cluster.ProposeRequest.$Properties} hearth.cluster.ProposeRequest.$Shape
             */

            /**
             * Constructs a new ProposeRequest.
             * @memberof hearth.cluster
             * @classdesc Represents a ProposeRequest.
             * @constructor
             * @param {hearth.cluster.ProposeRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ProposeRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ProposeRequest clusterId.
             * @member {string} clusterId
             * @memberof hearth.cluster.ProposeRequest
             * @instance
             */
            ProposeRequest.prototype.clusterId = "";

            /**
             * ProposeRequest command.
             * @member {Uint8Array} command
             * @memberof hearth.cluster.ProposeRequest
             * @instance
             */
            ProposeRequest.prototype.command = $util.newBuffer([]);

            /**
             * ProposeRequest committedOnly.
             * @member {boolean} committedOnly
             * @memberof hearth.cluster.ProposeRequest
             * @instance
             */
            ProposeRequest.prototype.committedOnly = false;

            /**
             * Creates a new ProposeRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.ProposeRequest
             * @static
             * @param {hearth.cluster.ProposeRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.ProposeRequest} ProposeRequest instance
             * @type {{
             *   (properties: hearth.cluster.ProposeRequest.$Shape): hearth.cluster.ProposeRequest & hearth.cluster.ProposeRequest.$Shape;
             *   (properties?: hearth.cluster.ProposeRequest.$Properties): hearth.cluster.ProposeRequest;
             * }}
             */
            ProposeRequest.create = function(properties) {
                return new ProposeRequest(properties);
            };

            /**
             * Encodes the specified ProposeRequest message. Does not implicitly {@link hearth.cluster.ProposeRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.ProposeRequest
             * @static
             * @param {hearth.cluster.ProposeRequest.$Properties} message ProposeRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ProposeRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.clusterId);
                if (message.command != null && $Object.hasOwnProperty.call(message, "command") && message.command.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.command);
                if (message.committedOnly != null && $Object.hasOwnProperty.call(message, "committedOnly") && message.committedOnly !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.committedOnly);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ProposeRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.ProposeRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.ProposeRequest & hearth.cluster.ProposeRequest.$Shape} ProposeRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ProposeRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.ProposeRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clusterId = value;
                            else
                                delete message.clusterId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.command = value;
                            else
                                delete message.command;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.committedOnly = value;
                            else
                                delete message.committedOnly;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ProposeRequest;
        })();

        cluster.ProposeReply = (function() {

            /**
             * Properties of a ProposeReply.
             * @typedef {Object} hearth.cluster.ProposeReply.$Properties
             * @property {number|null} [index] ProposeReply index
             * @property {string|null} [leader] ProposeReply leader
             * @property {boolean|null} [accepted] ProposeReply accepted
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ProposeReply.
             * @memberof hearth.cluster
             * @interface IProposeReply
             * @augments hearth.cluster.ProposeReply.$Properties
             * @deprecated Use hearth.cluster.ProposeReply.$Properties instead.
             */

            /**
             * Shape of a ProposeReply.
             * @typedef {hearth.cluster.ProposeReply.$Properties} hearth.cluster.ProposeReply.$Shape
             */

            /**
             * Constructs a new ProposeReply.
             * @memberof hearth.cluster
             * @classdesc Represents a ProposeReply.
             * @constructor
             * @param {hearth.cluster.ProposeReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ProposeReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ProposeReply index.
             * @member {number} index
             * @memberof hearth.cluster.ProposeReply
             * @instance
             */
            ProposeReply.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ProposeReply leader.
             * @member {string} leader
             * @memberof hearth.cluster.ProposeReply
             * @instance
             */
            ProposeReply.prototype.leader = "";

            /**
             * ProposeReply accepted.
             * @member {boolean} accepted
             * @memberof hearth.cluster.ProposeReply
             * @instance
             */
            ProposeReply.prototype.accepted = false;

            /**
             * Creates a new ProposeReply instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.ProposeReply
             * @static
             * @param {hearth.cluster.ProposeReply.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.ProposeReply} ProposeReply instance
             * @type {{
             *   (properties: hearth.cluster.ProposeReply.$Shape): hearth.cluster.ProposeReply & hearth.cluster.ProposeReply.$Shape;
             *   (properties?: hearth.cluster.ProposeReply.$Properties): hearth.cluster.ProposeReply;
             * }}
             */
            ProposeReply.create = function(properties) {
                return new ProposeReply(properties);
            };

            /**
             * Encodes the specified ProposeReply message. Does not implicitly {@link hearth.cluster.ProposeReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.ProposeReply
             * @static
             * @param {hearth.cluster.ProposeReply.$Properties} message ProposeReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ProposeReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.index);
                if (message.leader != null && $Object.hasOwnProperty.call(message, "leader") && message.leader !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.leader);
                if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted") && message.accepted !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.accepted);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ProposeReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.ProposeReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.ProposeReply & hearth.cluster.ProposeReply.$Shape} ProposeReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ProposeReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.ProposeReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leader = value;
                            else
                                delete message.leader;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.accepted = value;
                            else
                                delete message.accepted;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ProposeReply;
        })();

        cluster.ReadIndexRequest = (function() {

            /**
             * Properties of a ReadIndexRequest.
             * @typedef {Object} hearth.cluster.ReadIndexRequest.$Properties
             * @property {string|null} [clusterId] ReadIndexRequest clusterId
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReadIndexRequest.
             * @memberof hearth.cluster
             * @interface IReadIndexRequest
             * @augments hearth.cluster.ReadIndexRequest.$Properties
             * @deprecated Use hearth.cluster.ReadIndexRequest.$Properties instead.
             */

            /**
             * Shape of a ReadIndexRequest.
             * @typedef {hearth.cluster.ReadIndexRequest.$Properties} hearth.cluster.ReadIndexRequest.$Shape
             */

            /**
             * Constructs a new ReadIndexRequest.
             * @memberof hearth.cluster
             * @classdesc Represents a ReadIndexRequest.
             * @constructor
             * @param {hearth.cluster.ReadIndexRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReadIndexRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReadIndexRequest clusterId.
             * @member {string} clusterId
             * @memberof hearth.cluster.ReadIndexRequest
             * @instance
             */
            ReadIndexRequest.prototype.clusterId = "";

            /**
             * Creates a new ReadIndexRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.ReadIndexRequest
             * @static
             * @param {hearth.cluster.ReadIndexRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.ReadIndexRequest} ReadIndexRequest instance
             * @type {{
             *   (properties: hearth.cluster.ReadIndexRequest.$Shape): hearth.cluster.ReadIndexRequest & hearth.cluster.ReadIndexRequest.$Shape;
             *   (properties?: hearth.cluster.ReadIndexRequest.$Properties): hearth.cluster.ReadIndexRequest;
             * }}
             */
            ReadIndexRequest.create = function(properties) {
                return new ReadIndexRequest(properties);
            };

            /**
             * Encodes the specified ReadIndexRequest message. Does not implicitly {@link hearth.cluster.ReadIndexRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.ReadIndexRequest
             * @static
             * @param {hearth.cluster.ReadIndexRequest.$Properties} message ReadIndexRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReadIndexRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.clusterId);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReadIndexRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.ReadIndexRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.ReadIndexRequest & hearth.cluster.ReadIndexRequest.$Shape} ReadIndexRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReadIndexRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.ReadIndexRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clusterId = value;
                            else
                                delete message.clusterId;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReadIndexRequest;
        })();

        cluster.ReadIndexReply = (function() {

            /**
             * Properties of a ReadIndexReply.
             * @typedef {Object} hearth.cluster.ReadIndexReply.$Properties
             * @property {number|null} [index] ReadIndexReply index
             * @property {boolean|null} [known] ReadIndexReply known
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a ReadIndexReply.
             * @memberof hearth.cluster
             * @interface IReadIndexReply
             * @augments hearth.cluster.ReadIndexReply.$Properties
             * @deprecated Use hearth.cluster.ReadIndexReply.$Properties instead.
             */

            /**
             * Shape of a ReadIndexReply.
             * @typedef {hearth.cluster.ReadIndexReply.$Properties} hearth.cluster.ReadIndexReply.$Shape
             */

            /**
             * Constructs a new ReadIndexReply.
             * @memberof hearth.cluster
             * @classdesc Represents a ReadIndexReply.
             * @constructor
             * @param {hearth.cluster.ReadIndexReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const ReadIndexReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * ReadIndexReply index.
             * @member {number} index
             * @memberof hearth.cluster.ReadIndexReply
             * @instance
             */
            ReadIndexReply.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * ReadIndexReply known.
             * @member {boolean} known
             * @memberof hearth.cluster.ReadIndexReply
             * @instance
             */
            ReadIndexReply.prototype.known = false;

            /**
             * Creates a new ReadIndexReply instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.ReadIndexReply
             * @static
             * @param {hearth.cluster.ReadIndexReply.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.ReadIndexReply} ReadIndexReply instance
             * @type {{
             *   (properties: hearth.cluster.ReadIndexReply.$Shape): hearth.cluster.ReadIndexReply & hearth.cluster.ReadIndexReply.$Shape;
             *   (properties?: hearth.cluster.ReadIndexReply.$Properties): hearth.cluster.ReadIndexReply;
             * }}
             */
            ReadIndexReply.create = function(properties) {
                return new ReadIndexReply(properties);
            };

            /**
             * Encodes the specified ReadIndexReply message. Does not implicitly {@link hearth.cluster.ReadIndexReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.ReadIndexReply
             * @static
             * @param {hearth.cluster.ReadIndexReply.$Properties} message ReadIndexReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            ReadIndexReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.index);
                if (message.known != null && $Object.hasOwnProperty.call(message, "known") && message.known !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.known);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a ReadIndexReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.ReadIndexReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.ReadIndexReply & hearth.cluster.ReadIndexReply.$Shape} ReadIndexReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            ReadIndexReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.ReadIndexReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.known = value;
                            else
                                delete message.known;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return ReadIndexReply;
        })();

        cluster.AppliedReport = (function() {

            /**
             * Properties of an AppliedReport.
             * @typedef {Object} hearth.cluster.AppliedReport.$Properties
             * @property {string|null} [clusterId] AppliedReport clusterId
             * @property {string|null} [node] AppliedReport node
             * @property {number|null} [index] AppliedReport index
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AppliedReport.
             * @memberof hearth.cluster
             * @interface IAppliedReport
             * @augments hearth.cluster.AppliedReport.$Properties
             * @deprecated Use hearth.cluster.AppliedReport.$Properties instead.
             */

            /**
             * Shape of an AppliedReport.
             * @typedef {hearth.cluster.AppliedReport.$Properties} hearth.cluster.AppliedReport.$Shape
             */

            /**
             * Constructs a new AppliedReport.
             * @memberof hearth.cluster
             * @classdesc Represents an AppliedReport.
             * @constructor
             * @param {hearth.cluster.AppliedReport.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AppliedReport = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AppliedReport clusterId.
             * @member {string} clusterId
             * @memberof hearth.cluster.AppliedReport
             * @instance
             */
            AppliedReport.prototype.clusterId = "";

            /**
             * AppliedReport node.
             * @member {string} node
             * @memberof hearth.cluster.AppliedReport
             * @instance
             */
            AppliedReport.prototype.node = "";

            /**
             * AppliedReport index.
             * @member {number} index
             * @memberof hearth.cluster.AppliedReport
             * @instance
             */
            AppliedReport.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new AppliedReport instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.AppliedReport
             * @static
             * @param {hearth.cluster.AppliedReport.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.AppliedReport} AppliedReport instance
             * @type {{
             *   (properties: hearth.cluster.AppliedReport.$Shape): hearth.cluster.AppliedReport & hearth.cluster.AppliedReport.$Shape;
             *   (properties?: hearth.cluster.AppliedReport.$Properties): hearth.cluster.AppliedReport;
             * }}
             */
            AppliedReport.create = function(properties) {
                return new AppliedReport(properties);
            };

            /**
             * Encodes the specified AppliedReport message. Does not implicitly {@link hearth.cluster.AppliedReport.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.AppliedReport
             * @static
             * @param {hearth.cluster.AppliedReport.$Properties} message AppliedReport message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AppliedReport.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.clusterId);
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.node);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.index);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AppliedReport message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.AppliedReport
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.AppliedReport & hearth.cluster.AppliedReport.$Shape} AppliedReport
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AppliedReport.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.AppliedReport();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clusterId = value;
                            else
                                delete message.clusterId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AppliedReport;
        })();

        cluster.LogEntry = (function() {

            /**
             * Properties of a LogEntry.
             * @typedef {Object} hearth.cluster.LogEntry.$Properties
             * @property {number|null} [index] LogEntry index
             * @property {number|null} [term] LogEntry term
             * @property {number|null} [kind] LogEntry kind
             * @property {Uint8Array|null} [data] LogEntry data
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LogEntry.
             * @memberof hearth.cluster
             * @interface ILogEntry
             * @augments hearth.cluster.LogEntry.$Properties
             * @deprecated Use hearth.cluster.LogEntry.$Properties instead.
             */

            /**
             * Shape of a LogEntry.
             * @typedef {hearth.cluster.LogEntry.$Properties} hearth.cluster.LogEntry.$Shape
             */

            /**
             * Constructs a new LogEntry.
             * @memberof hearth.cluster
             * @classdesc Represents a LogEntry.
             * @constructor
             * @param {hearth.cluster.LogEntry.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LogEntry = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * LogEntry index.
             * @member {number} index
             * @memberof hearth.cluster.LogEntry
             * @instance
             */
            LogEntry.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LogEntry term.
             * @member {number} term
             * @memberof hearth.cluster.LogEntry
             * @instance
             */
            LogEntry.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * LogEntry kind.
             * @member {number} kind
             * @memberof hearth.cluster.LogEntry
             * @instance
             */
            LogEntry.prototype.kind = 0;

            /**
             * LogEntry data.
             * @member {Uint8Array} data
             * @memberof hearth.cluster.LogEntry
             * @instance
             */
            LogEntry.prototype.data = $util.newBuffer([]);

            /**
             * Creates a new LogEntry instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.LogEntry
             * @static
             * @param {hearth.cluster.LogEntry.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.LogEntry} LogEntry instance
             * @type {{
             *   (properties: hearth.cluster.LogEntry.$Shape): hearth.cluster.LogEntry & hearth.cluster.LogEntry.$Shape;
             *   (properties?: hearth.cluster.LogEntry.$Properties): hearth.cluster.LogEntry;
             * }}
             */
            LogEntry.create = function(properties) {
                return new LogEntry(properties);
            };

            /**
             * Encodes the specified LogEntry message. Does not implicitly {@link hearth.cluster.LogEntry.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.LogEntry
             * @static
             * @param {hearth.cluster.LogEntry.$Properties} message LogEntry message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LogEntry.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.index);
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && (typeof message.term === "object" ? message.term.low || message.term.high : message.term !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.term);
                if (message.kind != null && $Object.hasOwnProperty.call(message, "kind") && message.kind !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.kind);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(/* id 4, wireType 2 =*/34).bytes(message.data);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LogEntry message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.LogEntry
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.LogEntry & hearth.cluster.LogEntry.$Shape} LogEntry
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LogEntry.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.LogEntry();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.kind = value;
                            else
                                delete message.kind;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return LogEntry;
        })();

        cluster.RaftEnvelope = (function() {

            /**
             * Properties of a RaftEnvelope.
             * @typedef {Object} hearth.cluster.RaftEnvelope.$Properties
             * @property {string|null} [clusterId] RaftEnvelope clusterId
             * @property {string|null} [from] RaftEnvelope from
             * @property {string|null} [to] RaftEnvelope to
             * @property {number|null} [term] RaftEnvelope term
             * @property {hearth.cluster.VoteRequest.$Properties|null} [voteRequest] RaftEnvelope voteRequest
             * @property {hearth.cluster.VoteReply.$Properties|null} [voteReply] RaftEnvelope voteReply
             * @property {hearth.cluster.AppendRequest.$Properties|null} [appendRequest] RaftEnvelope appendRequest
             * @property {hearth.cluster.AppendReply.$Properties|null} [appendReply] RaftEnvelope appendReply
             * @property {hearth.cluster.SnapshotRequest.$Properties|null} [snapshotRequest] RaftEnvelope snapshotRequest
             * @property {hearth.cluster.SnapshotReply.$Properties|null} [snapshotReply] RaftEnvelope snapshotReply
             * @property {hearth.cluster.FollowRequest.$Properties|null} [followRequest] RaftEnvelope followRequest
             * @property {hearth.cluster.LeadNow.$Properties|null} [leadNow] RaftEnvelope leadNow
             * @property {"voteRequest"|"voteReply"|"appendRequest"|"appendReply"|"snapshotRequest"|"snapshotReply"|"followRequest"|"leadNow"} [message] RaftEnvelope message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a RaftEnvelope.
             * @memberof hearth.cluster
             * @interface IRaftEnvelope
             * @augments hearth.cluster.RaftEnvelope.$Properties
             * @deprecated Use hearth.cluster.RaftEnvelope.$Properties instead.
             */

            /**
             * Narrowed shape of a RaftEnvelope.
             * @typedef {{
             *   clusterId?: string|null;
             *   from?: string|null;
             *   to?: string|null;
             *   term?: number|null;
             *   voteRequest?: hearth.cluster.VoteRequest.$Shape|null;
             *   voteReply?: hearth.cluster.VoteReply.$Shape|null;
             *   appendRequest?: hearth.cluster.AppendRequest.$Shape|null;
             *   appendReply?: hearth.cluster.AppendReply.$Shape|null;
             *   snapshotRequest?: hearth.cluster.SnapshotRequest.$Shape|null;
             *   snapshotReply?: hearth.cluster.SnapshotReply.$Shape|null;
             *   followRequest?: hearth.cluster.FollowRequest.$Shape|null;
             *   leadNow?: hearth.cluster.LeadNow.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "voteRequest"; voteRequest: hearth.cluster.VoteRequest.$Shape; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "voteReply"; voteRequest?: null; voteReply: hearth.cluster.VoteReply.$Shape; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "appendRequest"; voteRequest?: null; voteReply?: null; appendRequest: hearth.cluster.AppendRequest.$Shape; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "appendReply"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply: hearth.cluster.AppendReply.$Shape; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "snapshotRequest"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest: hearth.cluster.SnapshotRequest.$Shape; snapshotReply?: null; followRequest?: null; leadNow?: null }|{ message?: "snapshotReply"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply: hearth.cluster.SnapshotReply.$Shape; followRequest?: null; leadNow?: null }|{ message?: "followRequest"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest: hearth.cluster.FollowRequest.$Shape; leadNow?: null }|{ message?: "leadNow"; voteRequest?: null; voteReply?: null; appendRequest?: null; appendReply?: null; snapshotRequest?: null; snapshotReply?: null; followRequest?: null; leadNow: hearth.cluster.LeadNow.$Shape })
             * )} hearth.cluster.RaftEnvelope.$Shape
             */

            /**
             * Constructs a new RaftEnvelope.
             * @memberof hearth.cluster
             * @classdesc Represents a RaftEnvelope.
             * @constructor
             * @param {hearth.cluster.RaftEnvelope.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const RaftEnvelope = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * RaftEnvelope clusterId.
             * @member {string} clusterId
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.clusterId = "";

            /**
             * RaftEnvelope from.
             * @member {string} from
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.from = "";

            /**
             * RaftEnvelope to.
             * @member {string} to
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.to = "";

            /**
             * RaftEnvelope term.
             * @member {number} term
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * RaftEnvelope voteRequest.
             * @member {hearth.cluster.VoteRequest.$Properties|null|undefined} voteRequest
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.voteRequest = null;

            /**
             * RaftEnvelope voteReply.
             * @member {hearth.cluster.VoteReply.$Properties|null|undefined} voteReply
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.voteReply = null;

            /**
             * RaftEnvelope appendRequest.
             * @member {hearth.cluster.AppendRequest.$Properties|null|undefined} appendRequest
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.appendRequest = null;

            /**
             * RaftEnvelope appendReply.
             * @member {hearth.cluster.AppendReply.$Properties|null|undefined} appendReply
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.appendReply = null;

            /**
             * RaftEnvelope snapshotRequest.
             * @member {hearth.cluster.SnapshotRequest.$Properties|null|undefined} snapshotRequest
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.snapshotRequest = null;

            /**
             * RaftEnvelope snapshotReply.
             * @member {hearth.cluster.SnapshotReply.$Properties|null|undefined} snapshotReply
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.snapshotReply = null;

            /**
             * RaftEnvelope followRequest.
             * @member {hearth.cluster.FollowRequest.$Properties|null|undefined} followRequest
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.followRequest = null;

            /**
             * RaftEnvelope leadNow.
             * @member {hearth.cluster.LeadNow.$Properties|null|undefined} leadNow
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            RaftEnvelope.prototype.leadNow = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * RaftEnvelope message.
             * @member {"voteRequest"|"voteReply"|"appendRequest"|"appendReply"|"snapshotRequest"|"snapshotReply"|"followRequest"|"leadNow"|undefined} message
             * @memberof hearth.cluster.RaftEnvelope
             * @instance
             */
            $Object.defineProperty(RaftEnvelope.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["voteRequest", "voteReply", "appendRequest", "appendReply", "snapshotRequest", "snapshotReply", "followRequest", "leadNow"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new RaftEnvelope instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.RaftEnvelope
             * @static
             * @param {hearth.cluster.RaftEnvelope.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.RaftEnvelope} RaftEnvelope instance
             * @type {{
             *   (properties: hearth.cluster.RaftEnvelope.$Shape): hearth.cluster.RaftEnvelope & hearth.cluster.RaftEnvelope.$Shape;
             *   (properties?: hearth.cluster.RaftEnvelope.$Properties): hearth.cluster.RaftEnvelope;
             * }}
             */
            RaftEnvelope.create = function(properties) {
                return new RaftEnvelope(properties);
            };

            /**
             * Encodes the specified RaftEnvelope message. Does not implicitly {@link hearth.cluster.RaftEnvelope.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.RaftEnvelope
             * @static
             * @param {hearth.cluster.RaftEnvelope.$Properties} message RaftEnvelope message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            RaftEnvelope.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.clusterId != null && $Object.hasOwnProperty.call(message, "clusterId") && message.clusterId !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.clusterId);
                if (message.from != null && $Object.hasOwnProperty.call(message, "from") && message.from !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.from);
                if (message.to != null && $Object.hasOwnProperty.call(message, "to") && message.to !== "")
                    writer.uint32(/* id 3, wireType 2 =*/26).string(message.to);
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && (typeof message.term === "object" ? message.term.low || message.term.high : message.term !== 0))
                    writer.uint32(/* id 4, wireType 0 =*/32).uint64(message.term);
                if (message.voteRequest != null && $Object.hasOwnProperty.call(message, "voteRequest"))
                    $root.hearth.cluster.VoteRequest.encode(message.voteRequest, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.voteReply != null && $Object.hasOwnProperty.call(message, "voteReply"))
                    $root.hearth.cluster.VoteReply.encode(message.voteReply, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.appendRequest != null && $Object.hasOwnProperty.call(message, "appendRequest"))
                    $root.hearth.cluster.AppendRequest.encode(message.appendRequest, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.appendReply != null && $Object.hasOwnProperty.call(message, "appendReply"))
                    $root.hearth.cluster.AppendReply.encode(message.appendReply, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.snapshotRequest != null && $Object.hasOwnProperty.call(message, "snapshotRequest"))
                    $root.hearth.cluster.SnapshotRequest.encode(message.snapshotRequest, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.snapshotReply != null && $Object.hasOwnProperty.call(message, "snapshotReply"))
                    $root.hearth.cluster.SnapshotReply.encode(message.snapshotReply, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.followRequest != null && $Object.hasOwnProperty.call(message, "followRequest"))
                    $root.hearth.cluster.FollowRequest.encode(message.followRequest, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.leadNow != null && $Object.hasOwnProperty.call(message, "leadNow"))
                    $root.hearth.cluster.LeadNow.encode(message.leadNow, writer.uint32(/* id 12, wireType 2 =*/98).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a RaftEnvelope message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.RaftEnvelope
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.RaftEnvelope & hearth.cluster.RaftEnvelope.$Shape} RaftEnvelope
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            RaftEnvelope.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.RaftEnvelope();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.clusterId = value;
                            else
                                delete message.clusterId;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.from = value;
                            else
                                delete message.from;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.to = value;
                            else
                                delete message.to;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.voteRequest = $root.hearth.cluster.VoteRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.voteRequest);
                            message.message = "voteRequest";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.voteReply = $root.hearth.cluster.VoteReply.decode(reader, reader.size(), $undefined, _depth + 1, message.voteReply);
                            message.message = "voteReply";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.appendRequest = $root.hearth.cluster.AppendRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.appendRequest);
                            message.message = "appendRequest";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.appendReply = $root.hearth.cluster.AppendReply.decode(reader, reader.size(), $undefined, _depth + 1, message.appendReply);
                            message.message = "appendReply";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.snapshotRequest = $root.hearth.cluster.SnapshotRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.snapshotRequest);
                            message.message = "snapshotRequest";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.snapshotReply = $root.hearth.cluster.SnapshotReply.decode(reader, reader.size(), $undefined, _depth + 1, message.snapshotReply);
                            message.message = "snapshotReply";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.followRequest = $root.hearth.cluster.FollowRequest.decode(reader, reader.size(), $undefined, _depth + 1, message.followRequest);
                            message.message = "followRequest";
                            continue;
                        }
                    case 12: {
                            if (wireType !== 2)
                                break;
                            message.leadNow = $root.hearth.cluster.LeadNow.decode(reader, reader.size(), $undefined, _depth + 1, message.leadNow);
                            message.message = "leadNow";
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return RaftEnvelope;
        })();

        cluster.VoteRequest = (function() {

            /**
             * Properties of a VoteRequest.
             * @typedef {Object} hearth.cluster.VoteRequest.$Properties
             * @property {number|null} [lastIndex] VoteRequest lastIndex
             * @property {number|null} [lastTerm] VoteRequest lastTerm
             * @property {boolean|null} [preVote] VoteRequest preVote
             * @property {boolean|null} [handedOver] VoteRequest handedOver
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a VoteRequest.
             * @memberof hearth.cluster
             * @interface IVoteRequest
             * @augments hearth.cluster.VoteRequest.$Properties
             * @deprecated Use hearth.cluster.VoteRequest.$Properties instead.
             */

            /**
             * Shape of a VoteRequest.
             * @typedef {hearth.cluster.VoteRequest.$Properties} hearth.cluster.VoteRequest.$Shape
             */

            /**
             * Constructs a new VoteRequest.
             * @memberof hearth.cluster
             * @classdesc Represents a VoteRequest.
             * @constructor
             * @param {hearth.cluster.VoteRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const VoteRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * VoteRequest lastIndex.
             * @member {number} lastIndex
             * @memberof hearth.cluster.VoteRequest
             * @instance
             */
            VoteRequest.prototype.lastIndex = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * VoteRequest lastTerm.
             * @member {number} lastTerm
             * @memberof hearth.cluster.VoteRequest
             * @instance
             */
            VoteRequest.prototype.lastTerm = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * VoteRequest preVote.
             * @member {boolean} preVote
             * @memberof hearth.cluster.VoteRequest
             * @instance
             */
            VoteRequest.prototype.preVote = false;

            /**
             * VoteRequest handedOver.
             * @member {boolean} handedOver
             * @memberof hearth.cluster.VoteRequest
             * @instance
             */
            VoteRequest.prototype.handedOver = false;

            /**
             * Creates a new VoteRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.VoteRequest
             * @static
             * @param {hearth.cluster.VoteRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.VoteRequest} VoteRequest instance
             * @type {{
             *   (properties: hearth.cluster.VoteRequest.$Shape): hearth.cluster.VoteRequest & hearth.cluster.VoteRequest.$Shape;
             *   (properties?: hearth.cluster.VoteRequest.$Properties): hearth.cluster.VoteRequest;
             * }}
             */
            VoteRequest.create = function(properties) {
                return new VoteRequest(properties);
            };

            /**
             * Encodes the specified VoteRequest message. Does not implicitly {@link hearth.cluster.VoteRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.VoteRequest
             * @static
             * @param {hearth.cluster.VoteRequest.$Properties} message VoteRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            VoteRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lastIndex != null && $Object.hasOwnProperty.call(message, "lastIndex") && (typeof message.lastIndex === "object" ? message.lastIndex.low || message.lastIndex.high : message.lastIndex !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.lastIndex);
                if (message.lastTerm != null && $Object.hasOwnProperty.call(message, "lastTerm") && (typeof message.lastTerm === "object" ? message.lastTerm.low || message.lastTerm.high : message.lastTerm !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.lastTerm);
                if (message.preVote != null && $Object.hasOwnProperty.call(message, "preVote") && message.preVote !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.preVote);
                if (message.handedOver != null && $Object.hasOwnProperty.call(message, "handedOver") && message.handedOver !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.handedOver);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a VoteRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.VoteRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.VoteRequest & hearth.cluster.VoteRequest.$Shape} VoteRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            VoteRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.VoteRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.lastIndex = value;
                            else
                                delete message.lastIndex;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.lastTerm = value;
                            else
                                delete message.lastTerm;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.preVote = value;
                            else
                                delete message.preVote;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.handedOver = value;
                            else
                                delete message.handedOver;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return VoteRequest;
        })();

        cluster.VoteReply = (function() {

            /**
             * Properties of a VoteReply.
             * @typedef {Object} hearth.cluster.VoteReply.$Properties
             * @property {boolean|null} [granted] VoteReply granted
             * @property {boolean|null} [preVote] VoteReply preVote
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a VoteReply.
             * @memberof hearth.cluster
             * @interface IVoteReply
             * @augments hearth.cluster.VoteReply.$Properties
             * @deprecated Use hearth.cluster.VoteReply.$Properties instead.
             */

            /**
             * Shape of a VoteReply.
             * @typedef {hearth.cluster.VoteReply.$Properties} hearth.cluster.VoteReply.$Shape
             */

            /**
             * Constructs a new VoteReply.
             * @memberof hearth.cluster
             * @classdesc Represents a VoteReply.
             * @constructor
             * @param {hearth.cluster.VoteReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const VoteReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * VoteReply granted.
             * @member {boolean} granted
             * @memberof hearth.cluster.VoteReply
             * @instance
             */
            VoteReply.prototype.granted = false;

            /**
             * VoteReply preVote.
             * @member {boolean} preVote
             * @memberof hearth.cluster.VoteReply
             * @instance
             */
            VoteReply.prototype.preVote = false;

            /**
             * Creates a new VoteReply instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.VoteReply
             * @static
             * @param {hearth.cluster.VoteReply.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.VoteReply} VoteReply instance
             * @type {{
             *   (properties: hearth.cluster.VoteReply.$Shape): hearth.cluster.VoteReply & hearth.cluster.VoteReply.$Shape;
             *   (properties?: hearth.cluster.VoteReply.$Properties): hearth.cluster.VoteReply;
             * }}
             */
            VoteReply.create = function(properties) {
                return new VoteReply(properties);
            };

            /**
             * Encodes the specified VoteReply message. Does not implicitly {@link hearth.cluster.VoteReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.VoteReply
             * @static
             * @param {hearth.cluster.VoteReply.$Properties} message VoteReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            VoteReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.granted != null && $Object.hasOwnProperty.call(message, "granted") && message.granted !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.granted);
                if (message.preVote != null && $Object.hasOwnProperty.call(message, "preVote") && message.preVote !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.preVote);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a VoteReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.VoteReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.VoteReply & hearth.cluster.VoteReply.$Shape} VoteReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            VoteReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.VoteReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.granted = value;
                            else
                                delete message.granted;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.preVote = value;
                            else
                                delete message.preVote;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return VoteReply;
        })();

        cluster.AppendRequest = (function() {

            /**
             * Properties of an AppendRequest.
             * @typedef {Object} hearth.cluster.AppendRequest.$Properties
             * @property {number|null} [previousIndex] AppendRequest previousIndex
             * @property {number|null} [previousTerm] AppendRequest previousTerm
             * @property {number|null} [commitIndex] AppendRequest commitIndex
             * @property {Array.<hearth.cluster.LogEntry.$Properties>|null} [entries] AppendRequest entries
             * @property {number|null} [round] AppendRequest round
             * @property {string|null} [leader] AppendRequest leader
             * @property {number|null} [heardAgoMs] AppendRequest heardAgoMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AppendRequest.
             * @memberof hearth.cluster
             * @interface IAppendRequest
             * @augments hearth.cluster.AppendRequest.$Properties
             * @deprecated Use hearth.cluster.AppendRequest.$Properties instead.
             */

            /**
             * Shape of an AppendRequest.
             * @typedef {hearth.cluster.AppendRequest.$Properties} hearth.cluster.AppendRequest.$Shape
             */

            /**
             * Constructs a new AppendRequest.
             * @memberof hearth.cluster
             * @classdesc Represents an AppendRequest.
             * @constructor
             * @param {hearth.cluster.AppendRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AppendRequest = function (properties) {
                this.entries = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AppendRequest previousIndex.
             * @member {number} previousIndex
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.previousIndex = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AppendRequest previousTerm.
             * @member {number} previousTerm
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.previousTerm = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AppendRequest commitIndex.
             * @member {number} commitIndex
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.commitIndex = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AppendRequest entries.
             * @member {Array.<hearth.cluster.LogEntry.$Properties>} entries
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.entries = $util.emptyArray;

            /**
             * AppendRequest round.
             * @member {number} round
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.round = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AppendRequest leader.
             * @member {string} leader
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.leader = "";

            /**
             * AppendRequest heardAgoMs.
             * @member {number} heardAgoMs
             * @memberof hearth.cluster.AppendRequest
             * @instance
             */
            AppendRequest.prototype.heardAgoMs = 0;

            /**
             * Creates a new AppendRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.AppendRequest
             * @static
             * @param {hearth.cluster.AppendRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.AppendRequest} AppendRequest instance
             * @type {{
             *   (properties: hearth.cluster.AppendRequest.$Shape): hearth.cluster.AppendRequest & hearth.cluster.AppendRequest.$Shape;
             *   (properties?: hearth.cluster.AppendRequest.$Properties): hearth.cluster.AppendRequest;
             * }}
             */
            AppendRequest.create = function(properties) {
                return new AppendRequest(properties);
            };

            /**
             * Encodes the specified AppendRequest message. Does not implicitly {@link hearth.cluster.AppendRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.AppendRequest
             * @static
             * @param {hearth.cluster.AppendRequest.$Properties} message AppendRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AppendRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.previousIndex != null && $Object.hasOwnProperty.call(message, "previousIndex") && (typeof message.previousIndex === "object" ? message.previousIndex.low || message.previousIndex.high : message.previousIndex !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.previousIndex);
                if (message.previousTerm != null && $Object.hasOwnProperty.call(message, "previousTerm") && (typeof message.previousTerm === "object" ? message.previousTerm.low || message.previousTerm.high : message.previousTerm !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.previousTerm);
                if (message.commitIndex != null && $Object.hasOwnProperty.call(message, "commitIndex") && (typeof message.commitIndex === "object" ? message.commitIndex.low || message.commitIndex.high : message.commitIndex !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.commitIndex);
                if (message.entries != null && message.entries.length)
                    for (let i = 0; i < message.entries.length; ++i)
                        $root.hearth.cluster.LogEntry.encode(message.entries[i], writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.round != null && $Object.hasOwnProperty.call(message, "round") && (typeof message.round === "object" ? message.round.low || message.round.high : message.round !== 0))
                    writer.uint32(/* id 5, wireType 0 =*/40).uint64(message.round);
                if (message.leader != null && $Object.hasOwnProperty.call(message, "leader") && message.leader !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.leader);
                if (message.heardAgoMs != null && $Object.hasOwnProperty.call(message, "heardAgoMs") && message.heardAgoMs !== 0)
                    writer.uint32(/* id 7, wireType 0 =*/56).uint32(message.heardAgoMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AppendRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.AppendRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.AppendRequest & hearth.cluster.AppendRequest.$Shape} AppendRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AppendRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.AppendRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.previousIndex = value;
                            else
                                delete message.previousIndex;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.previousTerm = value;
                            else
                                delete message.previousTerm;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.commitIndex = value;
                            else
                                delete message.commitIndex;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.entries && message.entries.length))
                                message.entries = [];
                            message.entries.push($root.hearth.cluster.LogEntry.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 5: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.round = value;
                            else
                                delete message.round;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leader = value;
                            else
                                delete message.leader;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.heardAgoMs = value;
                            else
                                delete message.heardAgoMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AppendRequest;
        })();

        cluster.AppendReply = (function() {

            /**
             * Properties of an AppendReply.
             * @typedef {Object} hearth.cluster.AppendReply.$Properties
             * @property {boolean|null} [accepted] AppendReply accepted
             * @property {number|null} [matchIndex] AppendReply matchIndex
             * @property {number|null} [round] AppendReply round
             * @property {boolean|null} [mute] AppendReply mute
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an AppendReply.
             * @memberof hearth.cluster
             * @interface IAppendReply
             * @augments hearth.cluster.AppendReply.$Properties
             * @deprecated Use hearth.cluster.AppendReply.$Properties instead.
             */

            /**
             * Shape of an AppendReply.
             * @typedef {hearth.cluster.AppendReply.$Properties} hearth.cluster.AppendReply.$Shape
             */

            /**
             * Constructs a new AppendReply.
             * @memberof hearth.cluster
             * @classdesc Represents an AppendReply.
             * @constructor
             * @param {hearth.cluster.AppendReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const AppendReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * AppendReply accepted.
             * @member {boolean} accepted
             * @memberof hearth.cluster.AppendReply
             * @instance
             */
            AppendReply.prototype.accepted = false;

            /**
             * AppendReply matchIndex.
             * @member {number} matchIndex
             * @memberof hearth.cluster.AppendReply
             * @instance
             */
            AppendReply.prototype.matchIndex = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AppendReply round.
             * @member {number} round
             * @memberof hearth.cluster.AppendReply
             * @instance
             */
            AppendReply.prototype.round = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * AppendReply mute.
             * @member {boolean} mute
             * @memberof hearth.cluster.AppendReply
             * @instance
             */
            AppendReply.prototype.mute = false;

            /**
             * Creates a new AppendReply instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.AppendReply
             * @static
             * @param {hearth.cluster.AppendReply.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.AppendReply} AppendReply instance
             * @type {{
             *   (properties: hearth.cluster.AppendReply.$Shape): hearth.cluster.AppendReply & hearth.cluster.AppendReply.$Shape;
             *   (properties?: hearth.cluster.AppendReply.$Properties): hearth.cluster.AppendReply;
             * }}
             */
            AppendReply.create = function(properties) {
                return new AppendReply(properties);
            };

            /**
             * Encodes the specified AppendReply message. Does not implicitly {@link hearth.cluster.AppendReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.AppendReply
             * @static
             * @param {hearth.cluster.AppendReply.$Properties} message AppendReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            AppendReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.accepted != null && $Object.hasOwnProperty.call(message, "accepted") && message.accepted !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.accepted);
                if (message.matchIndex != null && $Object.hasOwnProperty.call(message, "matchIndex") && (typeof message.matchIndex === "object" ? message.matchIndex.low || message.matchIndex.high : message.matchIndex !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.matchIndex);
                if (message.round != null && $Object.hasOwnProperty.call(message, "round") && (typeof message.round === "object" ? message.round.low || message.round.high : message.round !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.round);
                if (message.mute != null && $Object.hasOwnProperty.call(message, "mute") && message.mute !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.mute);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an AppendReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.AppendReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.AppendReply & hearth.cluster.AppendReply.$Shape} AppendReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            AppendReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.AppendReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.accepted = value;
                            else
                                delete message.accepted;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.matchIndex = value;
                            else
                                delete message.matchIndex;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.round = value;
                            else
                                delete message.round;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.mute = value;
                            else
                                delete message.mute;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return AppendReply;
        })();

        cluster.SnapshotRequest = (function() {

            /**
             * Properties of a SnapshotRequest.
             * @typedef {Object} hearth.cluster.SnapshotRequest.$Properties
             * @property {string|null} [leader] SnapshotRequest leader
             * @property {number|null} [index] SnapshotRequest index
             * @property {number|null} [term] SnapshotRequest term
             * @property {Array.<string>|null} [voters] SnapshotRequest voters
             * @property {Array.<string>|null} [outgoing] SnapshotRequest outgoing
             * @property {number|null} [part] SnapshotRequest part
             * @property {Uint8Array|null} [data] SnapshotRequest data
             * @property {boolean|null} [last] SnapshotRequest last
             * @property {number|null} [heardAgoMs] SnapshotRequest heardAgoMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SnapshotRequest.
             * @memberof hearth.cluster
             * @interface ISnapshotRequest
             * @augments hearth.cluster.SnapshotRequest.$Properties
             * @deprecated Use hearth.cluster.SnapshotRequest.$Properties instead.
             */

            /**
             * Shape of a SnapshotRequest.
             * @typedef {hearth.cluster.SnapshotRequest.$Properties} hearth.cluster.SnapshotRequest.$Shape
             */

            /**
             * Constructs a new SnapshotRequest.
             * @memberof hearth.cluster
             * @classdesc Represents a SnapshotRequest.
             * @constructor
             * @param {hearth.cluster.SnapshotRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SnapshotRequest = function (properties) {
                this.voters = [];
                this.outgoing = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SnapshotRequest leader.
             * @member {string} leader
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.leader = "";

            /**
             * SnapshotRequest index.
             * @member {number} index
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * SnapshotRequest term.
             * @member {number} term
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.term = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * SnapshotRequest voters.
             * @member {Array.<string>} voters
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.voters = $util.emptyArray;

            /**
             * SnapshotRequest outgoing.
             * @member {Array.<string>} outgoing
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.outgoing = $util.emptyArray;

            /**
             * SnapshotRequest part.
             * @member {number} part
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.part = 0;

            /**
             * SnapshotRequest data.
             * @member {Uint8Array} data
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.data = $util.newBuffer([]);

            /**
             * SnapshotRequest last.
             * @member {boolean} last
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.last = false;

            /**
             * SnapshotRequest heardAgoMs.
             * @member {number} heardAgoMs
             * @memberof hearth.cluster.SnapshotRequest
             * @instance
             */
            SnapshotRequest.prototype.heardAgoMs = 0;

            /**
             * Creates a new SnapshotRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.SnapshotRequest
             * @static
             * @param {hearth.cluster.SnapshotRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.SnapshotRequest} SnapshotRequest instance
             * @type {{
             *   (properties: hearth.cluster.SnapshotRequest.$Shape): hearth.cluster.SnapshotRequest & hearth.cluster.SnapshotRequest.$Shape;
             *   (properties?: hearth.cluster.SnapshotRequest.$Properties): hearth.cluster.SnapshotRequest;
             * }}
             */
            SnapshotRequest.create = function(properties) {
                return new SnapshotRequest(properties);
            };

            /**
             * Encodes the specified SnapshotRequest message. Does not implicitly {@link hearth.cluster.SnapshotRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.SnapshotRequest
             * @static
             * @param {hearth.cluster.SnapshotRequest.$Properties} message SnapshotRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SnapshotRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.leader != null && $Object.hasOwnProperty.call(message, "leader") && message.leader !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.leader);
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.index);
                if (message.term != null && $Object.hasOwnProperty.call(message, "term") && (typeof message.term === "object" ? message.term.low || message.term.high : message.term !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.term);
                if (message.voters != null && message.voters.length)
                    for (let i = 0; i < message.voters.length; ++i)
                        writer.uint32(/* id 4, wireType 2 =*/34).string(message.voters[i]);
                if (message.outgoing != null && message.outgoing.length)
                    for (let i = 0; i < message.outgoing.length; ++i)
                        writer.uint32(/* id 5, wireType 2 =*/42).string(message.outgoing[i]);
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 6, wireType 0 =*/48).uint32(message.part);
                if (message.data != null && $Object.hasOwnProperty.call(message, "data") && message.data.length)
                    writer.uint32(/* id 7, wireType 2 =*/58).bytes(message.data);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                    writer.uint32(/* id 8, wireType 0 =*/64).bool(message.last);
                if (message.heardAgoMs != null && $Object.hasOwnProperty.call(message, "heardAgoMs") && message.heardAgoMs !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.heardAgoMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SnapshotRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.SnapshotRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.SnapshotRequest & hearth.cluster.SnapshotRequest.$Shape} SnapshotRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SnapshotRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.SnapshotRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.leader = value;
                            else
                                delete message.leader;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.term = value;
                            else
                                delete message.term;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            if (!(message.voters && message.voters.length))
                                message.voters = [];
                            message.voters.push(reader.stringVerify());
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.outgoing && message.outgoing.length))
                                message.outgoing = [];
                            message.outgoing.push(reader.stringVerify());
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.data = value;
                            else
                                delete message.data;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.heardAgoMs = value;
                            else
                                delete message.heardAgoMs;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SnapshotRequest;
        })();

        cluster.SnapshotReply = (function() {

            /**
             * Properties of a SnapshotReply.
             * @typedef {Object} hearth.cluster.SnapshotReply.$Properties
             * @property {number|null} [index] SnapshotReply index
             * @property {number|null} [parts] SnapshotReply parts
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a SnapshotReply.
             * @memberof hearth.cluster
             * @interface ISnapshotReply
             * @augments hearth.cluster.SnapshotReply.$Properties
             * @deprecated Use hearth.cluster.SnapshotReply.$Properties instead.
             */

            /**
             * Shape of a SnapshotReply.
             * @typedef {hearth.cluster.SnapshotReply.$Properties} hearth.cluster.SnapshotReply.$Shape
             */

            /**
             * Constructs a new SnapshotReply.
             * @memberof hearth.cluster
             * @classdesc Represents a SnapshotReply.
             * @constructor
             * @param {hearth.cluster.SnapshotReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const SnapshotReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * SnapshotReply index.
             * @member {number} index
             * @memberof hearth.cluster.SnapshotReply
             * @instance
             */
            SnapshotReply.prototype.index = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * SnapshotReply parts.
             * @member {number} parts
             * @memberof hearth.cluster.SnapshotReply
             * @instance
             */
            SnapshotReply.prototype.parts = 0;

            /**
             * Creates a new SnapshotReply instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.SnapshotReply
             * @static
             * @param {hearth.cluster.SnapshotReply.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.SnapshotReply} SnapshotReply instance
             * @type {{
             *   (properties: hearth.cluster.SnapshotReply.$Shape): hearth.cluster.SnapshotReply & hearth.cluster.SnapshotReply.$Shape;
             *   (properties?: hearth.cluster.SnapshotReply.$Properties): hearth.cluster.SnapshotReply;
             * }}
             */
            SnapshotReply.create = function(properties) {
                return new SnapshotReply(properties);
            };

            /**
             * Encodes the specified SnapshotReply message. Does not implicitly {@link hearth.cluster.SnapshotReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.SnapshotReply
             * @static
             * @param {hearth.cluster.SnapshotReply.$Properties} message SnapshotReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            SnapshotReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.index != null && $Object.hasOwnProperty.call(message, "index") && (typeof message.index === "object" ? message.index.low || message.index.high : message.index !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.index);
                if (message.parts != null && $Object.hasOwnProperty.call(message, "parts") && message.parts !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.parts);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a SnapshotReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.SnapshotReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.SnapshotReply & hearth.cluster.SnapshotReply.$Shape} SnapshotReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            SnapshotReply.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.SnapshotReply();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.index = value;
                            else
                                delete message.index;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.parts = value;
                            else
                                delete message.parts;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return SnapshotReply;
        })();

        cluster.FollowRequest = (function() {

            /**
             * Properties of a FollowRequest.
             * @typedef {Object} hearth.cluster.FollowRequest.$Properties
             * @property {number|null} [lastIndex] FollowRequest lastIndex
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a FollowRequest.
             * @memberof hearth.cluster
             * @interface IFollowRequest
             * @augments hearth.cluster.FollowRequest.$Properties
             * @deprecated Use hearth.cluster.FollowRequest.$Properties instead.
             */

            /**
             * Shape of a FollowRequest.
             * @typedef {hearth.cluster.FollowRequest.$Properties} hearth.cluster.FollowRequest.$Shape
             */

            /**
             * Constructs a new FollowRequest.
             * @memberof hearth.cluster
             * @classdesc Represents a FollowRequest.
             * @constructor
             * @param {hearth.cluster.FollowRequest.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const FollowRequest = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * FollowRequest lastIndex.
             * @member {number} lastIndex
             * @memberof hearth.cluster.FollowRequest
             * @instance
             */
            FollowRequest.prototype.lastIndex = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new FollowRequest instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.FollowRequest
             * @static
             * @param {hearth.cluster.FollowRequest.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.FollowRequest} FollowRequest instance
             * @type {{
             *   (properties: hearth.cluster.FollowRequest.$Shape): hearth.cluster.FollowRequest & hearth.cluster.FollowRequest.$Shape;
             *   (properties?: hearth.cluster.FollowRequest.$Properties): hearth.cluster.FollowRequest;
             * }}
             */
            FollowRequest.create = function(properties) {
                return new FollowRequest(properties);
            };

            /**
             * Encodes the specified FollowRequest message. Does not implicitly {@link hearth.cluster.FollowRequest.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.FollowRequest
             * @static
             * @param {hearth.cluster.FollowRequest.$Properties} message FollowRequest message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            FollowRequest.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.lastIndex != null && $Object.hasOwnProperty.call(message, "lastIndex") && (typeof message.lastIndex === "object" ? message.lastIndex.low || message.lastIndex.high : message.lastIndex !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.lastIndex);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a FollowRequest message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.FollowRequest
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.FollowRequest & hearth.cluster.FollowRequest.$Shape} FollowRequest
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            FollowRequest.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message, value;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.FollowRequest();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    let wireType = tag & 7;
                    switch (tag >>>= 3) {
                    case 1: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.lastIndex = value;
                            else
                                delete message.lastIndex;
                            continue;
                        }
                    }
                    reader.skipType(wireType, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return FollowRequest;
        })();

        cluster.LeadNow = (function() {

            /**
             * Properties of a LeadNow.
             * @typedef {Object} hearth.cluster.LeadNow.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a LeadNow.
             * @memberof hearth.cluster
             * @interface ILeadNow
             * @augments hearth.cluster.LeadNow.$Properties
             * @deprecated Use hearth.cluster.LeadNow.$Properties instead.
             */

            /**
             * Shape of a LeadNow.
             * @typedef {hearth.cluster.LeadNow.$Properties} hearth.cluster.LeadNow.$Shape
             */

            /**
             * Constructs a new LeadNow.
             * @memberof hearth.cluster
             * @classdesc Represents a LeadNow.
             * @constructor
             * @param {hearth.cluster.LeadNow.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const LeadNow = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new LeadNow instance using the specified properties.
             * @function create
             * @memberof hearth.cluster.LeadNow
             * @static
             * @param {hearth.cluster.LeadNow.$Properties=} [properties] Properties to set
             * @returns {hearth.cluster.LeadNow} LeadNow instance
             * @type {{
             *   (properties: hearth.cluster.LeadNow.$Shape): hearth.cluster.LeadNow & hearth.cluster.LeadNow.$Shape;
             *   (properties?: hearth.cluster.LeadNow.$Properties): hearth.cluster.LeadNow;
             * }}
             */
            LeadNow.create = function(properties) {
                return new LeadNow(properties);
            };

            /**
             * Encodes the specified LeadNow message. Does not implicitly {@link hearth.cluster.LeadNow.verify|verify} messages.
             * @function encode
             * @memberof hearth.cluster.LeadNow
             * @static
             * @param {hearth.cluster.LeadNow.$Properties} message LeadNow message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            LeadNow.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a LeadNow message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.cluster.LeadNow
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.cluster.LeadNow & hearth.cluster.LeadNow.$Shape} LeadNow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            LeadNow.decode = function (reader, length, _end, _depth, _target) {
                if (!(reader instanceof $Reader))
                    reader = $Reader.create(reader);
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $Reader.recursionLimit)
                    throw $Error("max depth exceeded");
                let end, message;
                if (length === $undefined)
                    end = reader.len;
                else {
                    end = reader.pos + length;
                    if (end > reader.len)
                        throw $RangeError("index out of range");
                    length = reader.len;
                    reader.len = end;
                }
                message = _target || new $root.hearth.cluster.LeadNow();
                while (reader.pos < end) {
                    let start = reader.pos;
                    let tag = reader.tag();
                    if (tag === _end) {
                        _end = $undefined;
                        break;
                    }
                    reader.skipType(tag & 7, _depth, tag);
                    if (!reader.discardUnknown) {
                        $util.makeProp(message, "$unknowns", false);
                        (message.$unknowns || (message.$unknowns = [])).push(reader.raw(start, reader.pos));
                    }
                }
                if (length !== $undefined) {
                    if (reader.pos !== end)
                        throw $RangeError("index out of range");
                    reader.len = length;
                }
                if (_end !== $undefined)
                    throw $Error("missing end group");
                return message;
            };

            return LeadNow;
        })();

        return cluster;
    })();

    return hearth;
})();

export {
  $root as default
};
