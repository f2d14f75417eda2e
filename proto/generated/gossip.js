/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";
import "../plain-numbers.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["gossip"] || ($protobuf.roots["gossip"] = {});

export const hearth = $root.hearth = (() => {

    /**
     * Namespace hearth.
     * @exports hearth
     * @namespace
     */
    const hearth = {};

    hearth.gossip = (function() {

        /**
         * Namespace gossip.
         * @memberof hearth
         * @namespace
         */
        const gossip = {};

        /**
         * Status enum.
         * @name hearth.gossip.Status
         * @enum {number}
         * @property {number} UNKNOWN=0 UNKNOWN value
         * @property {number} ALIVE=1 ALIVE value
         * @property {number} SUSPECT=2 SUSPECT value
         * @property {number} DEAD=3 DEAD value
         * @property {number} LEFT=4 LEFT value
         */
        gossip.Status = (function() {
            const valuesById = $Object.create(null), values = $Object.create(valuesById);
            values[valuesById[0] = "UNKNOWN"] = 0;
            values[valuesById[1] = "ALIVE"] = 1;
            values[valuesById[2] = "SUSPECT"] = 2;
            values[valuesById[3] = "DEAD"] = 3;
            values[valuesById[4] = "LEFT"] = 4;
            return values;
        })();

        gossip.Packet = (function() {

            /**
             * Properties of a Packet.
             * @typedef {Object} hearth.gossip.Packet.$Properties
             * @property {Array.<hearth.gossip.Member.$Properties>|null} [updates] Packet updates
             * @property {Uint8Array|null} [view] Packet view
             * @property {hearth.gossip.Probe.$Properties|null} [ping] Packet ping
             * @property {hearth.gossip.Probe.$Properties|null} [ack] Packet ack
             * @property {hearth.gossip.Probe.$Properties|null} [pingRequest] Packet pingRequest
             * @property {hearth.gossip.Probe.$Properties|null} [nack] Packet nack
             * @property {hearth.gossip.Gossip.$Properties|null} [gossip] Packet gossip
             * @property {hearth.gossip.Sync.$Properties|null} [sync] Packet sync
             * @property {"ping"|"ack"|"pingRequest"|"nack"|"gossip"|"sync"} [body] Packet body
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Packet.
             * @memberof hearth.gossip
             * @interface IPacket
             * @augments hearth.gossip.Packet.$Properties
             * @deprecated Use hearth.gossip.Packet.$Properties instead.
             */

            /**
             * Narrowed shape of a Packet.
             * @typedef {{
             *   updates?: Array.<hearth.gossip.Member.$Shape>|null;
             *   view?: Uint8Array|null;
             *   ping?: hearth.gossip.Probe.$Shape|null;
             *   ack?: hearth.gossip.Probe.$Shape|null;
             *   pingRequest?: hearth.gossip.Probe.$Shape|null;
             *   nack?: hearth.gossip.Probe.$Shape|null;
             *   gossip?: hearth.gossip.Gossip.$Shape|null;
             *   sync?: hearth.gossip.Sync.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ body?: undefined; ping?: null; ack?: null; pingRequest?: null; nack?: null; gossip?: null; sync?: null }|{ body?: "ping"; ping: hearth.gossip.Probe.$Shape; ack?: null; pingRequest?: null; nack?: null; gossip?: null; sync?: null }|{ body?: "ack"; ping?: null; ack: hearth.gossip.Probe.$Shape; pingRequest?: null; nack?: null; gossip?: null; sync?: null }|{ body?: "pingRequest"; ping?: null; ack?: null; pingRequest: hearth.gossip.Probe.$Shape; nack?: null; gossip?: null; sync?: null }|{ body?: "nack"; ping?: null; ack?: null; pingRequest?: null; nack: hearth.gossip.Probe.$Shape; gossip?: null; sync?: null }|{ body?: "gossip"; ping?: null; ack?: null; pingRequest?: null; nack?: null; gossip: hearth.gossip.Gossip.$Shape; sync?: null }|{ body?: "sync"; ping?: null; ack?: null; pingRequest?: null; nack?: null; gossip?: null; sync: hearth.gossip.Sync.$Shape })
             * )} hearth.gossip.Packet.$Shape
             */

            /**
             * Constructs a new Packet.
             * @memberof hearth.gossip
             * @classdesc Represents a Packet.
             * @constructor
             * @param {hearth.gossip.Packet.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Packet = function (properties) {
                this.updates = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Packet updates.
             * @member {Array.<hearth.gossip.Member.$Properties>} updates
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.updates = $util.emptyArray;

            /**
             * Packet view.
             * @member {Uint8Array} view
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.view = $util.newBuffer([]);

            /**
             * Packet ping.
             * @member {hearth.gossip.Probe.$Properties|null|undefined} ping
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.ping = null;

            /**
             * Packet ack.
             * @member {hearth.gossip.Probe.$Properties|null|undefined} ack
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.ack = null;

            /**
             * Packet pingRequest.
             * @member {hearth.gossip.Probe.$Properties|null|undefined} pingRequest
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.pingRequest = null;

            /**
             * Packet nack.
             * @member {hearth.gossip.Probe.$Properties|null|undefined} nack
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.nack = null;

            /**
             * Packet gossip.
             * @member {hearth.gossip.Gossip.$Properties|null|undefined} gossip
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.gossip = null;

            /**
             * Packet sync.
             * @member {hearth.gossip.Sync.$Properties|null|undefined} sync
             * @memberof hearth.gossip.Packet
             * @instance
             */
            Packet.prototype.sync = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * Packet body.
             * @member {"ping"|"ack"|"pingRequest"|"nack"|"gossip"|"sync"|undefined} body
             * @memberof hearth.gossip.Packet
             * @instance
             */
            $Object.defineProperty(Packet.prototype, "body", {
                get: $util.oneOfGetter($oneOfFields = ["ping", "ack", "pingRequest", "nack", "gossip", "sync"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new Packet instance using the specified properties.
             * @function create
             * @memberof hearth.gossip.Packet
             * @static
             * @param {hearth.gossip.Packet.$Properties=} [properties] Properties to set
             * @returns {hearth.gossip.Packet} Packet instance
             * @type {{
             *   (properties: hearth.gossip.Packet.$Shape): hearth.gossip.Packet & hearth.gossip.Packet.$Shape;
             *   (properties?: hearth.gossip.Packet.$Properties): hearth.gossip.Packet;
             * }}
             */
            Packet.create = function(properties) {
                return new Packet(properties);
            };

            /**
             * Encodes the specified Packet message. Does not implicitly {@link hearth.gossip.Packet.verify|verify} messages.
             * @function encode
             * @memberof hearth.gossip.Packet
             * @static
             * @param {hearth.gossip.Packet.$Properties} message Packet message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Packet.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.updates != null && message.updates.length)
                    for (let i = 0; i < message.updates.length; ++i)
                        $root.hearth.gossip.Member.encode(message.updates[i], writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.view != null && $Object.hasOwnProperty.call(message, "view") && message.view.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.view);
                if (message.ping != null && $Object.hasOwnProperty.call(message, "ping"))
                    $root.hearth.gossip.Probe.encode(message.ping, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.ack != null && $Object.hasOwnProperty.call(message, "ack"))
                    $root.hearth.gossip.Probe.encode(message.ack, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.pingRequest != null && $Object.hasOwnProperty.call(message, "pingRequest"))
                    $root.hearth.gossip.Probe.encode(message.pingRequest, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.nack != null && $Object.hasOwnProperty.call(message, "nack"))
                    $root.hearth.gossip.Probe.encode(message.nack, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.gossip != null && $Object.hasOwnProperty.call(message, "gossip"))
                    $root.hearth.gossip.Gossip.encode(message.gossip, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.sync != null && $Object.hasOwnProperty.call(message, "sync"))
                    $root.hearth.gossip.Sync.encode(message.sync, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Packet message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.gossip.Packet
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.gossip.Packet & hearth.gossip.Packet.$Shape} Packet
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Packet.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.gossip.Packet();
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
                            if (!(message.updates && message.updates.length))
                                message.updates = [];
                            message.updates.push($root.hearth.gossip.Member.decode(reader, reader.size(), $undefined, _depth + 1));
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.view = value;
                            else
                                delete message.view;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.ping = $root.hearth.gossip.Probe.decode(reader, reader.size(), $undefined, _depth + 1, message.ping);
                            message.body = "ping";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.ack = $root.hearth.gossip.Probe.decode(reader, reader.size(), $undefined, _depth + 1, message.ack);
                            message.body = "ack";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.pingRequest = $root.hearth.gossip.Probe.decode(reader, reader.size(), $undefined, _depth + 1, message.pingRequest);
                            message.body = "pingRequest";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.nack = $root.hearth.gossip.Probe.decode(reader, reader.size(), $undefined, _depth + 1, message.nack);
                            message.body = "nack";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.gossip = $root.hearth.gossip.Gossip.decode(reader, reader.size(), $undefined, _depth + 1, message.gossip);
                            message.body = "gossip";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.sync = $root.hearth.gossip.Sync.decode(reader, reader.size(), $undefined, _depth + 1, message.sync);
                            message.body = "sync";
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

            return Packet;
        })();

        gossip.Probe = (function() {

            /**
             * Properties of a Probe.
             * @typedef {Object} hearth.gossip.Probe.$Properties
             * @property {number|null} [sequence] Probe sequence
             * @property {Uint8Array|null} [target] Probe target
             * @property {number|null} [wallMs] Probe wallMs
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Probe.
             * @memberof hearth.gossip
             * @interface IProbe
             * @augments hearth.gossip.Probe.$Properties
             * @deprecated Use hearth.gossip.Probe.$Properties instead.
             */

            /**
             * Shape of a Probe.
             * @typedef {hearth.gossip.Probe.$Properties} hearth.gossip.Probe.$Shape
             */

            /**
             * Constructs a new Probe.
             * @memberof hearth.gossip
             * @classdesc Represents a Probe.
             * @constructor
             * @param {hearth.gossip.Probe.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Probe = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Probe sequence.
             * @member {number} sequence
             * @memberof hearth.gossip.Probe
             * @instance
             */
            Probe.prototype.sequence = 0;

            /**
             * Probe target.
             * @member {Uint8Array} target
             * @memberof hearth.gossip.Probe
             * @instance
             */
            Probe.prototype.target = $util.newBuffer([]);

            /**
             * Probe wallMs.
             * @member {number} wallMs
             * @memberof hearth.gossip.Probe
             * @instance
             */
            Probe.prototype.wallMs = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Probe instance using the specified properties.
             * @function create
             * @memberof hearth.gossip.Probe
             * @static
             * @param {hearth.gossip.Probe.$Properties=} [properties] Properties to set
             * @returns {hearth.gossip.Probe} Probe instance
             * @type {{
             *   (properties: hearth.gossip.Probe.$Shape): hearth.gossip.Probe & hearth.gossip.Probe.$Shape;
             *   (properties?: hearth.gossip.Probe.$Properties): hearth.gossip.Probe;
             * }}
             */
            Probe.create = function(properties) {
                return new Probe(properties);
            };

            /**
             * Encodes the specified Probe message. Does not implicitly {@link hearth.gossip.Probe.verify|verify} messages.
             * @function encode
             * @memberof hearth.gossip.Probe
             * @static
             * @param {hearth.gossip.Probe.$Properties} message Probe message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Probe.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && message.sequence !== 0)
                    writer.uint32(/* id 1, wireType 0 =*/8).uint32(message.sequence);
                if (message.target != null && $Object.hasOwnProperty.call(message, "target") && message.target.length)
                    writer.uint32(/* id 2, wireType 2 =*/18).bytes(message.target);
                if (message.wallMs != null && $Object.hasOwnProperty.call(message, "wallMs") && (typeof message.wallMs === "object" ? message.wallMs.low || message.wallMs.high : message.wallMs !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.wallMs);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Probe message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.gossip.Probe
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.gossip.Probe & hearth.gossip.Probe.$Shape} Probe
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Probe.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.gossip.Probe();
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
                            if (value = reader.uint32())
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.bytes()).length)
                                message.target = value;
                            else
                                delete message.target;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.wallMs = value;
                            else
                                delete message.wallMs;
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

            return Probe;
        })();

        gossip.Gossip = (function() {

            /**
             * Properties of a Gossip.
             * @typedef {Object} hearth.gossip.Gossip.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Gossip.
             * @memberof hearth.gossip
             * @interface IGossip
             * @augments hearth.gossip.Gossip.$Properties
             * @deprecated Use hearth.gossip.Gossip.$Properties instead.
             */

            /**
             * Shape of a Gossip.
             * @typedef {hearth.gossip.Gossip.$Properties} hearth.gossip.Gossip.$Shape
             */

            /**
             * Constructs a new Gossip.
             * @memberof hearth.gossip
             * @classdesc Represents a Gossip.
             * @constructor
             * @param {hearth.gossip.Gossip.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Gossip = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new Gossip instance using the specified properties.
             * @function create
             * @memberof hearth.gossip.Gossip
             * @static
             * @param {hearth.gossip.Gossip.$Properties=} [properties] Properties to set
             * @returns {hearth.gossip.Gossip} Gossip instance
             * @type {{
             *   (properties: hearth.gossip.Gossip.$Shape): hearth.gossip.Gossip & hearth.gossip.Gossip.$Shape;
             *   (properties?: hearth.gossip.Gossip.$Properties): hearth.gossip.Gossip;
             * }}
             */
            Gossip.create = function(properties) {
                return new Gossip(properties);
            };

            /**
             * Encodes the specified Gossip message. Does not implicitly {@link hearth.gossip.Gossip.verify|verify} messages.
             * @function encode
             * @memberof hearth.gossip.Gossip
             * @static
             * @param {hearth.gossip.Gossip.$Properties} message Gossip message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Gossip.encode = function (message, writer, _depth) {
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
             * Decodes a Gossip message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.gossip.Gossip
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.gossip.Gossip & hearth.gossip.Gossip.$Shape} Gossip
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Gossip.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.gossip.Gossip();
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

            return Gossip;
        })();

        gossip.Sync = (function() {

            /**
             * Properties of a Sync.
             * @typedef {Object} hearth.gossip.Sync.$Properties
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Sync.
             * @memberof hearth.gossip
             * @interface ISync
             * @augments hearth.gossip.Sync.$Properties
             * @deprecated Use hearth.gossip.Sync.$Properties instead.
             */

            /**
             * Shape of a Sync.
             * @typedef {hearth.gossip.Sync.$Properties} hearth.gossip.Sync.$Shape
             */

            /**
             * Constructs a new Sync.
             * @memberof hearth.gossip
             * @classdesc Represents a Sync.
             * @constructor
             * @param {hearth.gossip.Sync.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Sync = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Creates a new Sync instance using the specified properties.
             * @function create
             * @memberof hearth.gossip.Sync
             * @static
             * @param {hearth.gossip.Sync.$Properties=} [properties] Properties to set
             * @returns {hearth.gossip.Sync} Sync instance
             * @type {{
             *   (properties: hearth.gossip.Sync.$Shape): hearth.gossip.Sync & hearth.gossip.Sync.$Shape;
             *   (properties?: hearth.gossip.Sync.$Properties): hearth.gossip.Sync;
             * }}
             */
            Sync.create = function(properties) {
                return new Sync(properties);
            };

            /**
             * Encodes the specified Sync message. Does not implicitly {@link hearth.gossip.Sync.verify|verify} messages.
             * @function encode
             * @memberof hearth.gossip.Sync
             * @static
             * @param {hearth.gossip.Sync.$Properties} message Sync message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Sync.encode = function (message, writer, _depth) {
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
             * Decodes a Sync message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.gossip.Sync
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.gossip.Sync & hearth.gossip.Sync.$Shape} Sync
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Sync.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.gossip.Sync();
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

            return Sync;
        })();

        gossip.Member = (function() {

            /**
             * Properties of a Member.
             * @typedef {Object} hearth.gossip.Member.$Properties
             * @property {Uint8Array|null} [id] Member id
             * @property {number|null} [generation] Member generation
             * @property {number|null} [incarnation] Member incarnation
             * @property {hearth.gossip.Status|null} [status] Member status
             * @property {string|null} [cluster] Member cluster
             * @property {string|null} [http] Member http
             * @property {string|null} [release] Member release
             * @property {number|null} [joinedAt] Member joinedAt
             * @property {number|null} [loadTwentieths] Member loadTwentieths
             * @property {number|null} [endedS] Member endedS
             * @property {boolean|null} [degraded] Member degraded
             * @property {Array.<number>|null} [accusers] Member accusers
             * @property {boolean|null} [proven] Member proven
             * @property {number|null} [waiting] Member waiting
             * @property {number|null} [freeMemoryUnits] Member freeMemoryUnits
             * @property {number|null} [cohort] Member cohort
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Member.
             * @memberof hearth.gossip
             * @interface IMember
             * @augments hearth.gossip.Member.$Properties
             * @deprecated Use hearth.gossip.Member.$Properties instead.
             */

            /**
             * Shape of a Member.
             * @typedef {hearth.gossip.Member.$Properties} hearth.gossip.Member.$Shape
             */

            /**
             * Constructs a new Member.
             * @memberof hearth.gossip
             * @classdesc Represents a Member.
             * @constructor
             * @param {hearth.gossip.Member.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Member = function (properties) {
                this.accusers = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Member id.
             * @member {Uint8Array} id
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.id = $util.newBuffer([]);

            /**
             * Member generation.
             * @member {number} generation
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Member incarnation.
             * @member {number} incarnation
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.incarnation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Member status.
             * @member {hearth.gossip.Status} status
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.status = 0;

            /**
             * Member cluster.
             * @member {string} cluster
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.cluster = "";

            /**
             * Member http.
             * @member {string} http
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.http = "";

            /**
             * Member release.
             * @member {string} release
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.release = "";

            /**
             * Member joinedAt.
             * @member {number} joinedAt
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.joinedAt = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Member loadTwentieths.
             * @member {number} loadTwentieths
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.loadTwentieths = 0;

            /**
             * Member endedS.
             * @member {number} endedS
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.endedS = 0;

            /**
             * Member degraded.
             * @member {boolean} degraded
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.degraded = false;

            /**
             * Member accusers.
             * @member {Array.<number>} accusers
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.accusers = $util.emptyArray;

            /**
             * Member proven.
             * @member {boolean} proven
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.proven = false;

            /**
             * Member waiting.
             * @member {number} waiting
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.waiting = 0;

            /**
             * Member freeMemoryUnits.
             * @member {number} freeMemoryUnits
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.freeMemoryUnits = 0;

            /**
             * Member cohort.
             * @member {number} cohort
             * @memberof hearth.gossip.Member
             * @instance
             */
            Member.prototype.cohort = 0;

            /**
             * Creates a new Member instance using the specified properties.
             * @function create
             * @memberof hearth.gossip.Member
             * @static
             * @param {hearth.gossip.Member.$Properties=} [properties] Properties to set
             * @returns {hearth.gossip.Member} Member instance
             * @type {{
             *   (properties: hearth.gossip.Member.$Shape): hearth.gossip.Member & hearth.gossip.Member.$Shape;
             *   (properties?: hearth.gossip.Member.$Properties): hearth.gossip.Member;
             * }}
             */
            Member.create = function(properties) {
                return new Member(properties);
            };

            /**
             * Encodes the specified Member message. Does not implicitly {@link hearth.gossip.Member.verify|verify} messages.
             * @function encode
             * @memberof hearth.gossip.Member
             * @static
             * @param {hearth.gossip.Member.$Properties} message Member message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Member.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && message.id.length)
                    writer.uint32(/* id 1, wireType 2 =*/10).bytes(message.id);
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.generation);
                if (message.incarnation != null && $Object.hasOwnProperty.call(message, "incarnation") && (typeof message.incarnation === "object" ? message.incarnation.low || message.incarnation.high : message.incarnation !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.incarnation);
                if (message.status != null && $Object.hasOwnProperty.call(message, "status") && message.status !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).int32(message.status);
                if (message.cluster != null && $Object.hasOwnProperty.call(message, "cluster") && message.cluster !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.cluster);
                if (message.http != null && $Object.hasOwnProperty.call(message, "http") && message.http !== "")
                    writer.uint32(/* id 6, wireType 2 =*/50).string(message.http);
                if (message.release != null && $Object.hasOwnProperty.call(message, "release") && message.release !== "")
                    writer.uint32(/* id 7, wireType 2 =*/58).string(message.release);
                if (message.joinedAt != null && $Object.hasOwnProperty.call(message, "joinedAt") && (typeof message.joinedAt === "object" ? message.joinedAt.low || message.joinedAt.high : message.joinedAt !== 0))
                    writer.uint32(/* id 8, wireType 0 =*/64).uint64(message.joinedAt);
                if (message.loadTwentieths != null && $Object.hasOwnProperty.call(message, "loadTwentieths") && message.loadTwentieths !== 0)
                    writer.uint32(/* id 9, wireType 0 =*/72).uint32(message.loadTwentieths);
                if (message.endedS != null && $Object.hasOwnProperty.call(message, "endedS") && message.endedS !== 0)
                    writer.uint32(/* id 10, wireType 0 =*/80).uint32(message.endedS);
                if (message.degraded != null && $Object.hasOwnProperty.call(message, "degraded") && message.degraded !== false)
                    writer.uint32(/* id 11, wireType 0 =*/88).bool(message.degraded);
                if (message.accusers != null && message.accusers.length)
                    writer.uint32(/* id 12, wireType 2 =*/98).fixed32s(message.accusers);
                if (message.proven != null && $Object.hasOwnProperty.call(message, "proven") && message.proven !== false)
                    writer.uint32(/* id 13, wireType 0 =*/104).bool(message.proven);
                if (message.waiting != null && $Object.hasOwnProperty.call(message, "waiting") && message.waiting !== 0)
                    writer.uint32(/* id 14, wireType 0 =*/112).uint32(message.waiting);
                if (message.freeMemoryUnits != null && $Object.hasOwnProperty.call(message, "freeMemoryUnits") && message.freeMemoryUnits !== 0)
                    writer.uint32(/* id 15, wireType 0 =*/120).uint32(message.freeMemoryUnits);
                if (message.cohort != null && $Object.hasOwnProperty.call(message, "cohort") && message.cohort !== 0)
                    writer.uint32(/* id 16, wireType 0 =*/128).uint32(message.cohort);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Member message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.gossip.Member
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.gossip.Member & hearth.gossip.Member.$Shape} Member
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Member.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.gossip.Member();
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
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.incarnation = value;
                            else
                                delete message.incarnation;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.int32())
                                message.status = value;
                            else
                                delete message.status;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.cluster = value;
                            else
                                delete message.cluster;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.http = value;
                            else
                                delete message.http;
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.release = value;
                            else
                                delete message.release;
                            continue;
                        }
                    case 8: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.joinedAt = value;
                            else
                                delete message.joinedAt;
                            continue;
                        }
                    case 9: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.loadTwentieths = value;
                            else
                                delete message.loadTwentieths;
                            continue;
                        }
                    case 10: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.endedS = value;
                            else
                                delete message.endedS;
                            continue;
                        }
                    case 11: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.degraded = value;
                            else
                                delete message.degraded;
                            continue;
                        }
                    case 12: {
                            if (wireType === 2) {
                                if (!(message.accusers && message.accusers.length))
                                    message.accusers = [];
                                reader.fixed32s(message.accusers);
                                continue;
                            }
                            if (wireType !== 5)
                                break;
                            if (!(message.accusers && message.accusers.length))
                                message.accusers = [];
                            message.accusers.push(reader.fixed32());
                            continue;
                        }
                    case 13: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.proven = value;
                            else
                                delete message.proven;
                            continue;
                        }
                    case 14: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.waiting = value;
                            else
                                delete message.waiting;
                            continue;
                        }
                    case 15: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.freeMemoryUnits = value;
                            else
                                delete message.freeMemoryUnits;
                            continue;
                        }
                    case 16: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.cohort = value;
                            else
                                delete message.cohort;
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

            return Member;
        })();

        return gossip;
    })();

    return hearth;
})();

export {
  $root as default
};
