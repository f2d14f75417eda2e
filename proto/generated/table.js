/*eslint-disable block-scoped-var, id-length, no-control-regex, no-magic-numbers, no-mixed-operators, no-prototype-builtins, no-redeclare, no-shadow, no-var, sort-vars, default-case, jsdoc/require-param*/
import $protobuf from "protobufjs/minimal.js";
import "../plain-numbers.js";

// Common aliases
const $Reader = $protobuf.Reader, $Writer = $protobuf.Writer, $util = $protobuf.util;
const $Object = $util.global.Object, $undefined = $util.global.undefined, $Error = $util.global.Error, $RangeError = $util.global.RangeError;

// Exported root namespace
const $root = $protobuf.roots["table"] || ($protobuf.roots["table"] = {});

export const hearth = $root.hearth = (() => {

    /**
     * Namespace hearth.
     * @exports hearth
     * @namespace
     */
    const hearth = {};

    hearth.table = (function() {

        /**
         * Namespace table.
         * @memberof hearth
         * @namespace
         */
        const table = {};

        table.TableMessage = (function() {

            /**
             * Properties of a TableMessage.
             * @typedef {Object} hearth.table.TableMessage.$Properties
             * @property {hearth.table.Report.$Properties|null} [report] TableMessage report
             * @property {hearth.table.Reported.$Properties|null} [reported] TableMessage reported
             * @property {hearth.table.Collect.$Properties|null} [collect] TableMessage collect
             * @property {hearth.table.Follow.$Properties|null} [follow] TableMessage follow
             * @property {hearth.table.Batch.$Properties|null} [batch] TableMessage batch
             * @property {hearth.table.Applied.$Properties|null} [applied] TableMessage applied
             * @property {hearth.table.Snapshot.$Properties|null} [snapshot] TableMessage snapshot
             * @property {hearth.table.PartTaken.$Properties|null} [partTaken] TableMessage partTaken
             * @property {hearth.table.Lookup.$Properties|null} [lookup] TableMessage lookup
             * @property {hearth.table.Holders.$Properties|null} [holders] TableMessage holders
             * @property {hearth.table.PassedOn.$Properties|null} [passedOn] TableMessage passedOn
             * @property {"report"|"reported"|"collect"|"follow"|"batch"|"applied"|"snapshot"|"partTaken"|"lookup"|"holders"|"passedOn"} [message] TableMessage message
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a TableMessage.
             * @memberof hearth.table
             * @interface ITableMessage
             * @augments hearth.table.TableMessage.$Properties
             * @deprecated Use hearth.table.TableMessage.$Properties instead.
             */

            /**
             * Narrowed shape of a TableMessage.
             * @typedef {{
             *   report?: hearth.table.Report.$Shape|null;
             *   reported?: hearth.table.Reported.$Shape|null;
             *   collect?: hearth.table.Collect.$Shape|null;
             *   follow?: hearth.table.Follow.$Shape|null;
             *   batch?: hearth.table.Batch.$Shape|null;
             *   applied?: hearth.table.Applied.$Shape|null;
             *   snapshot?: hearth.table.Snapshot.$Shape|null;
             *   partTaken?: hearth.table.PartTaken.$Shape|null;
             *   lookup?: hearth.table.Lookup.$Shape|null;
             *   holders?: hearth.table.Holders.$Shape|null;
             *   passedOn?: hearth.table.PassedOn.$Shape|null;
             *   $unknowns?: Array.<Uint8Array>;
             * } & (
             *   ({ message?: undefined; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "report"; report: hearth.table.Report.$Shape; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "reported"; report?: null; reported: hearth.table.Reported.$Shape; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "collect"; report?: null; reported?: null; collect: hearth.table.Collect.$Shape; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "follow"; report?: null; reported?: null; collect?: null; follow: hearth.table.Follow.$Shape; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "batch"; report?: null; reported?: null; collect?: null; follow?: null; batch: hearth.table.Batch.$Shape; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "applied"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied: hearth.table.Applied.$Shape; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "snapshot"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot: hearth.table.Snapshot.$Shape; partTaken?: null; lookup?: null; holders?: null; passedOn?: null }|{ message?: "partTaken"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken: hearth.table.PartTaken.$Shape; lookup?: null; holders?: null; passedOn?: null }|{ message?: "lookup"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup: hearth.table.Lookup.$Shape; holders?: null; passedOn?: null }|{ message?: "holders"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders: hearth.table.Holders.$Shape; passedOn?: null }|{ message?: "passedOn"; report?: null; reported?: null; collect?: null; follow?: null; batch?: null; applied?: null; snapshot?: null; partTaken?: null; lookup?: null; holders?: null; passedOn: hearth.table.PassedOn.$Shape })
             * )} hearth.table.TableMessage.$Shape
             */

            /**
             * Constructs a new TableMessage.
             * @memberof hearth.table
             * @classdesc Represents a TableMessage.
             * @constructor
             * @param {hearth.table.TableMessage.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const TableMessage = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * TableMessage report.
             * @member {hearth.table.Report.$Properties|null|undefined} report
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.report = null;

            /**
             * TableMessage reported.
             * @member {hearth.table.Reported.$Properties|null|undefined} reported
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.reported = null;

            /**
             * TableMessage collect.
             * @member {hearth.table.Collect.$Properties|null|undefined} collect
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.collect = null;

            /**
             * TableMessage follow.
             * @member {hearth.table.Follow.$Properties|null|undefined} follow
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.follow = null;

            /**
             * TableMessage batch.
             * @member {hearth.table.Batch.$Properties|null|undefined} batch
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.batch = null;

            /**
             * TableMessage applied.
             * @member {hearth.table.Applied.$Properties|null|undefined} applied
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.applied = null;

            /**
             * TableMessage snapshot.
             * @member {hearth.table.Snapshot.$Properties|null|undefined} snapshot
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.snapshot = null;

            /**
             * TableMessage partTaken.
             * @member {hearth.table.PartTaken.$Properties|null|undefined} partTaken
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.partTaken = null;

            /**
             * TableMessage lookup.
             * @member {hearth.table.Lookup.$Properties|null|undefined} lookup
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.lookup = null;

            /**
             * TableMessage holders.
             * @member {hearth.table.Holders.$Properties|null|undefined} holders
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.holders = null;

            /**
             * TableMessage passedOn.
             * @member {hearth.table.PassedOn.$Properties|null|undefined} passedOn
             * @memberof hearth.table.TableMessage
             * @instance
             */
            TableMessage.prototype.passedOn = null;

            // OneOf field names bound to virtual getters and setters
            let $oneOfFields;

            /**
             * TableMessage message.
             * @member {"report"|"reported"|"collect"|"follow"|"batch"|"applied"|"snapshot"|"partTaken"|"lookup"|"holders"|"passedOn"|undefined} message
             * @memberof hearth.table.TableMessage
             * @instance
             */
            $Object.defineProperty(TableMessage.prototype, "message", {
                get: $util.oneOfGetter($oneOfFields = ["report", "reported", "collect", "follow", "batch", "applied", "snapshot", "partTaken", "lookup", "holders", "passedOn"]),
                set: $util.oneOfSetter($oneOfFields)
            });

            /**
             * Creates a new TableMessage instance using the specified properties.
             * @function create
             * @memberof hearth.table.TableMessage
             * @static
             * @param {hearth.table.TableMessage.$Properties=} [properties] Properties to set
             * @returns {hearth.table.TableMessage} TableMessage instance
             * @type {{
             *   (properties: hearth.table.TableMessage.$Shape): hearth.table.TableMessage & hearth.table.TableMessage.$Shape;
             *   (properties?: hearth.table.TableMessage.$Properties): hearth.table.TableMessage;
             * }}
             */
            TableMessage.create = function(properties) {
                return new TableMessage(properties);
            };

            /**
             * Encodes the specified TableMessage message. Does not implicitly {@link hearth.table.TableMessage.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.TableMessage
             * @static
             * @param {hearth.table.TableMessage.$Properties} message TableMessage message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            TableMessage.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.report != null && $Object.hasOwnProperty.call(message, "report"))
                    $root.hearth.table.Report.encode(message.report, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.reported != null && $Object.hasOwnProperty.call(message, "reported"))
                    $root.hearth.table.Reported.encode(message.reported, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.collect != null && $Object.hasOwnProperty.call(message, "collect"))
                    $root.hearth.table.Collect.encode(message.collect, writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.follow != null && $Object.hasOwnProperty.call(message, "follow"))
                    $root.hearth.table.Follow.encode(message.follow, writer.uint32(/* id 4, wireType 2 =*/34).fork(), _depth + 1).ldelim();
                if (message.batch != null && $Object.hasOwnProperty.call(message, "batch"))
                    $root.hearth.table.Batch.encode(message.batch, writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.applied != null && $Object.hasOwnProperty.call(message, "applied"))
                    $root.hearth.table.Applied.encode(message.applied, writer.uint32(/* id 6, wireType 2 =*/50).fork(), _depth + 1).ldelim();
                if (message.snapshot != null && $Object.hasOwnProperty.call(message, "snapshot"))
                    $root.hearth.table.Snapshot.encode(message.snapshot, writer.uint32(/* id 7, wireType 2 =*/58).fork(), _depth + 1).ldelim();
                if (message.partTaken != null && $Object.hasOwnProperty.call(message, "partTaken"))
                    $root.hearth.table.PartTaken.encode(message.partTaken, writer.uint32(/* id 8, wireType 2 =*/66).fork(), _depth + 1).ldelim();
                if (message.lookup != null && $Object.hasOwnProperty.call(message, "lookup"))
                    $root.hearth.table.Lookup.encode(message.lookup, writer.uint32(/* id 9, wireType 2 =*/74).fork(), _depth + 1).ldelim();
                if (message.holders != null && $Object.hasOwnProperty.call(message, "holders"))
                    $root.hearth.table.Holders.encode(message.holders, writer.uint32(/* id 10, wireType 2 =*/82).fork(), _depth + 1).ldelim();
                if (message.passedOn != null && $Object.hasOwnProperty.call(message, "passedOn"))
                    $root.hearth.table.PassedOn.encode(message.passedOn, writer.uint32(/* id 11, wireType 2 =*/90).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a TableMessage message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.TableMessage
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.TableMessage & hearth.table.TableMessage.$Shape} TableMessage
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            TableMessage.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.TableMessage();
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
                            message.report = $root.hearth.table.Report.decode(reader, reader.size(), $undefined, _depth + 1, message.report);
                            message.message = "report";
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.reported = $root.hearth.table.Reported.decode(reader, reader.size(), $undefined, _depth + 1, message.reported);
                            message.message = "reported";
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            message.collect = $root.hearth.table.Collect.decode(reader, reader.size(), $undefined, _depth + 1, message.collect);
                            message.message = "collect";
                            continue;
                        }
                    case 4: {
                            if (wireType !== 2)
                                break;
                            message.follow = $root.hearth.table.Follow.decode(reader, reader.size(), $undefined, _depth + 1, message.follow);
                            message.message = "follow";
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            message.batch = $root.hearth.table.Batch.decode(reader, reader.size(), $undefined, _depth + 1, message.batch);
                            message.message = "batch";
                            continue;
                        }
                    case 6: {
                            if (wireType !== 2)
                                break;
                            message.applied = $root.hearth.table.Applied.decode(reader, reader.size(), $undefined, _depth + 1, message.applied);
                            message.message = "applied";
                            continue;
                        }
                    case 7: {
                            if (wireType !== 2)
                                break;
                            message.snapshot = $root.hearth.table.Snapshot.decode(reader, reader.size(), $undefined, _depth + 1, message.snapshot);
                            message.message = "snapshot";
                            continue;
                        }
                    case 8: {
                            if (wireType !== 2)
                                break;
                            message.partTaken = $root.hearth.table.PartTaken.decode(reader, reader.size(), $undefined, _depth + 1, message.partTaken);
                            message.message = "partTaken";
                            continue;
                        }
                    case 9: {
                            if (wireType !== 2)
                                break;
                            message.lookup = $root.hearth.table.Lookup.decode(reader, reader.size(), $undefined, _depth + 1, message.lookup);
                            message.message = "lookup";
                            continue;
                        }
                    case 10: {
                            if (wireType !== 2)
                                break;
                            message.holders = $root.hearth.table.Holders.decode(reader, reader.size(), $undefined, _depth + 1, message.holders);
                            message.message = "holders";
                            continue;
                        }
                    case 11: {
                            if (wireType !== 2)
                                break;
                            message.passedOn = $root.hearth.table.PassedOn.decode(reader, reader.size(), $undefined, _depth + 1, message.passedOn);
                            message.message = "passedOn";
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

            return TableMessage;
        })();

        table.HandoverReply = (function() {

            /**
             * Properties of a HandoverReply.
             * @typedef {Object} hearth.table.HandoverReply.$Properties
             * @property {boolean|null} [ready] HandoverReply ready
             * @property {number|null} [claims] HandoverReply claims
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a HandoverReply.
             * @memberof hearth.table
             * @interface IHandoverReply
             * @augments hearth.table.HandoverReply.$Properties
             * @deprecated Use hearth.table.HandoverReply.$Properties instead.
             */

            /**
             * Shape of a HandoverReply.
             * @typedef {hearth.table.HandoverReply.$Properties} hearth.table.HandoverReply.$Shape
             */

            /**
             * Constructs a new HandoverReply.
             * @memberof hearth.table
             * @classdesc Represents a HandoverReply.
             * @constructor
             * @param {hearth.table.HandoverReply.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const HandoverReply = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * HandoverReply ready.
             * @member {boolean} ready
             * @memberof hearth.table.HandoverReply
             * @instance
             */
            HandoverReply.prototype.ready = false;

            /**
             * HandoverReply claims.
             * @member {number} claims
             * @memberof hearth.table.HandoverReply
             * @instance
             */
            HandoverReply.prototype.claims = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new HandoverReply instance using the specified properties.
             * @function create
             * @memberof hearth.table.HandoverReply
             * @static
             * @param {hearth.table.HandoverReply.$Properties=} [properties] Properties to set
             * @returns {hearth.table.HandoverReply} HandoverReply instance
             * @type {{
             *   (properties: hearth.table.HandoverReply.$Shape): hearth.table.HandoverReply & hearth.table.HandoverReply.$Shape;
             *   (properties?: hearth.table.HandoverReply.$Properties): hearth.table.HandoverReply;
             * }}
             */
            HandoverReply.create = function(properties) {
                return new HandoverReply(properties);
            };

            /**
             * Encodes the specified HandoverReply message. Does not implicitly {@link hearth.table.HandoverReply.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.HandoverReply
             * @static
             * @param {hearth.table.HandoverReply.$Properties} message HandoverReply message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            HandoverReply.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.ready != null && $Object.hasOwnProperty.call(message, "ready") && message.ready !== false)
                    writer.uint32(/* id 1, wireType 0 =*/8).bool(message.ready);
                if (message.claims != null && $Object.hasOwnProperty.call(message, "claims") && (typeof message.claims === "object" ? message.claims.low || message.claims.high : message.claims !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.claims);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a HandoverReply message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.HandoverReply
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.HandoverReply & hearth.table.HandoverReply.$Shape} HandoverReply
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            HandoverReply.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.HandoverReply();
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
                                message.ready = value;
                            else
                                delete message.ready;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.claims = value;
                            else
                                delete message.claims;
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

            return HandoverReply;
        })();

        table.PassedOn = (function() {

            /**
             * Properties of a PassedOn.
             * @typedef {Object} hearth.table.PassedOn.$Properties
             * @property {string|null} [origin] PassedOn origin
             * @property {hearth.table.Report.$Properties|null} [report] PassedOn report
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PassedOn.
             * @memberof hearth.table
             * @interface IPassedOn
             * @augments hearth.table.PassedOn.$Properties
             * @deprecated Use hearth.table.PassedOn.$Properties instead.
             */

            /**
             * Shape of a PassedOn.
             * @typedef {hearth.table.PassedOn.$Properties} hearth.table.PassedOn.$Shape
             */

            /**
             * Constructs a new PassedOn.
             * @memberof hearth.table
             * @classdesc Represents a PassedOn.
             * @constructor
             * @param {hearth.table.PassedOn.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PassedOn = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PassedOn origin.
             * @member {string} origin
             * @memberof hearth.table.PassedOn
             * @instance
             */
            PassedOn.prototype.origin = "";

            /**
             * PassedOn report.
             * @member {hearth.table.Report.$Properties|null|undefined} report
             * @memberof hearth.table.PassedOn
             * @instance
             */
            PassedOn.prototype.report = null;

            /**
             * Creates a new PassedOn instance using the specified properties.
             * @function create
             * @memberof hearth.table.PassedOn
             * @static
             * @param {hearth.table.PassedOn.$Properties=} [properties] Properties to set
             * @returns {hearth.table.PassedOn} PassedOn instance
             * @type {{
             *   (properties: hearth.table.PassedOn.$Shape): hearth.table.PassedOn & hearth.table.PassedOn.$Shape;
             *   (properties?: hearth.table.PassedOn.$Properties): hearth.table.PassedOn;
             * }}
             */
            PassedOn.create = function(properties) {
                return new PassedOn(properties);
            };

            /**
             * Encodes the specified PassedOn message. Does not implicitly {@link hearth.table.PassedOn.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.PassedOn
             * @static
             * @param {hearth.table.PassedOn.$Properties} message PassedOn message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PassedOn.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.origin != null && $Object.hasOwnProperty.call(message, "origin") && message.origin !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.origin);
                if (message.report != null && $Object.hasOwnProperty.call(message, "report"))
                    $root.hearth.table.Report.encode(message.report, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PassedOn message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.PassedOn
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.PassedOn & hearth.table.PassedOn.$Shape} PassedOn
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PassedOn.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.PassedOn();
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
                                message.origin = value;
                            else
                                delete message.origin;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.report = $root.hearth.table.Report.decode(reader, reader.size(), $undefined, _depth + 1, message.report);
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

            return PassedOn;
        })();

        table.Epoch = (function() {

            /**
             * Properties of an Epoch.
             * @typedef {Object} hearth.table.Epoch.$Properties
             * @property {number|null} [number] Epoch number
             * @property {string|null} [master] Epoch master
             * @property {number|null} [generation] Epoch generation
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Epoch.
             * @memberof hearth.table
             * @interface IEpoch
             * @augments hearth.table.Epoch.$Properties
             * @deprecated Use hearth.table.Epoch.$Properties instead.
             */

            /**
             * Shape of an Epoch.
             * @typedef {hearth.table.Epoch.$Properties} hearth.table.Epoch.$Shape
             */

            /**
             * Constructs a new Epoch.
             * @memberof hearth.table
             * @classdesc Represents an Epoch.
             * @constructor
             * @param {hearth.table.Epoch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Epoch = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Epoch number.
             * @member {number} number
             * @memberof hearth.table.Epoch
             * @instance
             */
            Epoch.prototype.number = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Epoch master.
             * @member {string} master
             * @memberof hearth.table.Epoch
             * @instance
             */
            Epoch.prototype.master = "";

            /**
             * Epoch generation.
             * @member {number} generation
             * @memberof hearth.table.Epoch
             * @instance
             */
            Epoch.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Epoch instance using the specified properties.
             * @function create
             * @memberof hearth.table.Epoch
             * @static
             * @param {hearth.table.Epoch.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Epoch} Epoch instance
             * @type {{
             *   (properties: hearth.table.Epoch.$Shape): hearth.table.Epoch & hearth.table.Epoch.$Shape;
             *   (properties?: hearth.table.Epoch.$Properties): hearth.table.Epoch;
             * }}
             */
            Epoch.create = function(properties) {
                return new Epoch(properties);
            };

            /**
             * Encodes the specified Epoch message. Does not implicitly {@link hearth.table.Epoch.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Epoch
             * @static
             * @param {hearth.table.Epoch.$Properties} message Epoch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Epoch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.number != null && $Object.hasOwnProperty.call(message, "number") && (typeof message.number === "object" ? message.number.low || message.number.high : message.number !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.number);
                if (message.master != null && $Object.hasOwnProperty.call(message, "master") && message.master !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.master);
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.generation);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Epoch message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Epoch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Epoch & hearth.table.Epoch.$Shape} Epoch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Epoch.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Epoch();
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
                                message.number = value;
                            else
                                delete message.number;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.master = value;
                            else
                                delete message.master;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.generation = value;
                            else
                                delete message.generation;
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

            return Epoch;
        })();

        table.Position = (function() {

            /**
             * Properties of a Position.
             * @typedef {Object} hearth.table.Position.$Properties
             * @property {hearth.table.Epoch.$Properties|null} [epoch] Position epoch
             * @property {number|null} [offset] Position offset
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Position.
             * @memberof hearth.table
             * @interface IPosition
             * @augments hearth.table.Position.$Properties
             * @deprecated Use hearth.table.Position.$Properties instead.
             */

            /**
             * Shape of a Position.
             * @typedef {hearth.table.Position.$Properties} hearth.table.Position.$Shape
             */

            /**
             * Constructs a new Position.
             * @memberof hearth.table
             * @classdesc Represents a Position.
             * @constructor
             * @param {hearth.table.Position.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Position = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Position epoch.
             * @member {hearth.table.Epoch.$Properties|null|undefined} epoch
             * @memberof hearth.table.Position
             * @instance
             */
            Position.prototype.epoch = null;

            /**
             * Position offset.
             * @member {number} offset
             * @memberof hearth.table.Position
             * @instance
             */
            Position.prototype.offset = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Position instance using the specified properties.
             * @function create
             * @memberof hearth.table.Position
             * @static
             * @param {hearth.table.Position.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Position} Position instance
             * @type {{
             *   (properties: hearth.table.Position.$Shape): hearth.table.Position & hearth.table.Position.$Shape;
             *   (properties?: hearth.table.Position.$Properties): hearth.table.Position;
             * }}
             */
            Position.create = function(properties) {
                return new Position(properties);
            };

            /**
             * Encodes the specified Position message. Does not implicitly {@link hearth.table.Position.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Position
             * @static
             * @param {hearth.table.Position.$Properties} message Position message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Position.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                    $root.hearth.table.Epoch.encode(message.epoch, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.offset != null && $Object.hasOwnProperty.call(message, "offset") && (typeof message.offset === "object" ? message.offset.low || message.offset.high : message.offset !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.offset);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Position message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Position
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Position & hearth.table.Position.$Shape} Position
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Position.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Position();
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
                            message.epoch = $root.hearth.table.Epoch.decode(reader, reader.size(), $undefined, _depth + 1, message.epoch);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.offset = value;
                            else
                                delete message.offset;
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

            return Position;
        })();

        table.Claim = (function() {

            /**
             * Properties of a Claim.
             * @typedef {Object} hearth.table.Claim.$Properties
             * @property {string|null} [key] Claim key
             * @property {number|null} [sequence] Claim sequence
             * @property {boolean|null} [warm] Claim warm
             * @property {number|null} [load] Claim load
             * @property {string|null} [node] Claim node
             * @property {number|null} [generation] Claim generation
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Claim.
             * @memberof hearth.table
             * @interface IClaim
             * @augments hearth.table.Claim.$Properties
             * @deprecated Use hearth.table.Claim.$Properties instead.
             */

            /**
             * Shape of a Claim.
             * @typedef {hearth.table.Claim.$Properties} hearth.table.Claim.$Shape
             */

            /**
             * Constructs a new Claim.
             * @memberof hearth.table
             * @classdesc Represents a Claim.
             * @constructor
             * @param {hearth.table.Claim.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Claim = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Claim key.
             * @member {string} key
             * @memberof hearth.table.Claim
             * @instance
             */
            Claim.prototype.key = "";

            /**
             * Claim sequence.
             * @member {number} sequence
             * @memberof hearth.table.Claim
             * @instance
             */
            Claim.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Claim warm.
             * @member {boolean} warm
             * @memberof hearth.table.Claim
             * @instance
             */
            Claim.prototype.warm = false;

            /**
             * Claim load.
             * @member {number} load
             * @memberof hearth.table.Claim
             * @instance
             */
            Claim.prototype.load = 0;

            /**
             * Claim node.
             * @member {string} node
             * @memberof hearth.table.Claim
             * @instance
             */
            Claim.prototype.node = "";

            /**
             * Claim generation.
             * @member {number} generation
             * @memberof hearth.table.Claim
             * @instance
             */
            Claim.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Claim instance using the specified properties.
             * @function create
             * @memberof hearth.table.Claim
             * @static
             * @param {hearth.table.Claim.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Claim} Claim instance
             * @type {{
             *   (properties: hearth.table.Claim.$Shape): hearth.table.Claim & hearth.table.Claim.$Shape;
             *   (properties?: hearth.table.Claim.$Properties): hearth.table.Claim;
             * }}
             */
            Claim.create = function(properties) {
                return new Claim(properties);
            };

            /**
             * Encodes the specified Claim message. Does not implicitly {@link hearth.table.Claim.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Claim
             * @static
             * @param {hearth.table.Claim.$Properties} message Claim message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Claim.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.key);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.sequence);
                if (message.warm != null && $Object.hasOwnProperty.call(message, "warm") && message.warm !== false)
                    writer.uint32(/* id 3, wireType 0 =*/24).bool(message.warm);
                if (message.load != null && $Object.hasOwnProperty.call(message, "load") && message.load !== 0)
                    writer.uint32(/* id 4, wireType 0 =*/32).uint32(message.load);
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(/* id 5, wireType 2 =*/42).string(message.node);
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 6, wireType 0 =*/48).uint64(message.generation);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Claim message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Claim
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Claim & hearth.table.Claim.$Shape} Claim
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Claim.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Claim();
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
                                message.key = value;
                            else
                                delete message.key;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.warm = value;
                            else
                                delete message.warm;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.load = value;
                            else
                                delete message.load;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 6: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.generation = value;
                            else
                                delete message.generation;
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

            return Claim;
        })();

        table.Report = (function() {

            /**
             * Properties of a Report.
             * @typedef {Object} hearth.table.Report.$Properties
             * @property {number|null} [generation] Report generation
             * @property {number|null} [since] Report since
             * @property {number|null} [sequence] Report sequence
             * @property {boolean|null} [complete] Report complete
             * @property {Array.<hearth.table.Claim.$Properties>|null} [claims] Report claims
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Report.
             * @memberof hearth.table
             * @interface IReport
             * @augments hearth.table.Report.$Properties
             * @deprecated Use hearth.table.Report.$Properties instead.
             */

            /**
             * Shape of a Report.
             * @typedef {hearth.table.Report.$Properties} hearth.table.Report.$Shape
             */

            /**
             * Constructs a new Report.
             * @memberof hearth.table
             * @classdesc Represents a Report.
             * @constructor
             * @param {hearth.table.Report.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Report = function (properties) {
                this.claims = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Report generation.
             * @member {number} generation
             * @memberof hearth.table.Report
             * @instance
             */
            Report.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Report since.
             * @member {number} since
             * @memberof hearth.table.Report
             * @instance
             */
            Report.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Report sequence.
             * @member {number} sequence
             * @memberof hearth.table.Report
             * @instance
             */
            Report.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Report complete.
             * @member {boolean} complete
             * @memberof hearth.table.Report
             * @instance
             */
            Report.prototype.complete = false;

            /**
             * Report claims.
             * @member {Array.<hearth.table.Claim.$Properties>} claims
             * @memberof hearth.table.Report
             * @instance
             */
            Report.prototype.claims = $util.emptyArray;

            /**
             * Creates a new Report instance using the specified properties.
             * @function create
             * @memberof hearth.table.Report
             * @static
             * @param {hearth.table.Report.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Report} Report instance
             * @type {{
             *   (properties: hearth.table.Report.$Shape): hearth.table.Report & hearth.table.Report.$Shape;
             *   (properties?: hearth.table.Report.$Properties): hearth.table.Report;
             * }}
             */
            Report.create = function(properties) {
                return new Report(properties);
            };

            /**
             * Encodes the specified Report message. Does not implicitly {@link hearth.table.Report.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Report
             * @static
             * @param {hearth.table.Report.$Properties} message Report message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Report.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.generation);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.since);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(/* id 3, wireType 0 =*/24).uint64(message.sequence);
                if (message.complete != null && $Object.hasOwnProperty.call(message, "complete") && message.complete !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.complete);
                if (message.claims != null && message.claims.length)
                    for (let i = 0; i < message.claims.length; ++i)
                        $root.hearth.table.Claim.encode(message.claims[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Report message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Report
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Report & hearth.table.Report.$Shape} Report
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Report.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Report();
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
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.since = value;
                            else
                                delete message.since;
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.complete = value;
                            else
                                delete message.complete;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.claims && message.claims.length))
                                message.claims = [];
                            message.claims.push($root.hearth.table.Claim.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return Report;
        })();

        table.Reported = (function() {

            /**
             * Properties of a Reported.
             * @typedef {Object} hearth.table.Reported.$Properties
             * @property {number|null} [generation] Reported generation
             * @property {number|null} [sequence] Reported sequence
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Reported.
             * @memberof hearth.table
             * @interface IReported
             * @augments hearth.table.Reported.$Properties
             * @deprecated Use hearth.table.Reported.$Properties instead.
             */

            /**
             * Shape of a Reported.
             * @typedef {hearth.table.Reported.$Properties} hearth.table.Reported.$Shape
             */

            /**
             * Constructs a new Reported.
             * @memberof hearth.table
             * @classdesc Represents a Reported.
             * @constructor
             * @param {hearth.table.Reported.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Reported = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Reported generation.
             * @member {number} generation
             * @memberof hearth.table.Reported
             * @instance
             */
            Reported.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Reported sequence.
             * @member {number} sequence
             * @memberof hearth.table.Reported
             * @instance
             */
            Reported.prototype.sequence = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Reported instance using the specified properties.
             * @function create
             * @memberof hearth.table.Reported
             * @static
             * @param {hearth.table.Reported.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Reported} Reported instance
             * @type {{
             *   (properties: hearth.table.Reported.$Shape): hearth.table.Reported & hearth.table.Reported.$Shape;
             *   (properties?: hearth.table.Reported.$Properties): hearth.table.Reported;
             * }}
             */
            Reported.create = function(properties) {
                return new Reported(properties);
            };

            /**
             * Encodes the specified Reported message. Does not implicitly {@link hearth.table.Reported.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Reported
             * @static
             * @param {hearth.table.Reported.$Properties} message Reported message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Reported.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.generation);
                if (message.sequence != null && $Object.hasOwnProperty.call(message, "sequence") && (typeof message.sequence === "object" ? message.sequence.low || message.sequence.high : message.sequence !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.sequence);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Reported message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Reported
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Reported & hearth.table.Reported.$Shape} Reported
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Reported.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Reported();
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
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.sequence = value;
                            else
                                delete message.sequence;
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

            return Reported;
        })();

        table.Collect = (function() {

            /**
             * Properties of a Collect.
             * @typedef {Object} hearth.table.Collect.$Properties
             * @property {number|null} [generation] Collect generation
             * @property {number|null} [since] Collect since
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Collect.
             * @memberof hearth.table
             * @interface ICollect
             * @augments hearth.table.Collect.$Properties
             * @deprecated Use hearth.table.Collect.$Properties instead.
             */

            /**
             * Shape of a Collect.
             * @typedef {hearth.table.Collect.$Properties} hearth.table.Collect.$Shape
             */

            /**
             * Constructs a new Collect.
             * @memberof hearth.table
             * @classdesc Represents a Collect.
             * @constructor
             * @param {hearth.table.Collect.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Collect = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Collect generation.
             * @member {number} generation
             * @memberof hearth.table.Collect
             * @instance
             */
            Collect.prototype.generation = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Collect since.
             * @member {number} since
             * @memberof hearth.table.Collect
             * @instance
             */
            Collect.prototype.since = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Creates a new Collect instance using the specified properties.
             * @function create
             * @memberof hearth.table.Collect
             * @static
             * @param {hearth.table.Collect.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Collect} Collect instance
             * @type {{
             *   (properties: hearth.table.Collect.$Shape): hearth.table.Collect & hearth.table.Collect.$Shape;
             *   (properties?: hearth.table.Collect.$Properties): hearth.table.Collect;
             * }}
             */
            Collect.create = function(properties) {
                return new Collect(properties);
            };

            /**
             * Encodes the specified Collect message. Does not implicitly {@link hearth.table.Collect.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Collect
             * @static
             * @param {hearth.table.Collect.$Properties} message Collect message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Collect.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.generation != null && $Object.hasOwnProperty.call(message, "generation") && (typeof message.generation === "object" ? message.generation.low || message.generation.high : message.generation !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.generation);
                if (message.since != null && $Object.hasOwnProperty.call(message, "since") && (typeof message.since === "object" ? message.since.low || message.since.high : message.since !== 0))
                    writer.uint32(/* id 2, wireType 0 =*/16).uint64(message.since);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Collect message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Collect
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Collect & hearth.table.Collect.$Shape} Collect
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Collect.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Collect();
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
                                message.generation = value;
                            else
                                delete message.generation;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (typeof (value = reader.uint64()) === "object" ? value.low || value.high : value !== 0)
                                message.since = value;
                            else
                                delete message.since;
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

            return Collect;
        })();

        table.Follow = (function() {

            /**
             * Properties of a Follow.
             * @typedef {Object} hearth.table.Follow.$Properties
             * @property {hearth.table.Position.$Properties|null} [position] Follow position
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Follow.
             * @memberof hearth.table
             * @interface IFollow
             * @augments hearth.table.Follow.$Properties
             * @deprecated Use hearth.table.Follow.$Properties instead.
             */

            /**
             * Shape of a Follow.
             * @typedef {hearth.table.Follow.$Properties} hearth.table.Follow.$Shape
             */

            /**
             * Constructs a new Follow.
             * @memberof hearth.table
             * @classdesc Represents a Follow.
             * @constructor
             * @param {hearth.table.Follow.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Follow = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Follow position.
             * @member {hearth.table.Position.$Properties|null|undefined} position
             * @memberof hearth.table.Follow
             * @instance
             */
            Follow.prototype.position = null;

            /**
             * Creates a new Follow instance using the specified properties.
             * @function create
             * @memberof hearth.table.Follow
             * @static
             * @param {hearth.table.Follow.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Follow} Follow instance
             * @type {{
             *   (properties: hearth.table.Follow.$Shape): hearth.table.Follow & hearth.table.Follow.$Shape;
             *   (properties?: hearth.table.Follow.$Properties): hearth.table.Follow;
             * }}
             */
            Follow.create = function(properties) {
                return new Follow(properties);
            };

            /**
             * Encodes the specified Follow message. Does not implicitly {@link hearth.table.Follow.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Follow
             * @static
             * @param {hearth.table.Follow.$Properties} message Follow message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Follow.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.position != null && $Object.hasOwnProperty.call(message, "position"))
                    $root.hearth.table.Position.encode(message.position, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Follow message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Follow
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Follow & hearth.table.Follow.$Shape} Follow
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Follow.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Follow();
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
                            message.position = $root.hearth.table.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.position);
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

            return Follow;
        })();

        table.Batch = (function() {

            /**
             * Properties of a Batch.
             * @typedef {Object} hearth.table.Batch.$Properties
             * @property {hearth.table.Epoch.$Properties|null} [epoch] Batch epoch
             * @property {hearth.table.Position.$Properties|null} [base] Batch base
             * @property {Array.<hearth.table.Claim.$Properties>|null} [claims] Batch claims
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Batch.
             * @memberof hearth.table
             * @interface IBatch
             * @augments hearth.table.Batch.$Properties
             * @deprecated Use hearth.table.Batch.$Properties instead.
             */

            /**
             * Shape of a Batch.
             * @typedef {hearth.table.Batch.$Properties} hearth.table.Batch.$Shape
             */

            /**
             * Constructs a new Batch.
             * @memberof hearth.table
             * @classdesc Represents a Batch.
             * @constructor
             * @param {hearth.table.Batch.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Batch = function (properties) {
                this.claims = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Batch epoch.
             * @member {hearth.table.Epoch.$Properties|null|undefined} epoch
             * @memberof hearth.table.Batch
             * @instance
             */
            Batch.prototype.epoch = null;

            /**
             * Batch base.
             * @member {hearth.table.Position.$Properties|null|undefined} base
             * @memberof hearth.table.Batch
             * @instance
             */
            Batch.prototype.base = null;

            /**
             * Batch claims.
             * @member {Array.<hearth.table.Claim.$Properties>} claims
             * @memberof hearth.table.Batch
             * @instance
             */
            Batch.prototype.claims = $util.emptyArray;

            /**
             * Creates a new Batch instance using the specified properties.
             * @function create
             * @memberof hearth.table.Batch
             * @static
             * @param {hearth.table.Batch.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Batch} Batch instance
             * @type {{
             *   (properties: hearth.table.Batch.$Shape): hearth.table.Batch & hearth.table.Batch.$Shape;
             *   (properties?: hearth.table.Batch.$Properties): hearth.table.Batch;
             * }}
             */
            Batch.create = function(properties) {
                return new Batch(properties);
            };

            /**
             * Encodes the specified Batch message. Does not implicitly {@link hearth.table.Batch.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Batch
             * @static
             * @param {hearth.table.Batch.$Properties} message Batch message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Batch.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.epoch != null && $Object.hasOwnProperty.call(message, "epoch"))
                    $root.hearth.table.Epoch.encode(message.epoch, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.base != null && $Object.hasOwnProperty.call(message, "base"))
                    $root.hearth.table.Position.encode(message.base, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.claims != null && message.claims.length)
                    for (let i = 0; i < message.claims.length; ++i)
                        $root.hearth.table.Claim.encode(message.claims[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Batch message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Batch
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Batch & hearth.table.Batch.$Shape} Batch
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Batch.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Batch();
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
                            message.epoch = $root.hearth.table.Epoch.decode(reader, reader.size(), $undefined, _depth + 1, message.epoch);
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.base = $root.hearth.table.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.base);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.claims && message.claims.length))
                                message.claims = [];
                            message.claims.push($root.hearth.table.Claim.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return Batch;
        })();

        table.Applied = (function() {

            /**
             * Properties of an Applied.
             * @typedef {Object} hearth.table.Applied.$Properties
             * @property {hearth.table.Position.$Properties|null} [position] Applied position
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of an Applied.
             * @memberof hearth.table
             * @interface IApplied
             * @augments hearth.table.Applied.$Properties
             * @deprecated Use hearth.table.Applied.$Properties instead.
             */

            /**
             * Shape of an Applied.
             * @typedef {hearth.table.Applied.$Properties} hearth.table.Applied.$Shape
             */

            /**
             * Constructs a new Applied.
             * @memberof hearth.table
             * @classdesc Represents an Applied.
             * @constructor
             * @param {hearth.table.Applied.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Applied = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Applied position.
             * @member {hearth.table.Position.$Properties|null|undefined} position
             * @memberof hearth.table.Applied
             * @instance
             */
            Applied.prototype.position = null;

            /**
             * Creates a new Applied instance using the specified properties.
             * @function create
             * @memberof hearth.table.Applied
             * @static
             * @param {hearth.table.Applied.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Applied} Applied instance
             * @type {{
             *   (properties: hearth.table.Applied.$Shape): hearth.table.Applied & hearth.table.Applied.$Shape;
             *   (properties?: hearth.table.Applied.$Properties): hearth.table.Applied;
             * }}
             */
            Applied.create = function(properties) {
                return new Applied(properties);
            };

            /**
             * Encodes the specified Applied message. Does not implicitly {@link hearth.table.Applied.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Applied
             * @static
             * @param {hearth.table.Applied.$Properties} message Applied message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Applied.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.position != null && $Object.hasOwnProperty.call(message, "position"))
                    $root.hearth.table.Position.encode(message.position, writer.uint32(/* id 1, wireType 2 =*/10).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes an Applied message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Applied
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Applied & hearth.table.Applied.$Shape} Applied
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Applied.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Applied();
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
                            message.position = $root.hearth.table.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.position);
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

            return Applied;
        })();

        table.Snapshot = (function() {

            /**
             * Properties of a Snapshot.
             * @typedef {Object} hearth.table.Snapshot.$Properties
             * @property {number|null} [id] Snapshot id
             * @property {hearth.table.Position.$Properties|null} [position] Snapshot position
             * @property {number|null} [part] Snapshot part
             * @property {boolean|null} [last] Snapshot last
             * @property {Array.<hearth.table.Claim.$Properties>|null} [claims] Snapshot claims
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Snapshot.
             * @memberof hearth.table
             * @interface ISnapshot
             * @augments hearth.table.Snapshot.$Properties
             * @deprecated Use hearth.table.Snapshot.$Properties instead.
             */

            /**
             * Shape of a Snapshot.
             * @typedef {hearth.table.Snapshot.$Properties} hearth.table.Snapshot.$Shape
             */

            /**
             * Constructs a new Snapshot.
             * @memberof hearth.table
             * @classdesc Represents a Snapshot.
             * @constructor
             * @param {hearth.table.Snapshot.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Snapshot = function (properties) {
                this.claims = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Snapshot id.
             * @member {number} id
             * @memberof hearth.table.Snapshot
             * @instance
             */
            Snapshot.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Snapshot position.
             * @member {hearth.table.Position.$Properties|null|undefined} position
             * @memberof hearth.table.Snapshot
             * @instance
             */
            Snapshot.prototype.position = null;

            /**
             * Snapshot part.
             * @member {number} part
             * @memberof hearth.table.Snapshot
             * @instance
             */
            Snapshot.prototype.part = 0;

            /**
             * Snapshot last.
             * @member {boolean} last
             * @memberof hearth.table.Snapshot
             * @instance
             */
            Snapshot.prototype.last = false;

            /**
             * Snapshot claims.
             * @member {Array.<hearth.table.Claim.$Properties>} claims
             * @memberof hearth.table.Snapshot
             * @instance
             */
            Snapshot.prototype.claims = $util.emptyArray;

            /**
             * Creates a new Snapshot instance using the specified properties.
             * @function create
             * @memberof hearth.table.Snapshot
             * @static
             * @param {hearth.table.Snapshot.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Snapshot} Snapshot instance
             * @type {{
             *   (properties: hearth.table.Snapshot.$Shape): hearth.table.Snapshot & hearth.table.Snapshot.$Shape;
             *   (properties?: hearth.table.Snapshot.$Properties): hearth.table.Snapshot;
             * }}
             */
            Snapshot.create = function(properties) {
                return new Snapshot(properties);
            };

            /**
             * Encodes the specified Snapshot message. Does not implicitly {@link hearth.table.Snapshot.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Snapshot
             * @static
             * @param {hearth.table.Snapshot.$Properties} message Snapshot message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Snapshot.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
                if (message.position != null && $Object.hasOwnProperty.call(message, "position"))
                    $root.hearth.table.Position.encode(message.position, writer.uint32(/* id 2, wireType 2 =*/18).fork(), _depth + 1).ldelim();
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 3, wireType 0 =*/24).uint32(message.part);
                if (message.last != null && $Object.hasOwnProperty.call(message, "last") && message.last !== false)
                    writer.uint32(/* id 4, wireType 0 =*/32).bool(message.last);
                if (message.claims != null && message.claims.length)
                    for (let i = 0; i < message.claims.length; ++i)
                        $root.hearth.table.Claim.encode(message.claims[i], writer.uint32(/* id 5, wireType 2 =*/42).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Snapshot message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Snapshot
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Snapshot & hearth.table.Snapshot.$Shape} Snapshot
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Snapshot.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Snapshot();
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
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            message.position = $root.hearth.table.Position.decode(reader, reader.size(), $undefined, _depth + 1, message.position);
                            continue;
                        }
                    case 3: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
                            continue;
                        }
                    case 4: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.bool())
                                message.last = value;
                            else
                                delete message.last;
                            continue;
                        }
                    case 5: {
                            if (wireType !== 2)
                                break;
                            if (!(message.claims && message.claims.length))
                                message.claims = [];
                            message.claims.push($root.hearth.table.Claim.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return Snapshot;
        })();

        table.PartTaken = (function() {

            /**
             * Properties of a PartTaken.
             * @typedef {Object} hearth.table.PartTaken.$Properties
             * @property {number|null} [id] PartTaken id
             * @property {number|null} [part] PartTaken part
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a PartTaken.
             * @memberof hearth.table
             * @interface IPartTaken
             * @augments hearth.table.PartTaken.$Properties
             * @deprecated Use hearth.table.PartTaken.$Properties instead.
             */

            /**
             * Shape of a PartTaken.
             * @typedef {hearth.table.PartTaken.$Properties} hearth.table.PartTaken.$Shape
             */

            /**
             * Constructs a new PartTaken.
             * @memberof hearth.table
             * @classdesc Represents a PartTaken.
             * @constructor
             * @param {hearth.table.PartTaken.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const PartTaken = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * PartTaken id.
             * @member {number} id
             * @memberof hearth.table.PartTaken
             * @instance
             */
            PartTaken.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * PartTaken part.
             * @member {number} part
             * @memberof hearth.table.PartTaken
             * @instance
             */
            PartTaken.prototype.part = 0;

            /**
             * Creates a new PartTaken instance using the specified properties.
             * @function create
             * @memberof hearth.table.PartTaken
             * @static
             * @param {hearth.table.PartTaken.$Properties=} [properties] Properties to set
             * @returns {hearth.table.PartTaken} PartTaken instance
             * @type {{
             *   (properties: hearth.table.PartTaken.$Shape): hearth.table.PartTaken & hearth.table.PartTaken.$Shape;
             *   (properties?: hearth.table.PartTaken.$Properties): hearth.table.PartTaken;
             * }}
             */
            PartTaken.create = function(properties) {
                return new PartTaken(properties);
            };

            /**
             * Encodes the specified PartTaken message. Does not implicitly {@link hearth.table.PartTaken.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.PartTaken
             * @static
             * @param {hearth.table.PartTaken.$Properties} message PartTaken message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            PartTaken.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
                if (message.part != null && $Object.hasOwnProperty.call(message, "part") && message.part !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.part);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a PartTaken message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.PartTaken
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.PartTaken & hearth.table.PartTaken.$Shape} PartTaken
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            PartTaken.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.PartTaken();
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
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.part = value;
                            else
                                delete message.part;
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

            return PartTaken;
        })();

        table.Lookup = (function() {

            /**
             * Properties of a Lookup.
             * @typedef {Object} hearth.table.Lookup.$Properties
             * @property {number|null} [id] Lookup id
             * @property {string|null} [key] Lookup key
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Lookup.
             * @memberof hearth.table
             * @interface ILookup
             * @augments hearth.table.Lookup.$Properties
             * @deprecated Use hearth.table.Lookup.$Properties instead.
             */

            /**
             * Shape of a Lookup.
             * @typedef {hearth.table.Lookup.$Properties} hearth.table.Lookup.$Shape
             */

            /**
             * Constructs a new Lookup.
             * @memberof hearth.table
             * @classdesc Represents a Lookup.
             * @constructor
             * @param {hearth.table.Lookup.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Lookup = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Lookup id.
             * @member {number} id
             * @memberof hearth.table.Lookup
             * @instance
             */
            Lookup.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Lookup key.
             * @member {string} key
             * @memberof hearth.table.Lookup
             * @instance
             */
            Lookup.prototype.key = "";

            /**
             * Creates a new Lookup instance using the specified properties.
             * @function create
             * @memberof hearth.table.Lookup
             * @static
             * @param {hearth.table.Lookup.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Lookup} Lookup instance
             * @type {{
             *   (properties: hearth.table.Lookup.$Shape): hearth.table.Lookup & hearth.table.Lookup.$Shape;
             *   (properties?: hearth.table.Lookup.$Properties): hearth.table.Lookup;
             * }}
             */
            Lookup.create = function(properties) {
                return new Lookup(properties);
            };

            /**
             * Encodes the specified Lookup message. Does not implicitly {@link hearth.table.Lookup.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Lookup
             * @static
             * @param {hearth.table.Lookup.$Properties} message Lookup message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Lookup.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
                if (message.key != null && $Object.hasOwnProperty.call(message, "key") && message.key !== "")
                    writer.uint32(/* id 2, wireType 2 =*/18).string(message.key);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Lookup message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Lookup
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Lookup & hearth.table.Lookup.$Shape} Lookup
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Lookup.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Lookup();
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
                                message.id = value;
                            else
                                delete message.id;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 2)
                                break;
                            if ((value = reader.stringVerify()).length)
                                message.key = value;
                            else
                                delete message.key;
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

            return Lookup;
        })();

        table.Holder = (function() {

            /**
             * Properties of a Holder.
             * @typedef {Object} hearth.table.Holder.$Properties
             * @property {string|null} [node] Holder node
             * @property {number|null} [load] Holder load
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Holder.
             * @memberof hearth.table
             * @interface IHolder
             * @augments hearth.table.Holder.$Properties
             * @deprecated Use hearth.table.Holder.$Properties instead.
             */

            /**
             * Shape of a Holder.
             * @typedef {hearth.table.Holder.$Properties} hearth.table.Holder.$Shape
             */

            /**
             * Constructs a new Holder.
             * @memberof hearth.table
             * @classdesc Represents a Holder.
             * @constructor
             * @param {hearth.table.Holder.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Holder = function (properties) {
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Holder node.
             * @member {string} node
             * @memberof hearth.table.Holder
             * @instance
             */
            Holder.prototype.node = "";

            /**
             * Holder load.
             * @member {number} load
             * @memberof hearth.table.Holder
             * @instance
             */
            Holder.prototype.load = 0;

            /**
             * Creates a new Holder instance using the specified properties.
             * @function create
             * @memberof hearth.table.Holder
             * @static
             * @param {hearth.table.Holder.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Holder} Holder instance
             * @type {{
             *   (properties: hearth.table.Holder.$Shape): hearth.table.Holder & hearth.table.Holder.$Shape;
             *   (properties?: hearth.table.Holder.$Properties): hearth.table.Holder;
             * }}
             */
            Holder.create = function(properties) {
                return new Holder(properties);
            };

            /**
             * Encodes the specified Holder message. Does not implicitly {@link hearth.table.Holder.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Holder
             * @static
             * @param {hearth.table.Holder.$Properties} message Holder message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Holder.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.node != null && $Object.hasOwnProperty.call(message, "node") && message.node !== "")
                    writer.uint32(/* id 1, wireType 2 =*/10).string(message.node);
                if (message.load != null && $Object.hasOwnProperty.call(message, "load") && message.load !== 0)
                    writer.uint32(/* id 2, wireType 0 =*/16).uint32(message.load);
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Holder message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Holder
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Holder & hearth.table.Holder.$Shape} Holder
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Holder.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Holder();
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
                                message.node = value;
                            else
                                delete message.node;
                            continue;
                        }
                    case 2: {
                            if (wireType !== 0)
                                break;
                            if (value = reader.uint32())
                                message.load = value;
                            else
                                delete message.load;
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

            return Holder;
        })();

        table.Holders = (function() {

            /**
             * Properties of a Holders.
             * @typedef {Object} hearth.table.Holders.$Properties
             * @property {number|null} [id] Holders id
             * @property {boolean|null} [known] Holders known
             * @property {Array.<hearth.table.Holder.$Properties>|null} [holders] Holders holders
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */

            /**
             * Properties of a Holders.
             * @memberof hearth.table
             * @interface IHolders
             * @augments hearth.table.Holders.$Properties
             * @deprecated Use hearth.table.Holders.$Properties instead.
             */

            /**
             * Shape of a Holders.
             * @typedef {hearth.table.Holders.$Properties} hearth.table.Holders.$Shape
             */

            /**
             * Constructs a new Holders.
             * @memberof hearth.table
             * @classdesc Represents a Holders.
             * @constructor
             * @param {hearth.table.Holders.$Properties=} [properties] Properties to set
             * @property {Array.<Uint8Array>} [$unknowns] Unknown fields preserved while decoding when enabled
             */
            const Holders = function (properties) {
                this.holders = [];
                if (properties)
                    for (let keys = $Object.keys(properties), i = 0; i < keys.length; ++i)
                        if (properties[keys[i]] != null && keys[i] !== "__proto__")
                            this[keys[i]] = properties[keys[i]];
            };

            /**
             * Holders id.
             * @member {number} id
             * @memberof hearth.table.Holders
             * @instance
             */
            Holders.prototype.id = $util.Long ? $util.Long.fromBits(0,0,true) : 0;

            /**
             * Holders known.
             * @member {boolean} known
             * @memberof hearth.table.Holders
             * @instance
             */
            Holders.prototype.known = false;

            /**
             * Holders holders.
             * @member {Array.<hearth.table.Holder.$Properties>} holders
             * @memberof hearth.table.Holders
             * @instance
             */
            Holders.prototype.holders = $util.emptyArray;

            /**
             * Creates a new Holders instance using the specified properties.
             * @function create
             * @memberof hearth.table.Holders
             * @static
             * @param {hearth.table.Holders.$Properties=} [properties] Properties to set
             * @returns {hearth.table.Holders} Holders instance
             * @type {{
             *   (properties: hearth.table.Holders.$Shape): hearth.table.Holders & hearth.table.Holders.$Shape;
             *   (properties?: hearth.table.Holders.$Properties): hearth.table.Holders;
             * }}
             */
            Holders.create = function(properties) {
                return new Holders(properties);
            };

            /**
             * Encodes the specified Holders message. Does not implicitly {@link hearth.table.Holders.verify|verify} messages.
             * @function encode
             * @memberof hearth.table.Holders
             * @static
             * @param {hearth.table.Holders.$Properties} message Holders message or plain object to encode
             * @param {$protobuf.Writer} [writer] Writer to encode to
             * @returns {$protobuf.Writer} Writer
             */
            Holders.encode = function (message, writer, _depth) {
                if (!writer)
                    writer = $Writer.create();
                if (_depth === $undefined)
                    _depth = 0;
                if (_depth > $util.recursionLimit)
                    throw $Error("max depth exceeded");
                if (message.id != null && $Object.hasOwnProperty.call(message, "id") && (typeof message.id === "object" ? message.id.low || message.id.high : message.id !== 0))
                    writer.uint32(/* id 1, wireType 0 =*/8).uint64(message.id);
                if (message.known != null && $Object.hasOwnProperty.call(message, "known") && message.known !== false)
                    writer.uint32(/* id 2, wireType 0 =*/16).bool(message.known);
                if (message.holders != null && message.holders.length)
                    for (let i = 0; i < message.holders.length; ++i)
                        $root.hearth.table.Holder.encode(message.holders[i], writer.uint32(/* id 3, wireType 2 =*/26).fork(), _depth + 1).ldelim();
                if (message.$unknowns != null && $Object.hasOwnProperty.call(message, "$unknowns"))
                    for (let i = 0; i < message.$unknowns.length; ++i)
                        writer.raw(message.$unknowns[i]);
                return writer;
            };

            /**
             * Decodes a Holders message from the specified reader or buffer.
             * @function decode
             * @memberof hearth.table.Holders
             * @static
             * @param {$protobuf.Reader|Uint8Array} reader Reader or buffer to decode from
             * @param {number} [length] Message length if known beforehand
             * @returns {hearth.table.Holders & hearth.table.Holders.$Shape} Holders
             * @throws {Error} If the payload is not a reader or valid buffer
             * @throws {$protobuf.util.ProtocolError} If required fields are missing
             */
            Holders.decode = function (reader, length, _end, _depth, _target) {
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
                message = _target || new $root.hearth.table.Holders();
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
                                message.id = value;
                            else
                                delete message.id;
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
                    case 3: {
                            if (wireType !== 2)
                                break;
                            if (!(message.holders && message.holders.length))
                                message.holders = [];
                            message.holders.push($root.hearth.table.Holder.decode(reader, reader.size(), $undefined, _depth + 1));
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

            return Holders;
        })();

        return table;
    })();

    return hearth;
})();

export {
  $root as default
};
